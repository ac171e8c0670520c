"""API and worker are killed at each await of a case, which ends as if nothing had been.

All of it takes hours, so it may be done in slices, in as many sittings as it takes:
``LINLI_STORM_EVERY_AWAIT=150`` makes 150 of them, of which the k-th dies at the awaits k, k + 150,
k + 300, … of every deed; ``LINLI_STORM_SLICES=1-150`` names those to run (the first alone, if it
says nothing), ``LINLI_STORM_DONE`` a file that keeps which were done: they are not run again.
"""

import os
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from fastapi import FastAPI

from tests.fixtures.builders.agreeing import named, term, today, turn_to
from tests.fixtures.builders.cases import appointed, meeting
from tests.fixtures.builders.people import Person, fresh_key, sign_in
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.recovery import left
from tests.fixtures.builders.sql import change, rows
from tests.fixtures.builders.worlds import World
from tests.fixtures.storms.deeds import Deed, died_inside
from tests.fixtures.storms.doomed import doomed
from tests.fixtures.storms.figures import Figures
from workers.case_timers import CASE_TIMERS

pytestmark = [pytest.mark.storm, pytest.mark.timeout(7200)]

EVERY = int(os.environ.get("LINLI_STORM_EVERY_AWAIT", "1"))
DONE = os.environ.get("LINLI_STORM_DONE", "")
_NAMES = ("resident1", "resident4", "resident8", "resident9", "staff1", "grid2")
# More than the longest deed has awaits.
_AWAITS_MAX = 600
# As if each death lay long apart: whatever kills its worker again and again is parked otherwise.
_DUE_SQL = """
UPDATE reactions SET attempts = 0, next_at = clock_timestamp() - interval '1 s'
WHERE state = 'pending'
"""
_PENDING_SQL = (
    "SELECT event_seq, task FROM reactions WHERE state = 'pending' ORDER BY event_seq, task"
)
# Whatever happened in a case, in any of its parts.
_HAPPENED_SQL = """
SELECT e.name, e.to_state FROM events AS e
WHERE e.subject = 'case' AND e.subject_id = $1
   OR e.subject = 'case_party' AND e.subject_id IN (SELECT id FROM case_parties WHERE case_id = $1)
   OR e.subject = 'mediator_ask'
      AND e.subject_id IN (SELECT id FROM mediator_asks WHERE case_id = $1)
   OR e.subject = 'agreement' AND e.subject_id IN (SELECT id FROM agreements WHERE case_id = $1)
   OR e.subject = 'visit' AND e.subject_id IN (SELECT id FROM visits WHERE case_id = $1)
"""
_ITEMS_SQL = """
SELECT d.term_n, d.state, d.reminded_at IS NOT NULL FROM due_items AS d
JOIN agreements AS a ON a.id = d.agreement_id WHERE a.case_id = $1
"""


@dataclass(slots=True)
class Calm:
    """Requests and the worker as they are when nothing dies."""

    world: World
    deaths: Counter[str] = field(default_factory=Counter[str])

    async def step(self, who: Person, path: str, body: Any = None) -> None:
        """One request, and what follows."""
        await who.post(path, body)
        await self.work()

    async def work(self, *, times: bool = False) -> None:
        """What follows, and what is due."""
        await self.world.settle()


@dataclass(slots=True)
class Mortal(Calm):
    """The same, where the process is killed at each await, and begun anew, until it is done."""

    app: FastAPI = field(kw_only=True)
    dies: Callable[[Deed, int], Awaitable[bool]] = field(kw_only=True)
    # The first await of a deed at which it dies; then at every ``EVERY``-th.
    first: int = field(kw_only=True)

    async def step(self, who: Person, path: str, body: Any = None) -> None:
        """The client insists under the same key, whatever it heard."""
        headers = {
            "authorization": f"Bearer {who.token}",
            "content-type": "application/json",
            "idempotency-key": fresh_key(),
        }
        raw = "" if body is None else orjson.dumps(body).decode()
        await self._die(Deed("POST", path, headers, raw), self.dies, path.rpartition("/")[2])
        answer = await who.call("POST", path, key=headers["idempotency-key"],
                                **({} if body is None else {"json": body}))  # fmt: skip
        assert answer.is_success, (path, answer.text)
        await self.work()

    async def work(self, *, times: bool = False) -> None:
        """Timers, the pump, and every reaction die as well."""
        for name in CASE_TIMERS if times else ():
            await self._die(Deed(timer=name), self.dies, name)

        async def inside(deed: Deed, n: int) -> bool:
            await change(self.world.parts, _DUE_SQL)
            return await died_inside(deed, self.app, self.world.parts, dies_after=n)

        while await left(self.world.parts):
            await self._die(Deed(), inside, "pump")
            for event_seq, task in await rows(self.world.parts, _PENDING_SQL):
                await self._die(Deed(task=task, event_seq=event_seq), inside, task)

    async def _die(
        self, deed: Deed, dies: Callable[[Deed, int], Awaitable[bool]], name: str
    ) -> None:
        for n in range(self.first, _AWAITS_MAX, EVERY):
            if not await dies(deed, n):
                return
            self.deaths[name] += 1
        raise AssertionError(f"{name}: more than {_AWAITS_MAX} awaits")


async def test_a_case_ends_the_same_whatever_dies(
    world: World, server: tuple[FastAPI, str], figures: Figures
) -> None:
    """Every move once, every reminder told once, and everybody told as often as without deaths."""
    for mediator in (await back(world))[2:4]:
        await appointed(world, mediator, categories=["other"])
    await world.settle()
    before = [await heard(person) for person in await back(world)]
    calm_id = await story(Calm(world))
    once = [await heard(person) for person in await back(world)]
    told = [b - a for a, b in zip(before, once, strict=True)]
    deaths: Counter[str] = Counter()
    async with doomed(world.parts.settings) as dies:
        for first in slices():
            mortal = Mortal(world, app=server[0], dies=dies, first=first)
            mortal_id = await story(mortal)
            again = [await heard(person) for person in await back(world)]
            assert await happened(world, calm_id) == await happened(world, mortal_id), first
            assert await items(world, calm_id) == await items(world, mortal_id), first
            assert told == [b - a for a, b in zip(once, again, strict=True)], first
            once = again
            deaths += mortal.deaths
            done(first, mortal.deaths)

    for name, count in deaths.items():
        figures.told(f"deaths: {name}", count)
    figures.at_least("deaths, all", sum(deaths.values()), 1)
    figures.told("slices done, by now", len(done_before()) if DONE else len(slices()))
    figures.told("slices there are", EVERY)
    figures.judge("cases")


def slices() -> list[int]:
    """Which are to be run: those that were asked for and not done before."""
    first, _, last = os.environ.get("LINLI_STORM_SLICES", "1").partition("-")
    asked = range(int(first), min(int(last or first), EVERY) + 1)
    return [n for n in asked if n not in done_before()]


def done_before() -> set[int]:
    """The slices of this many that were done, in whichever sitting."""
    if not DONE or not Path(DONE).exists():
        return set()
    kept = (orjson.loads(line) for line in Path(DONE).read_text().splitlines())
    return {one["slice"] for one in kept if one["of"] == EVERY}


def done(first: int, deaths: Counter[str]) -> None:
    """Keep that a slice was done, and how often something died in it."""
    if DONE:
        line = orjson.dumps({"slice": first, "of": EVERY, "deaths": sum(deaths.values())})
        with Path(DONE).open("ab") as kept:
            kept.write(line + b"\n")


async def story(way: Calm) -> str:
    """From a request to the archive: a mediator is suspended in the midst of it, a promise is
    reminded of, said to be done and confirmed; both visits; the case's id."""
    world = way.world
    on = await today(world) + timedelta(1)
    await turn_to(world, on)
    party, other, first, second, staff, visitor = await back(world)
    await way.step(party, "/v1/cases", {"place_id": world.community_id, "category": "other",
                                        "text": "楼上半夜装修"})  # fmt: skip
    case_id = (await party.get("/v1/cases"))["items"][0]["id"]
    path = f"/v1/cases/{case_id}"
    await way.step(staff, f"{path}/take")
    side = {"side": 2, "kind": "person", "user_id": other.id}
    await way.step(staff, f"{path}/parties", side)
    await way.step(staff, f"{path}/offer")
    await way.step(other, f"{path}/consent", {"has_read_rights": True})
    asked = [p for p in (first, second)
             if case_id in [c["id"] for c in (await p.get("/v1/cases"))["items"]]]  # fmt: skip
    tired = asked[0]
    fresh = second if tired is first else first
    await way.step(tired, f"{path}/accept")
    await way.step(tired, f"{path}/contact", await meeting(world))
    await way.step(world.admin, f"/v1/mediators/{tired.id}/suspend", {"code": "illness"})
    await way.work(times=True)
    await way.step(fresh, f"{path}/accept")
    await way.step(fresh, f"{path}/sessions", await meeting(world))
    ids = [p["id"] for p in sorted((await staff.get(path))["parties"], key=lambda p: p["side"])]
    promise = {"kind": "once", "last": (on + timedelta(9)).isoformat()}
    body = {"form": "written", "facts": "半夜装修", "terms": [term(ids[1], schedule=promise)]}
    await way.step(fresh, f"{path}/propose", body)
    text = (await staff.get(f"{path}/agreements"))["items"][-1]
    for who, name in ((party, "party"), (other, "party"), (fresh, "mediator")):
        await way.step(who, f"{path}/sign", named(text, name))
    seal = await photo(staff, purpose="case")
    await way.step(staff, f"{path}/sign", named(text, "committee", upload_id=seal))
    week, month = (await staff.get(f"{path}/visits"))["items"]
    for day, visit in ((8, week), (31, month)):
        await turn_to(world, on + timedelta(day))
        party, other, _, _, staff, visitor = await back(world)
        await way.work(times=True)
        if visit is week:
            item = (await staff.get(f"{path}/agreements"))["items"][-1]["items"][0]
            await way.step(other, f"{path}/perform", {"item_id": item["id"]})
            done = {"item_id": item["id"], "is_done": True}
            await way.step(party, f"{path}/confirm-performed", done)
        await way.step(staff, f"/v1/visits/{visit['id']}/assign", {"user_id": visitor.id})
        await way.step(visitor, f"/v1/visits/{visit['id']}/record", {"text": "问过双方"})
    assert "followed_up" == (await staff.get(path))["state"]
    await way.step(staff, f"{path}/close")
    await world.admin.post(f"/v1/mediators/{tired.id}/reinstate")
    await world.settle()
    return case_id


async def back(world: World) -> list[Person]:
    """Those of the story, signed in anew: weeks pass, and sessions end."""
    world.people.clear()
    world.admin = await sign_in(world.http, "dev:admin1")
    return [await world.person(name) for name in _NAMES]


async def happened(world: World, case_id: str) -> Counter[tuple[Any, ...]]:
    """Each kind of event of a case, and how often."""
    return Counter(tuple(r) for r in await rows(world.parts, _HAPPENED_SQL, UUID(case_id)))


async def items(world: World, case_id: str) -> list[tuple[Any, ...]]:
    """What was due, and what became of it."""
    return sorted(tuple(r) for r in await rows(world.parts, _ITEMS_SQL, UUID(case_id)))


async def heard(person: Person) -> Counter[str]:
    """How often somebody was told of each kind of event."""
    found: Counter[str] = Counter()
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = await person.get("/v1/me/inbox", params=query)
        found.update(record["kind"] for record in page["items"])
        if page["next_cursor"] is None:
            return found
        query["cursor"] = page["next_cursor"]
