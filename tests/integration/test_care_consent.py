"""Carers: nothing without the dependant's consent, nothing beyond it, and it ends at once."""

from typing import Any

from tests.fixtures.builders.families import CARED_PHONE, consented, dependant_in, propose
from tests.fixtures.builders.neighbours import has_phone
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import rows
from tests.fixtures.builders.staff import foreign_staff
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World

_NOWHERE = "019a9f0e-8c6b-7d1e-8000-000000000000"


async def edited(world: World, dependant: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An edit of a dependant by their carer, over the version that was read."""
    carer = await world.person("resident1")
    return await carer.put(
        f"/v1/me/dependants/{dependant['id']}",
        dependant_in(world, **more),
        headers={"If-Match": f'"{dependant["version"]}"'},
    )


async def test_a_parent_consents_on_their_own_phone(world: World) -> None:
    """Known by the verified phone alone; the carer's own is masked for them."""
    carer, parent = await world.person("resident1"), await world.person("resident2")
    await has_phone(world, carer, "13700137000")
    proposed = await propose(world, carer)
    blind = await parent.get("/v1/me/carers")
    await has_phone(world, parent, CARED_PHONE)
    (asked,) = (await parent.get("/v1/me/carers"))["items"]

    path = f"/v1/me/carers/{proposed['id']}/consent"
    stale = await parent.refused("POST", path, json={"version": 2})
    consent = await parent.post(path, {"version": asked["version"]})
    again = await parent.refused("POST", path, json={"version": 1})

    assert ("proposed", []) == (proposed["state"], blind["items"])
    assert ("137****7000", 20_000, ["fetch"]) == (asked["phone"], asked["cap_fen"], asked["kinds"])
    assert ((412, "version_changed"), (409, "decision_made")) == (stale, again)
    assert "active" == consent["state"]


async def test_whoever_has_no_phone_is_no_dependant_without_one(world: World) -> None:
    """Nothing equals nothing, but nobody is nobody's parent."""
    carer, stranger = await world.person("resident1"), await world.person("resident2")
    proposed = await propose(world, carer, contact={"door": "1", "name": "李奶奶"})
    path = f"/v1/me/carers/{proposed['id']}/consent"

    assert [] == (await stranger.get("/v1/me/carers"))["items"]
    assert (404, "not_found") == await stranger.refused("POST", path, json={"version": 1})


async def test_staff_witness_where_the_parent_has_no_account(world: World) -> None:
    """A fixed line will do; whoever has an account consents on their own phone."""
    carer, parent = await world.person("resident1"), await world.person("resident2")
    await has_phone(world, parent, CARED_PHONE)
    own = await propose(world, carer)
    line = await propose(
        world, carer, contact={"door": "1", "name": "李奶奶", "phone": "021-12345678"}
    )
    grid, stranger = await world.person("grid1"), await foreign_staff(world)
    body = {"version": 1, "how": "in_person"}

    async def refused(person: Any, dependant_id: str) -> tuple[int, str]:
        return await person.refused("POST", f"/v1/dependants/{dependant_id}/witness", json=body)

    assert (409, "consent_by_phone") == await refused(grid, own["id"])
    assert (403, "role_missing") == await refused(carer, line["id"])
    assert [(404, "not_found")] * 2 == [await refused(stranger, i) for i in (line["id"], _NOWHERE)]
    seen = await grid.post(f"/v1/dependants/{line['id']}/witness", body)
    listed = await grid.get(f"/v1/dependants?place_id={world.community_id}&state=active")
    assert ("active", "李**", "021****5678", grid.id) == tuple(
        seen[k] for k in ("state", "name", "phone", "witness_id")
    )
    assert [line["id"]] == [i["id"] for i in listed["items"]]


async def test_wider_terms_need_a_fresh_consent(world: World) -> None:
    """Less is at once, more money, another kind or another phone is asked anew."""
    active = await consented(world)
    less = await edited(world, active, cap_fen=10_000)
    label = await edited(world, less, cap_fen=10_000, label="母亲")
    more = await edited(world, label, cap_fen=10_001)

    assert ["active", "active", "proposed"] == [d["state"] for d in (less, label, more)]
    other = await consented(world)
    phone = {"door": "1", "name": "李奶奶", "phone": "13600136000"}
    assert "proposed" == (await edited(world, other, contact=phone))["state"]
    third = await consented(world)
    assert "proposed" == (await edited(world, third, kinds=["fetch", "medicine"]))["state"]


async def test_an_edit_over_an_older_version_is_refused(world: World) -> None:
    """Of two edits of one version one is written; without a version none."""
    carer = await world.person("resident1")
    path = f"/v1/me/dependants/{(await consented(world))['id']}"
    read = await carer.call("GET", path, expect=200)
    tag = {"If-Match": read.headers["etag"]}

    answers = await at_once(
        *(
            unhurried(carer).call("PUT", path, json=dependant_in(world, label=label), headers=tag)
            for label in ("妈", "娘")
        )
    )
    missing = await carer.refused("PUT", path, json=dependant_in(world))

    assert {"ok": 1, "version_changed": 1} == outcomes(answers)
    assert (428, "version_required") == missing


async def test_not_yours_and_not_there_are_one_answer(world: World) -> None:
    """Reading, editing, deleting, consenting, refusing: the bodies are equal."""
    active, stranger = await consented(world), await world.person("resident3")
    edit = {"json": dependant_in(world), "headers": {"If-Match": '"1"'}}
    for method, path, more in (
        ("GET", "/v1/me/dependants/{}", {}),
        ("PUT", "/v1/me/dependants/{}", edit),
        ("DELETE", "/v1/me/dependants/{}", {}),
        ("POST", "/v1/me/carers/{}/consent", {"json": {"version": 1}}),
        ("POST", "/v1/me/carers/{}/refuse", {}),
    ):  # fmt: skip
        said = []
        for dependant_id in (active["id"], _NOWHERE):
            answer = await stranger.call(method, path.format(dependant_id), **more)
            body = answer.json() | {"request_id": ""}
            said.append((answer.status_code, body))

        assert said[0] == said[1]
        assert 404 == said[0][0]


async def test_either_side_ends_it_and_it_is_forgotten(world: World) -> None:
    """Contact and phone are gone from the row in the same moment."""
    carer, parent = await world.person("resident1"), await world.person("resident2")
    by_carer, by_parent = await consented(world), await consented(world)
    refused = await propose(world, carer)

    await carer.call("DELETE", f"/v1/me/dependants/{by_carer['id']}", expect=204)
    for dependant in (by_parent, refused):
        await parent.call("POST", f"/v1/me/carers/{dependant['id']}/refuse", expect=204)
    kept = await rows(
        world.parts, "SELECT state, contact_sealed, phone_index FROM dependants ORDER BY id"
    )

    assert [("ended", None, None), ("ended", None, None), ("refused", None, None)] == [
        tuple(r) for r in kept
    ]
    assert ([], []) == (
        (await carer.get("/v1/me/dependants"))["items"],
        (await parent.get("/v1/me/carers"))["items"],
    )


async def test_twenty_people_are_enough_for_one_carer(world: World) -> None:
    """The twenty-first is refused however they race."""
    carer = await world.person("resident1")
    for _ in range(18):
        await propose(world, carer)

    answers = await at_once(
        *(
            unhurried(carer).call("POST", "/v1/me/dependants", json=dependant_in(world))
            for _ in range(4)
        )
    )

    assert {"ok": 2, "dependants_full": 2} == outcomes(answers)
