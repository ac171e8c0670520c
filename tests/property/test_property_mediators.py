"""Whom the facts in the database put first has no tie to anybody, in any neighbourhood."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from api.board.models import MeToo, Post
from api.care.models import Dependant
from api.identity.models import User
from api.kit.clock import china
from api.kit.db import read_now, run
from api.kit.ids import new_id
from api.mediation.models import Case, CaseObjection, CaseParty, CasePost, MediatorAsk
from api.mediation.service.asking import ask_next
from api.mediators.models import Committee, Mediator, Organisation
from api.people.models import Household, Membership, RealName
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World, point

NEIGHBOURHOODS = 60
_CHOSEN_SQL = "SELECT user_id FROM case_choices WHERE case_id = $1 AND rank IS NOT NULL"
_ASKED_SQL = "SELECT user_id FROM mediator_asks WHERE case_id = $1 AND state = 'asked'"
_ERRAND_SQL = "UPDATE orders SET customer_id = $1, placed_by_id = $1, created_at = $2"


@dataclass(slots=True)
class Street:
    """People, where they live and work, and who is tied to whom: as it was made up."""

    chance: Random
    world: World
    buildings: list[UUID]
    admin_id: UUID
    runner_id: UUID
    now: datetime
    people: list[UUID] = field(default_factory=list[UUID])
    building: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    employer: dict[UUID, UUID] = field(default_factory=dict[UUID, UUID])
    tied: set[UUID] = field(default_factory=set[UUID])
    rows: list[SQLModel] = field(default_factory=list[SQLModel])

    @property
    def path(self) -> list[UUID]:
        """Of the community."""
        return [UUID(self.world.office_id), UUID(self.world.community_id)]

    def some(self, among: list[UUID], share: float) -> list[UUID]:
        """Each of these by chance."""
        return [one for one in among if self.chance.random() < share]


async def test_nobody_chosen_from_the_database_ever_has_a_tie(world: World) -> None:
    """Homes, stairs, employers, errands, care, blocks, posts, comments, earlier quarrels, and who
    passed, was objected to or had the case: told again from what was made up, not from SQL."""
    runner = await world.runner(1)
    await world.completed(await world.person("resident1"), runner)
    buildings = [UUID(world.building_id)]
    for n in range(3):
        body = {"kind": "building", "parent_id": world.community_id, "name": f"{n + 10}号楼",
                "point": point()}  # fmt: skip
        buildings.append(UUID((await world.admin.post("/v1/places", body))["id"]))
    admin_id = UUID(world.admin.id)
    wrong: list[str] = []
    chosen = excluded = 0
    for seed in range(NEIGHBOURHOODS):
        async with world.parts.database.session() as session:
            now = await read_now(session)
            street = Street(Random(seed), world, buildings, admin_id, UUID(runner.id), now)
            case, mediators = await made_up(session, street)
            await ask_next(session, case, now=now)
            ranked = {r[0] for r in await run(session, _CHOSEN_SQL, case.id)}
            asked = {r[0] for r in await run(session, _ASKED_SQL, case.id)}
            await session.rollback()
        wrong += [f"seed {seed}: {one}" for one in (ranked | asked) & street.tied]
        # And nobody is left out for nothing.
        free = {*mediators} - street.tied
        wrong += [f"seed {seed}: {one} left out" for one in free - ranked]
        chosen, excluded = chosen + len(ranked), excluded + len({*mediators} - ranked)

    assert [] == wrong
    # Neither everybody nor nobody: the neighbourhoods are worth the name.
    assert chosen > NEIGHBOURHOODS
    assert excluded > NEIGHBOURHOODS
    assert [] == await rows(world.parts, "SELECT 1 FROM cases")


async def made_up(session: AsyncSession, street: Street) -> tuple[Case, list[UUID]]:
    """A neighbourhood with a case that all sides want; who might mediate it."""
    street.people = [new_id() for _ in range(14)]
    parties, mediators = street.people[:3], street.people[3:]
    street.rows += [User(id=p, nickname="邻居", created_at=street.now) for p in street.people]
    await _add(session, street)
    _homes(street, parties, mediators)
    await _add(session, street)
    firms = _firms(street, mediators)
    await _add(session, street)
    case = _case(street, parties, firms)
    await _add(session, street)
    _around(street, case, parties, mediators)
    _history(street, case, parties, mediators)
    await _add(session, street)
    await _errand(session, street, parties, mediators)
    return case, mediators


def _homes(street: Street, parties: list[UUID], mediators: list[UUID]) -> None:
    """Households of several doors; a quarter lives nowhere that is known."""
    doors = [
        Household(id=new_id(), building_id=street.chance.choice(street.buildings),
                  door_index=new_id().bytes, door_sealed=b"x", created_at=street.now)
        for _ in range(9)
    ]  # fmt: skip
    street.rows += doors
    for person in street.some(street.people, 0.75):
        door = street.chance.choice(doors)
        street.building[person] = door.building_id
        # A home that was left is none.
        is_left = street.chance.random() < 0.1
        if is_left:
            del street.building[person]
        street.rows.append(
            Membership(
                user_id=person, building_id=door.building_id,
                place_path=[*street.path, door.building_id], door_index=b"x", door_sealed=b"x",
                relation="owner", state="left" if is_left else "joined", household_id=door.id,
                requested_at=street.now, decided_at=street.now, decided_by_id=street.admin_id,
                left_at=street.now if is_left else None,
            )
        )  # fmt: skip
    near = {street.building[p] for p in parties if p in street.building}
    street.tied |= {m for m in mediators if street.building.get(m) in near}


def _firms(street: Street, mediators: list[UUID]) -> list[UUID]:
    """Employers; everybody who might mediate is appointed, some with an end or a pause."""
    place_id, today = street.path[-1], china(street.now).date()
    firms = [new_id() for _ in range(3)]
    committee_id = new_id()
    for n, firm in enumerate(firms):
        street.rows.append(Organisation(
            id=firm, place_id=place_id, place_path=street.path, name=f"单位{n}",
            kind="property_company" if n == 0 else "other", made_by_id=street.admin_id,
            created_at=street.now))  # fmt: skip
    street.rows.append(Committee(id=committee_id, place_id=place_id, place_path=street.path,
                                 name="调委会", made_by_id=street.admin_id,
                                 created_at=street.now))  # fmt: skip
    for person in mediators:
        firm = street.chance.choice([*firms, None, None])
        if firm is not None:
            street.employer[person] = firm
        state = "suspended" if street.chance.random() < 0.1 else "appointed"
        over = street.chance.random() < 0.1
        if over or state == "suspended":
            street.tied.add(person)
        street.rows += [
            Mediator(
                id=person, place_id=place_id, place_path=street.path, state=state,
                committee_id=committee_id, categories=["noise"], languages=["zh"], hours_from=[],
                hours_to=[], employer_id=firm, appointed_on=today - timedelta(100),
                appointed_until=today + timedelta(-1 if over else 100), load_max=3,
                applied_at=street.now, decided_by_id=street.admin_id, decided_at=street.now,
            ),
            RealName(
                id=person, community_id=place_id, place_path=street.path, state="verified",
                name_sealed=b"x", number_sealed=b"x", number_index=person.bytes, age_band="adult",
                submitted_at=street.now, decided_at=street.now, decided_by_id=street.admin_id,
            ),
        ]  # fmt: skip
    return firms


def _case(street: Street, parties: list[UUID], firms: list[UUID]) -> Case:
    """Two against one, where that one may be a company, or have an employer."""
    case = _blank(street, parties[0], state="accepted")
    street.rows.append(case)
    for side, person in ((1, parties[0]), (1, parties[1]), (2, parties[2])):
        employer = street.chance.choice([*firms, None])
        street.rows.append(_party(case, side, person, street.now, employer_id=employer))
        street.tied |= {m for m, firm in street.employer.items() if firm == employer}
    street.rows.append(_party(case, 2, street.runner_id, street.now))
    if street.chance.random() < 0.3:
        firm = street.chance.choice(firms)
        street.rows.append(_party(case, 2, None, street.now, kind="company",
                                  organisation_id=firm))  # fmt: skip
        street.tied |= {m for m, own in street.employer.items() if own == firm}
    if street.chance.random() < 0.3:
        home = street.chance.choice(street.buildings)
        street.rows.append(_party(case, 2, None, street.now, kind="unregistered",
                                  building_id=home))  # fmt: skip
        street.tied |= {m for m in street.people[3:] if street.building.get(m) == home}
    return case


def _around(street: Street, case: Case, parties: list[UUID], mediators: list[UUID]) -> None:
    """A post, what is said below it, blocks, care."""
    author = street.chance.choice([parties[0], street.chance.choice(mediators)])
    post = _post(street, author, None)
    comments = [_post(street, one, post.id) for one in street.some(mediators, 0.08)]
    street.rows += [post, *comments]
    street.rows.append(CasePost(post_id=post.id, case_id=case.id, joined_at=street.now))
    street.tied |= {author, *(c.author_id for c in comments)}
    for one in street.some(mediators, 0.12):
        state = street.chance.choice(["given", "taken_back"])
        street.rows.append(MeToo(id=new_id(), post_id=post.id, user_id=one, state=state,
                                 given_at=street.now))  # fmt: skip
        if state == "given":
            street.tied.add(one)
    for one in street.some(mediators, 0.06):
        street.tied.add(one)
        party = street.chance.choice(parties)
        pair = street.chance.choice([(one, party), (party, one)])
        street.rows.append(
            Dependant(
                carer_id=pair[0], person_id=pair[1], state="proposed", label="邻居",
                building_id=street.buildings[0], place_path=[*street.path, street.buildings[0]],
                has_lift=True, contact_sealed=b"x", cap_fen=0, kinds=[], created_at=street.now,
            )
        )  # fmt: skip


def _history(street: Street, case: Case, parties: list[UUID], mediators: list[UUID]) -> None:
    """Earlier quarrels, and what mediators did in this one."""
    for one in street.some(mediators, 0.08):
        early = _blank(street, one, state="withdrawn")
        side = street.chance.choice([1, 2])
        foe = street.chance.choice(parties)
        street.rows += [early, _party(early, 1, one, street.now),
                        _party(early, side, foe, street.now)]  # fmt: skip
        # Of one side they were no foes.
        if side == 2:
            street.tied.add(one)
    for one in street.some(mediators, 0.15):
        street.tied.add(one)
        state = street.chance.choice(["passed", "timed_out", "replaced"])
        street.rows.append(MediatorAsk(case_id=case.id, user_id=one, state=state,
                                       asked_at=street.now, until=street.now))  # fmt: skip
        if state == "replaced" and street.chance.random() < 0.5:
            street.rows.append(CaseObjection(case_id=case.id, user_id=one, by="party",
                                             by_id=parties[0], text_sealed=b"",
                                             at=street.now))  # fmt: skip


async def _errand(
    session: AsyncSession, street: Street, parties: list[UUID], mediators: list[UUID]
) -> None:
    """One errand that the runner did who is a party, for a mediator; of long ago it ties nobody."""
    one, is_old = street.chance.choice(mediators), street.chance.random() < 0.3
    await run(session, _ERRAND_SQL, one, street.now - timedelta(days=200 if is_old else 100))
    if not is_old:
        street.tied.add(one)
    for two in street.some(mediators, 0.05):
        street.tied.add(two)
        for a, b in ((two, parties[1]), (parties[1], two)):
            await run(session, "UPDATE users SET apart = apart || $2::uuid WHERE id = $1", a, b)


def _blank(street: Street, opener_id: UUID, *, state: str) -> Case:
    return Case(
        id=new_id(), community_id=street.path[-1], place_id=street.path[-1],
        place_path=street.path, source="request", category="noise", state=state,
        summary_sealed=b"x", opener_id=opener_id, languages=["zh"], accepted_at=street.now,
        created_at=street.now,
    )  # fmt: skip


def _party(case: Case, side: int, user_id: UUID | None, now: datetime, **more: Any) -> CaseParty:
    return CaseParty(
        case_id=case.id, side=side, user_id=user_id, name_sealed=b"x", phone_sealed=b"",
        state="consented", how="app", consented_at=now, joined_at=now, **{"kind": "person", **more},
    )  # fmt: skip


def _post(street: Street, author_id: UUID, parent_id: UUID | None) -> Post:
    return Post(
        id=new_id(), community_id=street.path[-1], place_id=street.path[-1],
        place_path=street.path, spot_id=street.path[-1], author_id=author_id, parent_id=parent_id,
        kind="dispute" if parent_id is None else "comment",
        category="noise" if parent_id is None else None, is_anonymous=False,
        created_at=street.now,
    )  # fmt: skip


async def _add(session: AsyncSession, street: Street) -> None:
    """What was made up so far, in this order."""
    for row in street.rows:
        session.add(row)
        await session.flush()
    street.rows.clear()
