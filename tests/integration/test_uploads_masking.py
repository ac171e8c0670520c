"""Faces and plates of others: destroyed in both sizes, by staff of the place, kept as evidence."""

from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from api.kit.images.reencode import Area, masked
from tests.fixtures.builders.images import chequered, encoded, opened, uploaded
from tests.fixtures.builders.messages import told
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import rows, value
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

FACE = Area(64, 32, 96, 64)
WHAT = {"areas": [{"left_px": 64, "top_px": 32, "width_px": 96, "height_px": 64}], "why": "face"}


def greys(picture: Image.Image, area: Area) -> set[int]:
    """The greys in an area, to the nearest sixteen, a step from its edge."""
    left, top, width, height = area
    box = (left + 8, top + 8, left + width - 8, top + height - 8)
    return {grey // 16 for grey in picture.crop(box).tobytes()}


async def shown(world: World, **more: Any) -> tuple[Person, dict[str, Any], str]:
    """A photo of a runner that an incident shows: the runner, the incident, the photo's path."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.accepted(resident, runner)
    photo = await uploaded(runner, encoded(chequered(400, 300)), purpose="incident")
    body = {"job_id": order["job_id"], "code": "other", "upload_ids": [photo["upload_id"]]}
    incident = await runner.post("/v1/incidents", {**body, **more})
    return runner, incident, f"/v1/uploads/{photo['upload_id']}"


@pytest.mark.parametrize("area", [FACE, Area(0, 0, 400, 300)])
def test_of_an_area_a_few_averages_are_left(area: Area) -> None:
    """Not a blur: black and white become one grey; the thumbnail too, and nothing beside it."""
    photo, thumb = masked(encoded(chequered(400, 300), quality=95), [area])

    whole, small = opened(photo), opened(thumb)

    assert (400, 300) == whole.size
    assert greys(whole, area) <= {7, 8}
    assert greys(small, Area(*(round(side * small.width / 400) for side in area))) <= {7, 8}
    assert (area != FACE) or {0, 15} <= greys(whole, Area(200, 100, 96, 64))


@pytest.mark.parametrize("area", [Area(392, 0, 9, 8), Area(0, 293, 8, 8), Area(-1, 0, 8, 8),
                                  Area(0, 0, 0, 8)])  # fmt: skip
def test_an_area_beyond_the_picture_destroys_nothing(area: Area) -> None:
    """Also where it only touches the edge."""
    with pytest.raises(ValueError, match="Area"):
        masked(encoded(chequered(400, 300)), [area])


async def test_staff_mask_a_photo_before_others_see_it(world: World) -> None:
    """Both sizes are other bytes, links given before show them too, and nothing is kept."""
    runner, incident, path = await shown(world)
    resident, grid = await world.person("resident1"), await world.person("grid1")
    link = (await resident.get(f"/v1/incidents/{incident['id']}"))["photos"][0]["photo_url"]
    before = {s: (await runner.call("GET", f"{path}?size={s}")).content for s in ("photo", "thumb")}

    done = await grid.post(f"{path}/masks", WHAT)
    after = {s: (await runner.call("GET", f"{path}?size={s}")).content for s in ("photo", "thumb")}
    seen = (await world.http.get(link)).content
    await world.settle()

    assert (True, None) == (done["is_masked"], done["original_until"])
    assert all(before[size] != after[size] for size in before)
    assert after["photo"] == seen
    assert {0, 15} <= greys(opened(before["photo"]), FACE)
    assert greys(opened(after["photo"]), FACE) <= {7, 8}
    assert 0 == await value(world.parts, "SELECT count(*) FROM upload_originals")
    assert "upload.masked" in await told(runner)
    assert [True] == [
        p["is_masked"] for p in (await resident.get(f"/v1/incidents/{incident['id']}"))["photos"]
    ]
    assert (404, "not_found") == await (await world.person("staff1")).refused(
        "POST", f"{path}/original", json={"reason": "dispute"}
    )


async def test_who_may_not_and_what_cannot_be_masked(world: World) -> None:
    """The uploader, residents, staff elsewhere; beyond the picture; what nobody uses yet."""
    runner, _, path = await shown(world)
    grid, resident = await world.person("grid1"), await world.person("resident1")
    stranger = await foreign_staff(world)
    loose = (await uploaded(runner))["upload_id"]
    beyond = {**WHAT, "areas": [{"left_px": 393, "top_px": 0, "width_px": 8, "height_px": 8}]}
    small = {**WHAT, "areas": [{"left_px": 0, "top_px": 0, "width_px": 7, "height_px": 8}]}

    async def refused(by: Person, body: Any = WHAT, at: str = path) -> tuple[int, str]:
        return await by.refused("POST", f"{at}/masks", json=body)

    assert [(403, "role_missing")] * 2 == [await refused(p) for p in (runner, resident)]
    assert (404, "not_found") == await refused(stranger)
    assert (404, "not_found") == await refused(grid, at=f"/v1/uploads/{loose}")
    assert (409, "area_outside") == await refused(grid, beyond)
    assert (422, "malformed_request") == await refused(grid, small)
    assert (422, "malformed_request") == await refused(grid, {**WHAT, "areas": []})
    assert [(None,)] * 2 == await rows(world.parts, "SELECT masked_at FROM uploads")


async def test_an_original_is_evidence_for_managers_who_say_why(world: World) -> None:
    """Kept once, shown by a link of its own, each look an event, gone after its time."""
    runner, _, path = await shown(world)
    grid, staff = await world.person("grid1"), await world.person("staff1")
    before = (await runner.call("GET", path)).content
    answers = await at_once(
        *(
            unhurried(grid).call("POST", f"{path}/masks", json={**WHAT, "evidence": "dispute"})
            for _ in range(2)
        )
    )
    done = next(a.json() for a in answers if a.is_success)
    ask = {"json": {"reason": "dispute"}}
    look = await staff.post(f"{path}/original", ask["json"])
    original = await world.http.get(look["original_url"])
    looks = await rows(
        world.parts,
        "SELECT actor_id, data->>'reason' FROM events WHERE name = 'upload.original_read'",
    )
    forged = look["original_url"].replace("size=original", "size=photo")

    assert outcomes(answers) in ({"ok": 2}, {"ok": 1, "version_changed": 1})
    assert done["original_until"] is not None
    assert before == original.content
    assert [(UUID(staff.id), "dispute")] == looks
    assert (403, "role_missing") == await grid.refused("POST", f"{path}/original", **ask)
    assert (403, "role_missing") == await runner.refused("POST", f"{path}/original", **ask)
    assert (404, "not_found") == await runner.refused("GET", f"{path}?size=original")
    assert 403 == (await world.http.get(forged)).status_code
    await world.later(hours=24 * 180 + 1)
    staff = await sign_in(world.http, "dev:staff1")
    assert 0 == await value(world.parts, "SELECT count(*) FROM upload_originals")
    assert (404, "not_found") == await staff.refused("POST", f"{path}/original", **ask)


async def test_what_is_disputed_is_masked_only_with_its_original_kept(world: World) -> None:
    """Nobody destroys evidence while a quarrel about it is open."""
    _, incident, path = await shown(world)
    resident, grid = await world.person("resident1"), await world.person("grid1")
    order_id = (await resident.get(f"/v1/incidents/{incident['id']}"))["order_id"]
    await resident.post(f"/v1/orders/{order_id}/dispute", {"reason": "damaged", "text": "坏了"})

    refused = await grid.refused("POST", f"{path}/masks", json=WHAT)
    done = await grid.post(f"{path}/masks", {**WHAT, "evidence": "dispute"})

    assert (409, "evidence_needed") == refused
    assert done["original_until"] is not None
