"""Ordering for others: within kinds and cap, the parent's phone first, who asked and who pays."""

from tests.fixtures.builders.errands import CEILING, SAMPLES, able_runner, quoted, taken, wish
from tests.fixtures.builders.families import (
    CARED_PHONE,
    consented,
    order_for,
    propose,
    quote_for,
)
from tests.fixtures.builders.neighbours import enrol, has_phone
from tests.fixtures.builders.people import sign_in
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.staff import foreign_staff, other_office
from tests.fixtures.builders.stubborn import unhurried
from tests.fixtures.builders.worlds import World, order_on, point

_FEE_FEN = 300


async def test_the_runner_calls_the_parent_first_then_the_carer(world: World) -> None:
    """Building and contact are the dependant's; both phones are masked, in this order."""
    carer, runner = await world.person("resident1"), await world.runner()
    await has_phone(world, carer, "13700137000")
    active = await consented(world)
    quote = await quote_for(world, carer, active["id"])
    order = await carer.post("/v1/orders", order_for(quote))
    await world.pay(carer, order["id"])
    job = (await carer.get(f"/v1/orders/{order['id']}"))["job_id"]
    await runner.post(f"/v1/jobs/{job}/accept")

    (stop,) = (await runner.get(f"/v1/jobs/{job}"))["stops"]

    assert (carer.id, carer.id, carer.id, active["id"], "3号楼") == tuple(
        order[k]
        for k in ("customer_id", "placed_by_id", "payer_id", "beneficiary_id", "dropoff_place")
    )
    assert {
        "door": "1单元101",
        "name": "李奶奶",
        "phone": "138****8001",
        "second_phone": "137****7000",
    } == stop["contact"]


async def test_a_phone_that_is_given_comes_after_the_parents(world: World) -> None:
    """However the order is written, the dependant is called first."""
    carer, runner = await world.person("resident1"), await world.runner()
    active = await consented(world)
    quote = await world.quote(carer)
    contact = {"door": "后门", "name": "", "phone": "13500135000"}
    body = order_on(quote["id"], beneficiary_id=active["id"], dropoff_contact=contact)
    order = await carer.post("/v1/orders", body)
    await world.pay(carer, order["id"])
    job = (await carer.get(f"/v1/orders/{order['id']}"))["job_id"]
    await runner.post(f"/v1/jobs/{job}/accept")

    (stop,) = (await runner.get(f"/v1/jobs/{job}"))["stops"]

    assert ("后门", "李奶奶", "138****8001", "135****5000") == tuple(
        stop["contact"][k] for k in ("door", "name", "phone", "second_phone")
    )


async def test_nothing_is_ordered_without_or_beyond_the_consent(world: World) -> None:
    """Not consented, another kind, somebody else's dependant: each by its name."""
    carer, other = await world.person("resident1"), await world.person("resident3")
    proposed = await propose(world, carer)
    medicine = await consented(world, kinds=["medicine"])
    quote = (await world.quote(carer))["id"]
    foreign = (await world.quote(other))["id"]

    async def refused(dependant_id: str) -> tuple[int, str]:
        body = order_on(quote, beneficiary_id=dependant_id)
        return await carer.refused("POST", "/v1/orders", json=body)

    assert (409, "consent_missing") == await refused(proposed["id"])
    assert (409, "kind_not_allowed") == await refused(medicine["id"])
    body = order_on(foreign, beneficiary_id=medicine["id"])
    assert (404, "not_found") == await other.refused("POST", "/v1/orders", json=body)
    mine = await quote_for(world, carer, medicine["id"])
    body = order_for(mine, beneficiary_id=proposed["id"])
    assert (404, "not_found") == await carer.refused("POST", "/v1/orders", json=body)


async def test_of_two_orders_near_the_cap_one_is_placed(world: World) -> None:
    """In one moment, on two quotes; a cancelled one frees the cap, so does the next month."""
    carer = await world.person("resident1")
    active = await consented(world, cap_fen=2 * _FEE_FEN - 1)
    quotes = [await quote_for(world, carer, active["id"]) for _ in range(3)]

    answers = await at_once(
        *(unhurried(carer).call("POST", "/v1/orders", json=order_for(q)) for q in quotes)
    )
    placed = next(a.json() for a in answers if a.is_success)
    left = [q for q, a in zip(quotes, answers, strict=True) if not a.is_success]
    await carer.post(f"/v1/orders/{placed['id']}/cancel", {"reason": "changed_mind"})
    await carer.post("/v1/orders", order_for(left[0]))
    full = await carer.refused("POST", "/v1/orders", json=order_for(left[1]))
    await world.later(hours=24 * 31)
    carer = await sign_in(world.http, "dev:resident1")
    quote = await quote_for(world, carer, active["id"])
    next_month = await carer.call("POST", "/v1/orders", json=order_for(quote))

    assert (_FEE_FEN, {"ok": 1, "cap_exceeded": 2}) == (placed["fee_fen"], outcomes(answers))
    assert ((409, "cap_exceeded"), 201) == (full, next_month.status_code)


async def test_money_for_goods_counts_to_the_cap(world: World) -> None:
    """In front with the fee, and again where the runner asks for more."""
    carer, runner = await world.person("resident1"), await able_runner(world)
    buy, asked_fen = SAMPLES["buy"], CEILING + 1500
    tight = await consented(world, kinds=["buy"], cap_fen=CEILING + _FEE_FEN - 1)
    body = await wish(carer, buy, (await quoted(carer, buy))["id"])
    beyond = await carer.refused("POST", "/v1/orders", json={**body, "beneficiary_id": tight["id"]})
    enough = await consented(world, kinds=["buy"], cap_fen=asked_fen + _FEE_FEN - 1)
    order = await taken(world, carer, runner, buy, beneficiary_id=enough["id"])
    await runner.post(f"/v1/jobs/{order['job_id']}/ask-more", {"goods_fen": asked_fen})
    consent = f"/v1/orders/{order['id']}/consent"

    more = await carer.refused("POST", consent, json={"agree": True})
    declined = await carer.post(consent, {"agree": False})

    assert (_FEE_FEN, CEILING) == (order["fee_fen"], order["goods_fen"])
    assert [(409, "cap_exceeded")] * 2 == [beyond, more]
    assert "declined" == declined["state"]


async def test_orders_outlive_the_dependant_they_were_for(world: World) -> None:
    """Deleted, the old order reads as before; a quote for them is no longer good."""
    carer = await world.person("resident1")
    active = await consented(world)
    first, second = [await quote_for(world, carer, active["id"]) for _ in range(2)]
    order = await carer.post("/v1/orders", order_for(first))
    await carer.call("DELETE", f"/v1/me/dependants/{active['id']}", expect=204)

    read = await carer.get(f"/v1/orders/{order['id']}")

    assert (CARED_PHONE, "李奶奶") == (
        read["dropoff_contact"]["phone"],
        read["dropoff_contact"]["name"],
    )
    assert (404, "not_found") == await carer.refused("POST", "/v1/orders", json=order_for(second))


async def test_a_consent_lets_a_carer_from_elsewhere_order(world: World) -> None:
    """A child in another city holds no role here; the parent's consent is enough, and needed."""
    carer = await world.person("child1")
    await has_phone(world, await world.person("resident2"), CARED_PHONE)
    proposed = await propose(world, carer)
    asked = {"kind": "fetch", "pickup": point(100), "beneficiary_id": proposed["id"]}
    before = await carer.refused("POST", "/v1/quotes", json=asked)
    parent = await world.person("resident2")
    await parent.post(f"/v1/me/carers/{proposed['id']}/consent", {"version": 1})

    order = await carer.post("/v1/orders", order_for(await quote_for(world, carer, proposed["id"])))

    assert ((403, "role_missing"), proposed["id"]) == (before, order["beneficiary_id"])


async def test_staff_order_for_a_person_without_a_phone(world: World) -> None:
    """The order is the person's, placed and paid by staff, who see the codes and confirm."""
    grid, runner, other = (
        await world.person("grid1"),
        await world.runner(),
        await world.person("staff1"),
    )
    person = await enrol(world, grid, phone="021-12345678")
    asked = {
        "kind": "fetch", "pickup": point(100),
        "address_id": person["address_id"], "for_person_id": person["id"],
    }  # fmt: skip
    quote = (await grid.post("/v1/quotes", asked))["id"]
    order = await grid.post("/v1/orders", order_for(quote))
    not_payer = await other.refused("POST", "/v1/payments", json={"order_id": order["id"]})
    await world.pay(grid, order["id"])
    paid = await grid.get(f"/v1/orders/{order['id']}")
    await runner.post(f"/v1/jobs/{paid['job_id']}/accept")
    job = f"/v1/jobs/{paid['job_id']}"
    contact = (await runner.get(job))["stops"][0]["contact"]
    await runner.post(f"{job}/pick-up", {"code": paid["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": paid["receipt_code"]})
    done = await grid.post(f"/v1/orders/{order['id']}/confirm")

    assert (person["id"], grid.id, grid.id, None, "3号楼") == tuple(
        order[k]
        for k in ("customer_id", "placed_by_id", "payer_id", "beneficiary_id", "dropoff_place")
    )
    assert ("021****5678", "李奶奶", "1单元101") == (
        contact["phone"],
        contact["name"],
        contact["door"],
    )
    assert ((404, "not_found"), "completed") == (not_payer, done["state"])
    assert [order["id"]] == [o["id"] for o in (await grid.get("/v1/orders"))["items"]]
    assert None is (await other.get(f"/v1/orders/{order['id']}"))["receipt_code"]


async def test_only_staff_of_the_place_order_for_enrolled_people(world: World) -> None:
    """Residents lack the role; staff elsewhere find nobody, as if there were none."""
    grid, resident = await world.person("grid1"), await world.person("resident1")
    stranger = await foreign_staff(world)
    person = await enrol(world, grid)
    asked = {
        "kind": "fetch",
        "pickup": point(),
        "dropoff": point(100),
        "for_person_id": person["id"],
    }
    nobody = {**asked, "for_person_id": "019a9f0e-8c6b-7d1e-8000-000000000000"}
    new = {"name": "李奶奶", "building_id": world.building_id, "door": "1"}

    assert (403, "role_missing") == await resident.refused("POST", "/v1/quotes", json=asked)
    assert [(404, "not_found")] * 2 == [
        await stranger.refused("POST", "/v1/quotes", json=b) for b in (asked, nobody)
    ]
    assert (403, "role_missing") == await resident.refused("POST", "/v1/people", json=new)
    assert (404, "not_found") == await stranger.refused("POST", "/v1/people", json=new)
    assert (404, "not_found") == await stranger.refused(
        "GET", f"/v1/people?place_id={world.building_id}"
    )
    (listed,) = (await grid.get(f"/v1/people?place_id={world.office_id}"))["items"]
    assert (person["id"], "李**", None) == (listed["id"], listed["name"], listed["phone"])
    _, elsewhere = await other_office(world, "松柏街道")
    assert [] == (await world.admin.get(f"/v1/people?place_id={elsewhere}"))["items"]
