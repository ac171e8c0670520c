"""How long an answer takes tells nothing of a case that is not somebody's to know of."""

import random
import time
from statistics import NormalDist, median

import pytest

from tests.fixtures.builders.agreeing import at_table
from tests.fixtures.builders.cases import requested
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.sql import change
from tests.fixtures.builders.worlds import World
from tests.fixtures.storms.figures import Figures
from tests.matrix.cells import MISSING_ID

pytestmark = [pytest.mark.storm, pytest.mark.timeout(1800)]

PAIRS = 400
# What is asked of both: a difference that chance makes once in a thousand runs, and one that
# somebody at the other end of a network could tell from its noise (a fifth of a millisecond).
ALPHA = 0.001
SEEN_MS = 0.2
OTHERS = 3000
# As many cases of others as one has none of.
_MULTIPLY_SQL = f"""
INSERT INTO cases SELECT (jsonb_populate_record(NULL::cases,
    to_jsonb(c) || jsonb_build_object('id', gen_random_uuid()))).*
FROM cases AS c, generate_series(1, {OTHERS}) WHERE c.state = 'opened'
"""


async def test_a_refusal_takes_as_long_whether_there_is_a_case_or_none(
    world: World, figures: Figures
) -> None:
    """Asked in turn, in an order of chance: the two answers come from one crowd (Mann-Whitney)."""
    table = await at_table(world)
    stranger = await world.person("resident7")
    for part in ("", "/records", "/agreements", "/hearings", "/guests"):
        there, nothing = f"{table.path}{part}", f"/v1/cases/{MISSING_ID}{part}"
        one, other = await measured(stranger, there, nothing)
        judged(figures, part or "/", one, other)
    figures.judge("case timing")


async def test_an_empty_list_takes_as_long_however_many_cases_others_have(
    world: World, figures: Figures
) -> None:
    """Thousands of a neighbour's against none: what is not mine is not gone through."""
    stranger = await world.person("resident7")
    before, _ = await measured(stranger, "/v1/cases", "/v1/cases")
    await requested(await world.person("resident1"), world.community_id, category="other")
    await change(world.parts, "ALTER TABLE cases DISABLE TRIGGER ALL", _MULTIPLY_SQL)
    await change(world.parts, "ANALYZE cases")
    after, _ = await measured(stranger, "/v1/cases", "/v1/cases")
    await change(world.parts, "DELETE FROM cases WHERE id NOT IN (SELECT subject_id FROM events)",
                 "ALTER TABLE cases ENABLE TRIGGER ALL")  # fmt: skip
    figures.told("cases of others", OTHERS)
    figures.at_most("slower by", median(after) - median(before), 1.0, "ms")
    figures.judge("list timing")


async def measured(person: Person, one: str, other: str) -> tuple[list[float], list[float]]:
    """Milliseconds of as many answers of each, in an order of chance."""
    found: dict[str, list[float]] = {"one": [], "other": []}
    turns = ["one", "other"] * PAIRS
    random.Random(20261122).shuffle(turns)
    for turn in turns:
        path = one if turn == "one" else other
        began = time.perf_counter()
        answer = await person.call("GET", path)
        found[turn].append((time.perf_counter() - began) * 1000)
        assert answer.status_code in (200, 404)
    return found["one"], found["other"]


def judged(figures: Figures, name: str, one: list[float], other: list[float]) -> None:
    """Print how far two crowds lie apart; it fails where it is certain, and could be seen."""
    p, apart_ms = mann_whitney(one, other), abs(median(one) - median(other))
    figures.told(f"{name}: chance of it, p", p)
    is_told = p < ALPHA and apart_ms > SEEN_MS
    figures.exactly(f"{name}: medians {apart_ms:.3f} ms apart, told", is_told, False)


def mann_whitney(one: list[float], other: list[float]) -> float:
    """The chance that two samples of one crowd lie so far apart, either way; of the normal
    approximation, which hundreds of each allow. Times do not tie."""
    ranks = sorted([(v, 0) for v in one] + [(v, 1) for v in other])
    total = sum(rank for rank, (_, whose) in enumerate(ranks, start=1) if whose == 0)
    n, m = len(one), len(other)
    u = total - n * (n + 1) / 2
    z = (u - n * m / 2) / (n * m * (n + m + 1) / 12) ** 0.5
    return 2 * (1 - NormalDist().cdf(abs(z)))
