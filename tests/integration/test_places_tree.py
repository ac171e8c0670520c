"""Places and addresses: the tree, finding, changing, and whose an address is."""

import asyncio
from typing import Any

import pytest

from api.kit.db import run
from tests.contract.recorder import declared as declared
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.worlds import World, point

pytestmark = pytest.mark.usefixtures("declared")


async def _make(by: Person, kind: str, parent_id: str | None, name: str, **more: Any) -> Any:
    body = {"kind": kind, "parent_id": parent_id, "name": name, "point": point(), **more}
    return await by.call("POST", "/v1/places", json=body)


async def _names(by: Person, query: str) -> list[str]:
    return [p["name"] for p in (await by.get(f"/v1/places?{query}"))["items"]]


async def test_nothing_stands_below_what_it_cannot(world: World) -> None:
    """409, whoever asks."""
    ids = {
        "office": world.office_id,
        "community": world.community_id,
        "building": world.building_id,
    }
    wrong = [("office", "office"), ("community", None), ("community", "community"),
             ("grid", "office"), ("compound", "office"), ("building", "office"), ("building", None),
             ("building", "building"), ("grid", "building"), ("compound", "building")]  # fmt: skip
    seen = [
        await _make(world.admin, kind, ids[parent] if parent else None, "哪里")
        for kind, parent in wrong
    ]

    assert {(409, "place_parent_wrong")} == {(a.status_code, a.json()["code"]) for a in seen}


async def test_a_level_may_be_left_out_but_never_the_community(world: World) -> None:
    """Grid, compound and building below what the domain allows; each knows its community."""
    grid = (await _make(world.admin, "grid", world.community_id, "一网格")).json()
    compound = (await _make(world.admin, "compound", grid["id"], "桂花园")).json()
    building = (await _make(world.admin, "building", compound["id"], "1号楼")).json()

    assert {world.community_id} == {p["community_id"] for p in (grid, compound, building)}


async def test_a_name_is_taken_once_below_a_parent(world: World) -> None:
    """409 for making and for renaming, and a name is free again elsewhere."""
    other = (await _make(world.admin, "building", world.community_id, "4号楼")).json()
    twice = await _make(world.admin, "building", world.community_id, "3号楼")
    edit = {"json": {"name": "3号楼"}, "headers": {"If-Match": '"1"'}}
    renamed = await world.admin.refused("PUT", f"/v1/places/{other['id']}", **edit)
    grid = (await _make(world.admin, "grid", world.community_id, "网格")).json()
    elsewhere = await _make(world.admin, "building", grid["id"], "3号楼")

    taken = (409, "place_name_taken")
    assert [taken, taken] == [(twice.status_code, twice.json()["code"]), renamed]
    assert 201 == elsewhere.status_code


async def test_offices_made_at_once_stand_on_sheets_of_their_own(world: World) -> None:
    """Made, or told to try again; no sheet twice, nothing broken."""
    made = await asyncio.gather(*[_make(world.admin, "office", None, f"街道{n}") for n in range(6)])
    async with world.parts.database.session() as session:
        rows = await run(session, "SELECT sheet_number FROM places WHERE kind = 'office'")

    assert {201, 409} >= {a.status_code for a in made}
    assert 1 + sum(a.is_success for a in made) == len({row[0] for row in rows})


async def test_the_tree_is_read_level_by_level_and_page_by_page(world: World) -> None:
    """Offices without a parent, children with one, every child once."""
    for n in range(5):
        await _make(world.admin, "building", world.community_id, f"{n}号")
    seen, cursor = list[str](), ""
    while cursor is not None:
        query = f"parent_id={world.community_id}&limit=2" + (f"&cursor={cursor}" if cursor else "")
        page = await world.admin.get(f"/v1/places?{query}")
        seen += [p["name"] for p in page["items"]]
        cursor = page["next_cursor"]

    assert ["桂花街道"] == await _names(world.admin, "")
    assert ["3号楼", "0号", "1号", "2号", "3号", "4号"] == seen


async def test_a_search_takes_its_text_as_it_is(world: World) -> None:
    """Wildcards of SQL are letters like others."""
    for name in ("50%楼", "a_b", "c\\d", "axb"):
        await _make(world.admin, "building", world.community_id, name)
    wanted = {"50%25": ["50%楼"], "_": ["a_b"], "%25": ["50%楼"], "%5C": ["c\\d"], "号": ["3号楼"],
              "桂花": ["桂花街道", "桂花社区"], "' OR 1=1 --": []}  # fmt: skip

    assert wanted == {text: await _names(world.admin, f"q={text}") for text in wanted}


async def test_buildings_near_come_nearest_first(world: World) -> None:
    """Buildings only, and none beyond two kilometres or so."""
    for name, north_m in (("远", 900), ("近", 100), ("太远", 5000)):
        await _make(world.admin, "building", world.community_id, name, point=point(north_m))
    here = point(90)

    assert ["近", "3号楼", "远"] == await _names(world.admin, f"near={here['lat']},{here['lng']}")


async def test_settings_are_changed_on_the_version_that_was_read(world: World) -> None:
    """428 without If-Match, 412 on any other version, then the new ETag."""
    path = f"/v1/places/{world.community_id}"
    read = await world.admin.call("GET", path)
    settings = {**read.json()["settings"], "radius_m": 400}
    refused = {
        tag: await world.admin.refused(
            "PUT", path, json={"settings": settings}, headers={"If-Match": tag} if tag else {}
        )
        for tag in ("", '"2"', '"0"', "*", 'W/"1"', '"x"', '"' + "9" * 30 + '"', '"1", "2"')
    }
    changed = await world.admin.call(
        "PUT", path, json={"settings": settings}, headers={"If-Match": read.headers["etag"]}
    )

    assert (428, "version_required") == refused.pop("")
    assert {(412, "version_changed")} == set(refused.values())
    assert ('"2"', 400) == (changed.headers["etag"], changed.json()["settings"]["radius_m"])


async def test_of_two_editors_one_is_told_that_the_other_was_faster(world: World) -> None:
    """No lost update."""
    path = f"/v1/places/{world.community_id}"
    edits = [
        world.admin.call("PUT", path, json={"name": n}, headers={"If-Match": '"1"'}) for n in "甲乙"
    ]

    assert [200, 412] == sorted(a.status_code for a in await asyncio.gather(*edits))


@pytest.mark.parametrize("kind", ["grid", "building"])
async def test_only_a_community_has_settings(world: World, kind: str) -> None:
    """Settings sent for another place are refused, not forgotten."""
    made = await _make(world.admin, kind, world.community_id, "x", settings={"radius_m": 400})
    edit = {"json": {"settings": {"radius_m": 400}}, "headers": {"If-Match": '"1"'}}

    assert 422 == made.status_code
    assert (422, "malformed_request") == await world.admin.refused(
        "PUT", f"/v1/places/{world.building_id}", **edit
    )


async def test_an_address_is_its_owners_alone(world: World) -> None:
    """Not listed for another, not deleted by another, gone once, and gone twice is 404."""
    owner, other = await world.person("resident1"), await world.person("resident2")
    body = {"building_id": world.building_id, "label": "家"}
    path = f"/v1/me/addresses/{(await owner.post('/v1/me/addresses', body))['id']}"

    assert [] == (await other.get("/v1/me/addresses"))["items"]
    assert (404, "not_found") == await other.refused("DELETE", path)
    seen = [(await owner.call("DELETE", path)).status_code for _ in range(2)]
    assert ([204, 404], []) == (seen, (await owner.get("/v1/me/addresses"))["items"])


async def test_an_address_shows_its_contact_to_its_owner_and_not_to_the_database(
    world: World,
) -> None:
    """Door, name and phone are sealed in the row, and in no event."""
    owner = await world.person("resident1")
    contact = {"door": "2单元301", "name": "CANARY王", "phone": "13800138000"}
    body = {"building_id": world.building_id, "label": "家", "contact": contact}
    made = await owner.post("/v1/me/addresses", body)
    async with world.parts.database.session() as session:
        texts = await run(
            session, "SELECT a::text FROM addresses AS a UNION ALL SELECT e::text FROM events AS e"
        )
        sealed = await run(session, "SELECT detail_sealed FROM addresses")
    stored = str(texts).encode() + b"".join(bytes(row[0]) for row in sealed)

    assert (
        contact == made["contact"] == (await owner.get("/v1/me/addresses"))["items"][0]["contact"]
    )
    assert [] == [v for v in ("CANARY", "13800138000", "2单元") if v.encode() in stored]


@pytest.mark.parametrize("where", ["community_id", "office_id", ""])
async def test_an_address_stands_in_a_building(world: World, where: str) -> None:
    """404 for anything else."""
    resident = await world.person("resident1")
    place_id = getattr(world, where) if where else "019a9f0e-8c6b-7d1e-8000-000000000000"
    body = {"building_id": place_id, "label": "家"}

    assert (404, "not_found") == await resident.refused("POST", "/v1/me/addresses", json=body)


async def test_fifty_addresses_are_enough(world: World) -> None:
    """The fifty-first is a conflict, not a mistake in the form."""
    resident = await world.person("resident1")
    body = {"building_id": world.building_id, "label": "家"}
    for _ in range(50):
        await resident.post("/v1/me/addresses", body)

    assert (409, "addresses_full") == await resident.refused("POST", "/v1/me/addresses", json=body)
