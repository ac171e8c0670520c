"""Real names: a checked number, held by one account, decided by staff of the community."""

import pytest

from tests.fixtures.builders.neighbours import (
    ADULT,
    OTHER_ADULT,
    has_phone,
    number_born,
    submit_name,
)
from tests.fixtures.builders.people import agree
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

_WRONG = (
    "110105194912310021", "110105194913310021", "110105194902300012", "110105209901010012",
    "440524188001010014", "000105194912310025",
)  # fmt: skip


async def test_a_wrong_number_is_refused_and_never_repeated(world: World) -> None:
    """Check digit, month 13, 30 February, the future, 140 years: one answer, no value."""
    said: set[tuple[int, str]] = set()
    for n, number in enumerate(_WRONG):
        resident = await world.person(f"resident{n + 1}")
        await agree(resident, "id_number")
        body = {"name": "张小明", "id_number": number, "community_id": world.community_id}
        answer = await resident.call("POST", "/v1/me/real-name", json=body)
        said.add((answer.status_code, answer.json()["code"]))
        assert number not in answer.text

    assert {(422, "id_number_invalid")} == said


async def test_a_name_is_unverified_submitted_verified(world: World) -> None:
    """Masked for its owner, in the list of staff, and kept after the decision."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    await has_phone(world, resident, "13912340987")
    before = await resident.get("/v1/me/real-name")
    submitted = await submit_name(world, resident, number=ADULT.lower())
    listed = await staff.get(f"/v1/real-names?place_id={world.office_id}&state=submitted")

    await staff.post(f"/v1/real-names/{resident.id}/approve")
    after = await resident.get("/v1/me/real-name")

    assert "unverified" == before["state"]
    assert ("submitted", "张**", "110***********002X", "adult") == tuple(
        submitted[k] for k in ("state", "name", "id_number", "age_band")
    )
    assert [(resident.id, "张**", "139****0987")] == [
        (i["user_id"], i["name"], i["phone"]) for i in listed["items"]
    ]
    assert ("verified", "张**") == (after["state"], after["name"])


async def test_a_number_belongs_to_one_account(world: World) -> None:
    """Two at once with the same number: one holds it; rejected, it is free again."""
    first, second = await world.person("resident1"), await world.person("resident2")
    await agree(first, "id_number")
    await agree(second, "id_number")
    body = {"name": "张小明", "id_number": ADULT, "community_id": world.community_id}

    answers = await at_once(
        *(unhurried(p).call("POST", "/v1/me/real-name", json=body) for p in (first, second))
    )
    held, other = (first, second) if answers[0].is_success else (second, first)
    again = await other.refused("POST", "/v1/me/real-name", json=body)
    staff = await world.person("staff1")
    await staff.post(f"/v1/real-names/{held.id}/reject", {"reason": "card_differs"})
    free = await submit_name(world, other)

    assert {"ok": 1, "id_number_used": 1} == outcomes(answers)
    assert ((409, "id_number_used"), "submitted") == (again, free["state"])


async def test_what_is_rejected_is_forgotten_and_may_be_submitted_anew(world: World) -> None:
    """Only the reason stays; the person reads it and tries again."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    await submit_name(world, resident)
    await staff.post(f"/v1/real-names/{resident.id}/reject", {"reason": "card_not_shown"})
    rejected = await resident.get("/v1/me/real-name")
    kept = await rows(
        world.parts, "SELECT name_sealed, number_sealed, number_index, age_band FROM real_names"
    )

    again = await submit_name(world, resident, number=OTHER_ADULT)
    waits = await resident.refused(
        "POST",
        "/v1/me/real-name",
        json={"name": "张小明", "id_number": ADULT, "community_id": world.community_id},
    )

    assert ("rejected", "card_not_shown", None) == (
        rejected["state"],
        rejected["reason"],
        rejected["name"],
    )
    assert [(None, None, None, None)] == [tuple(r) for r in kept]
    assert ("submitted", (409, "already_submitted")) == (again["state"], waits)


async def test_staff_decide_once_here_and_never_about_themselves(world: World) -> None:
    """Residents lack the role, staff elsewhere find nothing, of two at once one decides."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    other = await world.person("office1")
    stranger = await foreign_staff(world)
    await submit_name(world, resident)
    await submit_name(world, staff, number=OTHER_ADULT)
    path = f"/v1/real-names/{resident.id}/approve"
    nobody = f"/v1/real-names/{world.community_id}/approve"

    assert (403, "role_missing") == await resident.refused("POST", path)
    assert (404, "not_found") == await stranger.refused("POST", path)
    assert (404, "not_found") == await stranger.refused("POST", nobody)
    assert (404, "not_found") == await stranger.refused(
        "GET", f"/v1/real-names?place_id={world.community_id}"
    )
    assert (409, "own_decision") == await staff.refused(
        "POST", f"/v1/real-names/{staff.id}/approve"
    )
    answers = await at_once(*(unhurried(s).call("POST", path) for s in (staff, other)))
    assert {"ok": 1, "decision_made": 1} == outcomes(answers)


async def test_a_look_at_the_whole_name_leaves_an_event(world: World) -> None:
    """While it waits staff may compare it with the card; afterwards nobody may look."""
    resident, staff = await world.person("resident1"), await world.person("staff1")
    await submit_name(world, resident)
    path = f"/v1/real-names/{resident.id}/reveal"

    shown = await staff.post(path, {"reason": "compare_card"})
    looks = await value(
        world.parts,
        "SELECT count(*) FROM events WHERE name = 'real_name.revealed' AND actor_id = $1",
        staff.id,
    )
    await staff.post(f"/v1/real-names/{resident.id}/approve")

    assert {"name": "张小明", "id_number": ADULT} == shown
    assert 1 == looks
    assert (409, "decision_made") == await staff.refused(
        "POST", path, json={"reason": "compare_card"}
    )


@pytest.mark.parametrize(("years", "band"), [(18, "adult"), (15, "minor_14_17"), (7, "under_14")])
async def test_of_an_age_only_its_band_is_kept(world: World, years: int, band: str) -> None:
    """No column and no event holds a birthday."""
    resident = await world.person("resident1")
    year = await value(world.parts, "SELECT extract(year FROM linli_now())::int - 1")
    number = number_born(year - years)

    submitted = await submit_name(world, resident, number=number)
    row = str(await rows(world.parts, "SELECT to_jsonb(r)::text FROM real_names AS r"))

    assert band == submitted["age_band"]
    assert number[6:14] not in row
