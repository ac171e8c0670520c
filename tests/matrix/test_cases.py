"""Cases, asked about by everybody who is something to one of them, and by everybody who is nothing.

Whatever is not somebody's to know of looks exactly like what is not there, in every operation, and
no list, inbox or feed tells that there is more. `test_matrix.py` asks who may; this asks what the
others learn.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from api.kit.clock import china
from api.kit.db import read_now
from api.policy import Who
from tests.contract.document import Operation, operations
from tests.fixtures.builders.agreeing import at_table, proposed, signed
from tests.fixtures.builders.cases import appointed, meeting, requested, talks
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.staff import granted, other_office
from tests.fixtures.builders.worlds import World
from tests.matrix.cells import MISSING_ID, Cell
from tests.matrix.people import ELSEWHERE, HERE, MINE, NEIGHBOURS, VARIANTS, Identity
from tests.matrix.test_matrix import checksums
from tests.matrix.things import Secrets, Things

# What somebody is to a case that lets them know of it.
_KNOWING: frozenset[Who] = frozenset({"owner", "mediator", "keeper", "visitor"})
# What the feed of changes names to somebody.
_HEARD_SQL = "SELECT subject_id FROM changes WHERE user_id = $1 AND subject = 'case'"
_BELOW = ("/v1/cases/{case_id}", "/v1/visits/{visit_id}", "/v1/case-guests/{guest_id}",
          "/v1/hearings/{hearing_id}")  # fmt: skip
_WITHIN = ("case_id", "visit_id", "guest_id", "party_id", "hearing_id", "item_id", "upload_id")


@dataclass(frozen=True, slots=True)
class Court:
    """Three cases: one with everybody in it, a neighbour's, one of another place."""

    world: World
    identities: list[Identity]
    things: dict[str, Things]

    def named(self, names: Iterable[str]) -> list[Identity]:
        """Some of them."""
        return [one for one in self.identities if one.name in names]


async def test_whoever_is_nothing_to_a_case_learns_nothing_of_it(world: World) -> None:
    """By reading; no list counts it; not as its guest either, nor as who had it before."""
    court = await opened(world)
    few = court.named(("guest", "mediator before", "unnamed staff", "party of the neighbour's"))
    reads = [o for o in case_operations() if o.method == "GET"]

    assert [] == [w for cell in cells(court, few, reads) for w in await wrongs(court, cell)]
    assert [] == [w for one in court.identities for w in await listed(court, one)]


@pytest.mark.storm
@pytest.mark.timeout(900)
async def test_each_role_by_each_operation_by_each_case(world: World) -> None:
    """All of them: equal answers, and not one refusal changes anything."""
    court = await opened(world)
    before = await checksums(world.parts)
    wrong = [
        w
        for cell in cells(court, court.identities, case_operations())
        for w in await wrongs(court, cell)
    ]
    after = await checksums(world.parts)
    wrong += [f"a refusal changed {table}" for table in after if after[table] != before[table]]

    assert not wrong, "\n".join(wrong)


def case_operations() -> list[Operation]:
    """Every operation on one case, a visit or a guest of it."""
    return [o for o in operations() if o.path.startswith(_BELOW)]


def cells(court: Court, identities: list[Identity], among: list[Operation]) -> Iterable[Cell]:
    """What these are refused, by the policy."""
    every = (Cell(o, one, v) for o in among for one in identities for v in VARIANTS)
    return (cell for cell in every if not cell.is_allowed)


async def wrongs(court: Court, cell: Cell) -> list[str]:
    """What was answered that should not have been, or that tells the case from no case."""
    answer = await cell.ask(court.things[cell.variant])
    if not cell.identity.is_live:
        return [] if answer.status_code == 401 else [f"{cell}: {answer.status_code}"]
    if answer.status_code not in (403, 404):
        return [f"{cell}: {answer.status_code} {answer.text[:200]}"]
    nothing = dict.fromkeys(_WITHIN, MISSING_ID)
    absent = await cell.ask(court.things[cell.variant], instead=nothing)
    knows = cell.identity.is_to(cell.variant, about_runner=False) & _KNOWING
    said, said_of_nothing = _body(answer), _body(absent)
    if not knows and (answer.status_code, said) != (absent.status_code, said_of_nothing):
        return [f"{cell}: {said}, where nothing is {said_of_nothing}"]
    return []


async def listed(court: Court, one: Identity) -> list[str]:
    """Cases of others in somebody's lists."""
    if not one.is_live:
        return []
    known = {
        court.things[v].ids["case_id"]
        for v in VARIANTS
        if one.is_to(v, about_runner=False) & _KNOWING
    }
    all_ids = {things.ids["case_id"] for things in court.things.values()}
    person, wrong = one.person, list[str]()
    cases = {c["id"] for c in (await person.get("/v1/cases"))["items"]}
    if not cases <= known:
        wrong.append(f"{one.name} lists {len(cases - known)} too many")
    told = (await person.call("GET", "/v1/me/inbox")).text
    heard = {str(r[0]) for r in await rows(court.world.parts, _HEARD_SQL, UUID(person.id))}
    # What somebody was told while they had the case stays theirs.
    had = {court.things[MINE].ids["case_id"]} if one.name == "mediator before" else set[str]()
    others = all_ids - known - had
    wrong += [f"{one.name} was told of {n}" for n in others if n in told or n in heard]
    for variant in VARIANTS:
        things = court.things[variant]
        place = {"place_id": things.ids["place_id"]}
        answer = await person.call("GET", "/v1/cases/queue", params=place)
        works_there = "staff" in one.is_to(variant, about_runner=False)
        if works_there != (answer.status_code == 200):
            wrong.append(f"{one.name} at the queue of {variant}: {answer.status_code}")
        if works_there and things.secrets.quarrel in answer.text:
            wrong.append(f"{one.name} reads what it is about in the queue")
    return wrong


async def opened(world: World) -> Court:
    """One case in which everybody has a part, who visits and joins included; two others."""
    table = await at_table(world)
    assert table.other is not None
    guest, invited = await world.person("resident6"), await world.person("resident2")
    body = {"kind": "relative", "user_id": guest.id}
    guests = (await table.asker.post(f"{table.path}/guests", body))["items"]
    await table.other.post(f"/v1/case-guests/{guests[0]['id']}/consent", {})
    before = table.mediator
    mediator = await world.person("resident9")
    await appointed(world, mediator, categories=["other"])
    await table.staff.post(f"{table.path}/replace", {"code": "illness"})
    await mediator.post(f"{table.path}/accept")
    await world.settle()
    side = {"side": 2, "kind": "person", "user_id": invited.id}
    await table.staff.post(f"{table.path}/parties", side)
    async with world.parts.database.session() as session:
        now = await read_now(session)
    planned = talks(now)
    (open_talks,) = (await table.asker.post(f"{table.path}/hearing", planned))["items"]
    # Agreed upon, and somebody is to go and see.
    await mediator.post(f"{table.path}/sessions", await meeting(world))
    table = replace(table, mediator=mediator)
    await signed(table, await proposed(world, table))
    visitor = await world.person("grid2")
    soon = {"due_on": china(now).date().isoformat()}
    visit = await table.staff.post(f"{table.path}/visits", soon)
    await table.staff.post(f"/v1/visits/{visit['id']}/assign", {"user_id": visitor.id})
    theirs, stranger = await world.person("resident3"), await world.person("resident7")
    near = await requested(theirs, world.community_id, text="canary-quarrel-2")
    _, far_id = await other_office(world)
    far_staff = await granted(world, "stranger1", "community_staff", far_id)
    far_party = await granted(world, "stranger2", "resident", far_id)
    far = await requested(far_party, far_id, text="canary-quarrel-3")
    unnamed = await granted(world, "staff-unnamed", "community_staff", world.community_id)
    visit_of = {"guest_id": guests[0]["id"], "party_id": table.ids[1],
                "hearing_id": open_talks["id"], "visit_id": visit["id"]}  # fmt: skip
    ids = {
        MINE: {**visit_of, "case_id": table.case_id, "place_id": world.community_id},
        NEIGHBOURS: {"case_id": near["id"], "place_id": world.community_id},
        ELSEWHERE: {"case_id": far["id"], "place_id": far_id},
    }
    worked = {"how": "phone", "text": "电话", "happened_at": "2026-01-01T00:00:00+08:00"}
    bodies = {
        "mediation_add_party": {"side": 2, "kind": "unregistered", "name": "陈师傅"},
        "mediation_propose_guest": {"kind": "expert", "name": "李工"},
        "mediation_ask": {},
        "mediation_consent_to_guest": {},
        "mediation_refuse_guest": {},
        "hearings_propose": planned,
        "hearings_consent": {"hearing_id": open_talks["id"]},
        "hearings_refuse": {"hearing_id": open_talks["id"]},
        "outcomes_consent": {"text_hash": "0" * 64},
        "outcomes_decline": {},
        "mediation_record_contact": worked,
        "mediation_record_session": worked,
    }
    things = {v: Things(ids[v], Secrets.of(n), bodies) for n, v in enumerate(VARIANTS, start=1)}
    here: tuple[Who, ...] = ("resident",)
    people: list[tuple[str, Person, tuple[Who, ...]]] = [
        ("party", table.asker, ("owner",)),
        ("other side", table.other, ("owner",)),
        ("invited", invited, ("owner",)),
        ("mediator", mediator, ("mediator",)),
        ("mediator before", before, ()),
        ("named staff", table.staff, ("keeper",)),
        ("guest", guest, ("guest",)),
        ("visitor", visitor, ("visitor",)),
        ("stranger", stranger, ()),
        ("unnamed staff", unnamed, ()),
        ("staff elsewhere", far_staff, ()),
        ("party of the neighbour's", theirs, ()),
        ("party elsewhere", far_party, ()),
    ]
    identities = [Identity(name, person).are("anybody", HERE) for name, person, _ in people]
    for one, (_, _, are) in zip(identities, people, strict=True):
        for who in (*here, *are):
            one.are(who, [MINE])
    by_name = {one.name: one for one in identities}
    for name in ("named staff", "unnamed staff"):
        by_name[name].are("staff", HERE).are("manager", HERE)
    by_name["visitor"].are("staff", HERE)
    by_name["staff elsewhere"].are("staff", [ELSEWHERE]).are("manager", [ELSEWHERE])
    by_name["party of the neighbour's"].are("owner", [NEIGHBOURS])
    by_name["party elsewhere"].are("owner", [ELSEWHERE])
    nobody = Identity("anonymous", Person(world.http, "", ""), is_live=False)
    return Court(world, [*identities, nobody], things)


def _body(answer: Any) -> dict[str, Any]:
    return {k: v for k, v in answer.json().items() if k not in ("request_id", "instance")}
