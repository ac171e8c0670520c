"""Every operation, asked by everybody about everybody's things, answers as the policy says."""

import json

import httpx
import pytest

from api.bootstrap import Parts
from api.migrations.tables import METADATA
from api.policy import POLICY, NoVerdict, check_policy
from tests.contract.document import operations
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.worlds import World
from tests.matrix.cells import MISSING_ID, Cell, cells, names_a_thing
from tests.matrix.neighbourhood import Neighbourhood, make_neighbourhood
from tests.matrix.people import Identity

_REFUSED = (401, 403, 404)
# Whoever may, is nobody any more, or was of use once: tests/integration/test_privacy_leaving.py.
_END_ACCOUNTS = ("privacy_erase_data", "privacy_erase_person")
# Those whose job it is see everything here, having said why.
_LOOKS = (
    "privacy_look_as_staff", "privacy_look_as_runner", "merchants_read_contact", "mediation_take",
)  # fmt: skip


def test_an_operation_without_a_row_does_not_build() -> None:
    """Nobody forgets to say who may."""
    with pytest.raises(NoVerdict, match="orders_forgotten"):
        check_policy(["orders_read_order", "orders_forgotten"], POLICY)


def test_a_row_without_an_operation_does_not_stay() -> None:
    """The table names what exists."""
    assert POLICY.keys() == {o.id for o in operations()}


async def test_the_matrix_pairwise(world: World) -> None:
    """Each pair of operation and person, of operation and thing, of person and thing."""
    wrong = await wrong_cells(await make_neighbourhood(world), whole=False)

    assert not wrong, "\n".join(wrong)


@pytest.mark.storm
@pytest.mark.timeout(900)
async def test_the_matrix_whole(world: World) -> None:
    """All of them."""
    wrong = await wrong_cells(await make_neighbourhood(world), whole=True)

    assert not wrong, "\n".join(wrong)


async def wrong_cells(here: Neighbourhood, *, whole: bool) -> list[str]:
    """What was answered otherwise than the policy says, changed something, or told too much.

    All refusals come first: together they must have changed nothing. Whether what is not theirs
    looks like what is not there is compared for every third of them, where not all are asked.
    """
    asked, wrong = list(cells(here, whole=whole)), list[str]()
    before = await checksums(here.world.parts)
    for n, cell in enumerate(c for c in asked if not c.is_allowed):
        wrong += await _wrong_refusal(here, cell, compares=whole or n % 3 == 0)
    after = await checksums(here.world.parts)
    wrong += [f"a refusal changed {table}" for table in after if after[table] != before[table]]
    for cell in (c for c in asked if c.is_allowed and c.operation.id not in _END_ACCOUNTS):
        answer = await cell.ask(here.things[cell.variant])
        # Of oneself there may be nothing yet: no household to leave, say.
        is_absent = answer.status_code == 404 and not names_a_thing(cell.operation)
        is_refused = answer.status_code in _REFUSED and not is_absent
        if is_refused or answer.status_code >= 500:
            wrong.append(f"{cell}: {_said(answer)}")
        wrong += _told(here, cell.identity, answer, is_look=cell.operation.id in _LOOKS)
    await here.world.settle()
    return wrong


async def _wrong_refusal(here: Neighbourhood, cell: Cell, *, compares: bool) -> list[str]:
    things = here.things[cell.variant]
    answer = await cell.ask(things)
    expected = (403, 404) if cell.identity.is_live else (401,)
    if cell.needs_no_session:
        expected = (401, 403, 404)
    if answer.status_code not in expected:
        return [f"{cell}: {_said(answer)}"]
    if compares and answer.status_code == 404 and "{" in cell.operation.path:
        # What is not theirs and what is not there must look alike.
        nothing = {name: MISSING_ID for name in things.ids if name.endswith("_id")}
        absent = await cell.ask(things, instead=nothing)
        if _body(absent) != _body(answer):
            return [f"{cell}: {_said(answer)}, where nothing is {_said(absent)}"]
    return _told(here, cell.identity, answer)


def _told(
    here: Neighbourhood, identity: Identity, answer: httpx.Response, *, is_look: bool = False
) -> list[str]:
    """Secrets of others in an answer."""
    said = answer.text + str(answer.headers)
    told: list[str] = []
    for variant, things in here.things.items():
        are = identity.is_to(variant, about_runner=False)
        is_owner = "owner" in are
        knows_door = bool(are & {"owner", "carrier", "staff"})
        secrets = things.secrets
        hidden = [] if is_owner or (is_look and knows_door) else [secrets.phone]
        hidden += [] if knows_door else [secrets.door, secrets.name, secrets.note]
        # What a case is about, only whoever stands in it; no staff but those who are named.
        is_named = bool(are & {"owner", "mediator", "keeper"}) or (is_look and "staff" in are)
        hidden += [] if is_named else [secrets.quarrel]
        told += [f"{identity.name} was told {s}" for s in hidden if s in said]
    return told


def _body(answer: httpx.Response) -> dict[str, object]:
    return {k: v for k, v in json.loads(answer.text).items() if k != "request_id"}


def _said(answer: httpx.Response) -> str:
    return f"{answer.status_code} {answer.text[:200]}"


async def checksums(parts: Parts) -> dict[str, str]:
    """A checksum of each table."""
    each = [
        f"SELECT '{t}', coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {t} AS t"
        for t in sorted(METADATA.tables)
    ]
    return {row[0]: row[1] for row in await rows(parts, " UNION ALL ".join(each))}
