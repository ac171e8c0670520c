"""Preferences: defaults until chosen, replaced whole, never over what somebody else wrote."""

from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

_PATH = "/v1/me/preferences"


async def test_preferences_stand_at_their_defaults_until_chosen(world: World) -> None:
    """Version 0; what is chosen is read back, over midnight too."""
    resident = await world.person("resident1")
    first = await resident.call("GET", _PATH, expect=200)
    chosen = {
        "quiet_from_min": 1320, "quiet_to_min": 420, "language": "en", "is_large_text": True,
        "may_be_called": False, "leave_at_door": True,
    }  # fmt: skip

    tag = {"If-Match": first.headers["etag"]}
    written = await resident.put(_PATH, chosen, headers=tag)
    cleared = await resident.put(_PATH, {}, headers={"If-Match": '"1"'})

    assert {**first.json(), "version": 0} == first.json()
    assert {**chosen, "version": 1} == written
    assert {**first.json(), "version": 2} == cleared


async def test_of_two_edits_of_one_version_one_is_written(world: World) -> None:
    """The first ever as well as a later one; without a version none."""
    resident = await world.person("resident1")
    for version in ("0", "1"):
        answers = await at_once(
            *(
                unhurried(resident).call(
                    "PUT", _PATH, json={"language": "en"}, headers={"If-Match": f'"{version}"'}
                )
                for _ in range(3)
            )
        )

        assert {"ok": 1, "version_changed": 2} == outcomes(answers)
    assert (428, "version_required") == await resident.refused("PUT", _PATH, json={})


async def test_quiet_hours_have_two_ends(world: World) -> None:
    """One end alone, an empty span and a minute that no day has are malformed."""
    resident = await world.person("resident1")
    for quiet in ({"quiet_from_min": 60}, {"quiet_from_min": 60, "quiet_to_min": 60},
                  {"quiet_from_min": 0, "quiet_to_min": 1440}):  # fmt: skip
        refused = await resident.refused("PUT", _PATH, json=quiet, headers={"If-Match": '"0"'})

        assert (422, "malformed_request") == refused
