"""Opening a case: by request, from a post, about a disputed order, or by staff."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import Post
from api.board.screening import danger
from api.board.service.noting import note_case, words_of
from api.board.service.seeing import MEMBERS, refuse_beyond, seen_post
from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import STAFF, Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.mediation.events import CASE_ESCALATED, CASE_OPENED
from api.mediation.models import Case
from api.mediation.queries import cases, facts
from api.mediation.rules import CASES_PER_DAY, DAY, Source, risk_level
from api.mediation.service.joining import NewParty, add_voice, join
from api.mediation.service.moving import SUMMARY_COLUMN, again, move_case
from api.mediation.states import WORDS
from api.orders.queries import Carried, carried
from api.orders.service.caring import asked_by
from api.places.models import Place
from api.places.queries import place
from api.places.service import community_of_place

_HANDED_OVER = ("staff", "police", "court")


@dataclass(frozen=True, slots=True)
class Quarrel:
    """What somebody says of a quarrel: where, of which kind, in words; who must be understood."""

    category: str
    text: str
    languages: Sequence[str] = ("zh",)
    meet_minute: int | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that was just opened or joined, and the numbers that its words ask to call."""

    case: Case
    hotlines: tuple[str, ...] = field(default=())


async def request(
    session: AsyncSession,
    *,
    place_id: UUID,
    source: Source,
    quarrel: Quarrel,
    speaker: NewParty,
    vault: Vault,
    caller: Caller,
) -> Opened:
    """Ask for mediation at a place; staff open what police or court hand over.

    Raises:
        AppError: not_found, role_missing, cases_day_used, organisation_unknown.
    """
    where = await place(session, place_id=place_id)
    community = await community_of_place(session, place_id=place_id)
    assert where is not None, "a place of a community is there"
    if source in _HANDED_OVER:
        caller.require(STAFF, where.path)
    else:
        caller.require(MEMBERS, community.path)
        await _refuse_too_many(session, caller=caller)
    opened = await _open(
        session, where, community_id=community.id, source=source, quarrel=quarrel, vault=vault,
        caller=caller,
    )  # fmt: skip
    if source in _HANDED_OVER:
        await cases.name_staff(
            session, case_id=opened.case.id, user_id=caller.user_id, now=caller.now
        )
        return await _weigh(session, opened, is_by_staff=True, caller=caller)
    await join(session, opened.case, speaker, how="applied", vault=vault, caller=caller)
    return await _weigh(session, opened, is_by_staff=False, caller=caller)


async def from_post(
    session: AsyncSession, *, post_id: UUID, vault: Vault, caller: Caller
) -> Opened:
    """Open a case about a dispute on the board, or join the one to which it, or its pile, led.

    All disputes of one pile are one case; their authors are parties only where they join it. Its
    author and staff open; others who see it join their side until the sides have consented.

    Raises:
        AppError: not_found, not_a_dispute, role_missing, case_moved_on, already_party,
            cases_day_used.
    """
    post = await seen_post(session, post_id=post_id, caller=caller)
    if post.kind != "dispute" or post.parent_id is not None or post.category is None:
        raise AppError("not_a_dispute")
    await facts.lock_topic(session, key=str(post.pile_id or post.id))
    is_author = post.author_id == caller.user_id
    case_id = await cases.case_of_post(session, post_id=post.id)
    if case_id is None:
        case_id = await cases.case_of_pile(session, post_id=post.id, states=("opened", "offered"))
    if case_id is not None:
        return await _join_post(session, post, case_id=case_id, vault=vault, caller=caller)
    is_staff = caller.holds(STAFF, post.place_path)
    if not is_author and not is_staff:
        raise AppError("role_missing")
    if post.state != "published":
        raise AppError("not_a_dispute")
    if is_author:
        await _refuse_too_many(session, caller=caller)
    where = await place(session, place_id=post.place_id)
    assert where is not None, "a post has its place"
    words = await words_of(session, post, vault=vault)
    opened = await _open(
        session, where, community_id=post.community_id, source="post",
        quarrel=Quarrel(post.category, words.text), vault=vault, caller=caller,
    )  # fmt: skip
    case = opened.case
    if not is_author:
        await cases.name_staff(session, case_id=case.id, user_id=caller.user_id, now=caller.now)
    await add_voice(session, case, post, vault=vault, caller=caller)
    await cases.add_pile(session, case_id=case.id, post_id=post.id, now=caller.now)
    post_ids = await cases.posts_of(session, case_id=case.id)
    await note_case(session, post_ids=post_ids, word=WORDS[case.state])
    return await _weigh(session, opened, is_by_staff=not is_author, caller=caller)


async def about_order(
    session: AsyncSession, *, order_id: UUID, text: str, vault: Vault, caller: Caller
) -> Opened:
    """Open a case about a disputed order: what is still held stays so until it is resolved.

    Customer, runner and staff of the place may; where there is one, they get it.

    Raises:
        AppError: not_found, order_moved_on.
    """
    found = await carried(session, order_id=order_id)
    if found is None or not _is_of(found, caller):
        raise AppError("not_found")
    order = found.order
    runner_id = None if found.job is None else found.job.runner_id
    asker_id = caller.user_id if asked_by(order, caller) else order.customer_id
    sides = [asker_id] + ([] if runner_id is None else [runner_id])
    is_side = caller.user_id in sides
    await facts.lock_topic(session, key=str(order.id))
    case_id = await cases.living_of_order(session, order_id=order.id)
    if case_id is not None:
        row = await cases.case(session, case_id=case_id)
        assert row is not None
        if not is_side:
            await cases.name_staff(session, case_id=row.id, user_id=caller.user_id, now=caller.now)
        return Opened(row)
    if order.state != "disputed":
        raise AppError("order_moved_on")
    where = await place(session, place_id=order.community_id)
    assert where is not None
    opened = await _open(
        session, where, community_id=order.community_id, source="order",
        quarrel=Quarrel("errand_order", text), vault=vault, caller=caller, order_id=order.id,
    )  # fmt: skip
    for side, user_id in enumerate(sides, start=1):
        is_caller = user_id == caller.user_id
        party = NewParty(side=side, kind="person", user_id=user_id)
        await join(
            session, opened.case, party, how="applied" if is_caller else None, vault=vault,
            caller=caller,
        )  # fmt: skip
    if not is_side:
        await cases.name_staff(
            session, case_id=opened.case.id, user_id=caller.user_id, now=caller.now
        )
    return await _weigh(session, opened, is_by_staff=not is_side, caller=caller)


def _is_of(found: Carried, caller: Caller) -> bool:
    runner_id = None if found.job is None else found.job.runner_id
    return (
        asked_by(found.order, caller)
        or runner_id == caller.user_id
        or caller.holds(STAFF, found.order.place_path)
    )


async def _open(
    session: AsyncSession,
    where: Place,
    *,
    community_id: UUID,
    source: Source,
    quarrel: Quarrel,
    vault: Vault,
    caller: Caller,
    order_id: UUID | None = None,
) -> Opened:
    case_id = new_id()
    hotlines = danger(quarrel.text)
    row = Case(
        id=case_id,
        community_id=community_id,
        place_id=where.id,
        place_path=where.path,
        source=source,
        category=quarrel.category,
        risk="urgent" if hotlines else "low",
        summary_sealed=vault.seal(quarrel.text, column=SUMMARY_COLUMN, row=case_id),
        opener_id=caller.user_id,
        order_id=order_id,
        languages=list(dict.fromkeys(quarrel.languages)),
        meet_minute=quarrel.meet_minute,
        created_at=caller.now,
    )
    await cases.add(session, rows=[row])
    await emit(
        session, CASE_OPENED, subject_id=case_id, subject_seq=1, actor=caller.actor,
        now=caller.now, community_id=community_id, to_state="opened", source=source,
        category=quarrel.category, danger=list(hotlines),
    )  # fmt: skip
    return Opened(row, hotlines)


async def _weigh(
    session: AsyncSession, opened: Opened, *, is_by_staff: bool, caller: Caller
) -> Opened:
    """How grave it is; words of danger take it to the police at once, unless staff looked."""
    case = opened.case
    voices, earlier = await facts.weight(session, case_id=case.id)
    risk = risk_level(
        dangers=len(opened.hotlines), breaches=0, earlier_cases=earlier, voices=voices
    )
    await cases.set_risk(session, case_id=case.id, risk=risk)
    case = await again(session, case)
    if opened.hotlines and not is_by_staff:
        case = await move_case(
            session, case, "escalate", CASE_ESCALATED, actor=SYSTEM, now=caller.now,
            writes={"escalated_to": "police"}, into="police", by="words",
        )  # fmt: skip
    return Opened(case, opened.hotlines)


async def _join_post(
    session: AsyncSession, post: Post, *, case_id: UUID, vault: Vault, caller: Caller
) -> Opened:
    """Let a post, or whoever sees it, join the case; staff who do so are named for it."""
    case = await cases.case(session, case_id=case_id, lock=True)
    assert case is not None
    if case.state not in ("opened", "offered"):
        raise AppError("case_moved_on")
    await add_voice(session, case, post, vault=vault, caller=caller)
    await note_case(session, post_ids=[post.id], word=WORDS[case.state])
    if post.author_id != caller.user_id and caller.holds(STAFF, post.place_path):
        await cases.name_staff(session, case_id=case.id, user_id=caller.user_id, now=caller.now)
    opened = Opened(case)
    if case.risk == "urgent":
        return opened
    return await _weigh(session, opened, is_by_staff=True, caller=caller)


async def _refuse_too_many(session: AsyncSession, *, caller: Caller) -> None:
    used = await cases.opened_since(session, opener_id=caller.user_id, since=caller.now - DAY)
    refuse_beyond(used, CASES_PER_DAY, code="cases_day_used", now=caller.now)
