"""Sending messages through WeChat: at most once each, and never two on one consent.

Before the call a transaction takes the consent and marks the message as being sent; after it
another one records what came of it. A worker that dies in between leaves a message of which nobody
knows whether it was sent: it is not sent again, for the inbox holds what there is to know.

How a message ends: `sent`; `unknown` (as above); `refused` (WeChat will not take it from us or for
this person); `ungranted` (no consent left, or none to messages at all); `seen` (read in the inbox
before); `folded` (into a newer one after quiet hours); `expired` (pointless by now); `dead` (we are
at fault, or WeChat was away for too long: the doctor names it).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.consents.service import has_consent
from api.kit.chaos import Chaos
from api.kit.clock import china
from api.kit.db import Database, is_passing
from api.notifications import queries
from api.notifications.queries import Due
from api.notifications.rules import ATTEMPTS_MAX, pause_s
from api.notifications.templates import WECHAT, Template, Text, page_of, template_for
from api.pushes.service import count_consent, give_back_consent, spend_consent
from api.wechat.fitting import FieldUnfit
from api.wechat.gateway import GatewayUnavailable, OutcomeUnknown, Refused, Sent, Throttled
from api.wechat.messenger import Messenger

_log = structlog.get_logger(__name__)

_AT_ONCE = 8
# Longer than any call lasts.
_ABANDONED_S = 120.0
_OUR_FAULT = frozenset({"template_wrong", "page_wrong", "field_wrong"})
_MANY = {
    "zh": Text("您有{count}条新消息", "请打开小程序查看。"),
    "en": Text("{count} new messages", "Open to read them."),
}


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs: the store, and somebody who carries it out of the house."""

    database: Database
    messenger: Messenger
    chaos: Chaos


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with its consent in hand."""

    due: Due
    user_id: UUID
    openid: str
    consent: int
    data: dict[str, str]
    page: str


async def send_due(post: Post, *, limit: int) -> int:
    """Send what is due; how many messages were looked at. Safe to run anywhere, at once."""
    async with post.database.transaction() as (session, now):
        await queries.end_abandoned(session, now=now, after_s=_ABANDONED_S)
        due = await queries.due(session, now=now, limit=limit)
    each: dict[UUID, list[UUID]] = {}
    for delivery_id, user_id in due:
        each.setdefault(user_id, []).append(delivery_id)
    gate = asyncio.Semaphore(_AT_ONCE)

    # WeChat refuses two messages to one person at once (43108).
    async def send_each(user_id: UUID, delivery_ids: Sequence[UUID]) -> None:
        async with gate:
            for delivery_id in delivery_ids:
                await _send(post, delivery_id=delivery_id, user_id=user_id)

    # One that fails stops no other; it is tried again, or given up as abandoned.
    sending = (send_each(user_id, ids) for user_id, ids in each.items())
    for failed in await asyncio.gather(*sending, return_exceptions=True):
        if isinstance(failed, Exception) and not is_passing(failed):
            _log.error("message_failed", exc_info=failed)
        elif isinstance(failed, BaseException) and not isinstance(failed, Exception):
            raise failed
    return len(due)


async def _send(post: Post, *, delivery_id: UUID, user_id: UUID) -> None:
    async with post.database.transaction() as (session, now):
        letter = await _take(session, delivery_id=delivery_id, user_id=user_id, now=now)
    if letter is None:
        return
    post.chaos("gateway.before_call")
    answer = await _call(post, letter)
    post.chaos("gateway.after_call")
    async with post.database.transaction() as (session, now):
        await _record(session, letter, answer, now=now)


async def _take(
    session: AsyncSession, *, delivery_id: UUID, user_id: UUID, now: datetime
) -> Letter | None:
    """The message to send with its consent taken; ``None``: there is nothing to send."""
    if not await queries.take_turn(session, user_id=user_id):
        return None
    together = await queries.claim(session, delivery_id=delivery_id, now=now)
    unseen = await _drop_pointless(session, together, now=now)
    if not unseen:
        return None
    due, *older = unseen
    if older:
        ids = [d.id for d in older]
        await queries.end(session, delivery_ids=ids, state="folded", outcome=str(due.id), now=now)
    template = template_for(due.kind, due.role, due.details)
    if template is None:
        await _end(session, due, "dead", "the template is gone", now)
        return None
    if due.openid is None:
        await _end(session, due, "refused", "the account is closed", now)
        return None
    if not await has_consent(session, user_id=user_id, purpose="notifications"):
        await _end(session, due, "ungranted", "consent withdrawn", now)
        return None
    consent = await spend_consent(session, user_id=user_id, template_id=due.template_id, now=now)
    if consent is None:
        await _end(session, due, "ungranted", "no consent left", now)
        return None
    await queries.begin_sending(session, delivery_id=due.id)
    data, page = _write(due, template, count=len(unseen))
    return Letter(due, user_id, due.openid, consent, data, page)


async def _drop_pointless(
    session: AsyncSession, together: Sequence[Due], *, now: datetime
) -> list[Due]:
    """What is still worth sending."""
    kept: list[Due] = []
    for due in together:
        if due.is_seen:
            await _end(session, due, "seen", "read in the inbox", now)
        elif due.expires_at <= now:
            await _end(session, due, "expired", "too late", now)
        else:
            kept.append(due)
    return kept


async def _call(post: Post, letter: Letter) -> Sent | Refused | Exception:
    try:
        return await post.messenger.send_subscribe(
            openid=letter.openid,
            template_id=letter.due.template_id,
            data=letter.data,
            page=letter.page,
        )
    except (FieldUnfit, Throttled, GatewayUnavailable) as error:
        return error


async def _record(
    session: AsyncSession, letter: Letter, answer: Sent | Refused | Exception, *, now: datetime
) -> None:
    due = letter.due
    if isinstance(answer, Sent):
        await _end(session, due, "sent", answer.message_id, now)
    elif isinstance(answer, OutcomeUnknown):
        await _end(session, due, "unknown", type(answer).__name__, now)
    elif isinstance(answer, Refused) and answer.kind == "no_grant":
        await count_consent(
            session, user_id=letter.user_id, template_id=due.template_id, why="withdrawn", now=now
        )
        await _end(session, due, "refused", answer.kind, now)
    else:
        await give_back_consent(
            session,
            user_id=letter.user_id,
            template_id=due.template_id,
            spent=letter.consent,
            now=now,
        )
        await _record_unsent(session, due, answer, now=now)


async def _record_unsent(
    session: AsyncSession, due: Due, answer: Refused | Exception, *, now: datetime
) -> None:
    if isinstance(answer, Refused | FieldUnfit):
        kind = answer.kind if isinstance(answer, Refused) else "field_wrong"
        is_ours = kind in _OUR_FAULT
        _log.warning("message_refused", kind=kind, template=due.template, is_ours=is_ours)
        await _end(session, due, "dead" if is_ours else "refused", kind, now)
        return
    name = type(answer).__name__
    attempts = due.attempts + 1
    asked_s = answer.retry_after_s if isinstance(answer, Throttled) else 0
    next_at = now + timedelta(seconds=pause_s(attempts, asked_s=asked_s))
    if next_at >= due.expires_at:
        await _end(session, due, "expired", name, now)
    elif attempts >= ATTEMPTS_MAX:
        await _end(session, due, "dead", name, now)
    else:
        await queries.try_again(session, delivery_id=due.id, next_at=next_at, outcome=name)


async def _end(session: AsyncSession, due: Due, state: str, outcome: str, now: datetime) -> None:
    await queries.end(session, delivery_ids=[due.id], state=state, outcome=outcome, now=now)


def _write(due: Due, template: Template, *, count: int) -> tuple[dict[str, str], str]:
    """The fields of a message, in its person's language, and its page.

    Several that waited together say how many they are.
    """
    text, page = template.text(due.language, due.details), page_of(template, due.details)
    if count > 1:
        many = _MANY[due.language]
        text = Text(many.title.format(count=count), many.body)
        page = page_of(None, {})
    values = {
        "title": text.title,
        "body": text.body,
        "at": _moment(due.at),
        "number": due.details.get("number", ""),
    }
    return {key: values[source] for key, source in WECHAT[due.template].fields.items()}, page


def _moment(at: datetime) -> str:
    """A moment in the one form that fields of the kind `time` take."""
    day = china(at)
    return f"{day.year}年{day.month}月{day.day}日 {day:%H:%M}"
