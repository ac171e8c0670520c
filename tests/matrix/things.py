"""Two of everything, and one elsewhere: the things that operations are asked about."""

from dataclasses import dataclass
from typing import Any

from api.board.rules import CATEGORIES
from tests.fixtures.builders.boards import shown
from tests.fixtures.builders.days import strange_day, strange_differences
from tests.fixtures.builders.families import propose
from tests.fixtures.builders.images import encoded, picture, uploaded
from tests.fixtures.builders.neighbours import ask_in, claim, enrol, number_born, submit_name
from tests.fixtures.builders.penalties import appealed, complained, found
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.repeating import weekly
from tests.fixtures.builders.worlds import World, order_on, point

FAR_M = 20_000
_FACE = {"areas": [{"left_px": 8, "top_px": 8, "width_px": 16, "height_px": 16}], "why": "face"}


@dataclass(frozen=True, slots=True)
class Secrets:
    """Markers that stand in the private fields of one person's things."""

    phone: str
    door: str
    name: str
    note: str

    @classmethod
    def of(cls, number: int) -> "Secrets":
        """Those of the n-th person."""
        return cls(
            phone=f"1391234567{number}",
            door=f"canary-door-{number}",
            name=f"canary-name-{number}",
            note=f"canary-note-{number}",
        )

    def contact(self) -> dict[str, str]:
        """A contact that holds them."""
        return {"door": self.door, "name": self.name, "phone": self.phone}


@dataclass(frozen=True, slots=True)
class Things:
    """One person's things: ids by the names of fields and parameters, and their secrets."""

    ids: dict[str, str]
    secrets: Secrets
    # Bodies that the schemas alone do not tell, by operation.
    bodies: dict[str, dict[str, Any]]


def far() -> dict[str, Any]:
    """The centre of the community elsewhere."""
    return point(FAR_M, FAR_M)


async def things_of(
    world: World, customer: Person, runner: Person, *, secrets: Secrets, is_far: bool
) -> Things:
    """An address, a quote, an order to pay, and an order in the runner's hands."""
    spots = {"pickup": far(), "dropoff": point(FAR_M + 200, FAR_M)} if is_far else {}

    async def placed() -> dict[str, Any]:
        quote = await world.quote(customer, **spots)
        contacts = {"dropoff_contact": secrets.contact(), "pickup_contact": secrets.contact()}
        body = order_on(quote["id"], note=secrets.note, **contacts)
        return await customer.post("/v1/orders", body)

    order = await placed()
    await world.pay(customer, order["id"])
    order = await customer.get(f"/v1/orders/{order['id']}")
    await runner.post(f"/v1/jobs/{order['job_id']}/accept")
    await runner.post(f"/v1/jobs/{order['job_id']}/pick-up", {"code": order["pickup_code"]})
    withdrawal = await withdrawn(world, customer, runner, await placed())
    unpaid, quote = await placed(), await world.quote(customer, **spots)
    held = await customer.post(f"/v1/orders/{unpaid['id']}/hold-cancel", {"reason": "changed_mind"})
    # Reported by the runner: only who reported it, or staff, may close it.
    incident = await runner.post("/v1/incidents", {"job_id": order["job_id"], "code": "other"})
    payment = await customer.post("/v1/payments", {"order_id": unpaid["id"]})
    address = await customer.post(
        "/v1/me/addresses",
        {"building_id": world.building_id, "label": "家", "contact": secrets.contact()},
    )
    often = await weekly(world)
    often["errand"].update(spots)
    repeat = await customer.post("/v1/repeats", often)
    photo = await uploaded(customer, purpose="incident")
    await customer.post("/v1/incidents", {"job_id": order["job_id"], "code": "other",
                        "upload_ids": [photo["upload_id"]]})  # fmt: skip
    await world.admin.post(f"/v1/uploads/{photo['upload_id']}/masks", {**_FACE, "evidence": "case"})
    await world.settle()
    told = (await customer.get("/v1/me/inbox"))["items"]
    number = number_born(1950 + int(secrets.phone[-1]))
    await submit_name(world, customer, number=number, name=secrets.name)
    dependant = await propose(world, customer)
    block = await customer.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "prefer"})
    strange = await strange_day(world)
    difference = (await strange_differences(world, strange))[0]
    # Each complaint is a pile of its own here; one stands at a time for each topic.
    appeal = await appealed(world, runner, await complained(world, runner))
    category = CATEGORIES[int(secrets.phone[-1])]
    post = await shown(world, customer, category=category)
    piles = await world.admin.get("/v1/piles", params={"place_id": world.community_id})
    ids = {
        "post_id": post["id"],
        "entry_id": appeal["entry_id"],
        "appeal_id": appeal["id"],
        "local_day": "2026-11-21",
        "finding_id": await found(world, runner, customer),
        "pile_id": next(p["id"] for p in piles["items"] if p["category"] == category),
        "user_id": customer.id,
        "membership_id": await ask_in(world, customer, door=secrets.door),
        "dependant_id": dependant["id"],
        "person_id": (await enrol(world, world.admin))["id"],
        "takeover_id": await claim(world, customer, door=secrets.door, name=secrets.name),
        "block_id": block["id"],
        "record_id": told[0]["id"],
        "up_to": told[0]["id"],
        "module": "safety",
        "purpose": "notifications",
        "session_id": await second_session(world, customer),
        "upload_id": photo["upload_id"],
        "act_id": held["id"],
        "repeat_id": repeat["id"],
        "reconciliation_id": strange["id"],
        "difference_id": difference["id"],
        "incident_id": incident["id"],
        "withdrawal_id": withdrawal["id"],
        "order_id": order["id"],
        "job_id": order["job_id"],
        "quote_id": quote["id"],
        "payment_id": payment["payment_id"],
        "address_id": address["id"],
        "runner_id": runner.id,
        "place_id": world.community_id,
        "parent_id": world.community_id,
        "community_id": world.community_id,
        "building_id": world.building_id,
    }
    bodies: dict[str, dict[str, Any]] = {
        "orders_quote": {"kind": "fetch", "pickup": point(), "dropoff": point(200), **spots},
        "repeats_start": often,
        "orders_place_order": order_on(quote["id"]),
        "privacy_mask_photo": _FACE,
        "reconciliation_ask_for": {"day": strange["day"]},
        "jobs_deliver": {"code": "0000"},
        "withdrawals_ask": {"amount_fen": 100},
        # Without an excuse, which staff alone may grant.
        "incidents_resolve": {"resolution": "settled"},
        "runners_take_quiz": {"answers": [0, 0, 0]},
    }
    return Things(ids, secrets, bodies)


async def withdrawn(
    world: World, customer: Person, runner: Person, order: dict[str, Any]
) -> dict[str, Any]:
    """What the runner earned with another errand, asked for."""
    await world.pay(customer, order["id"])
    order = await customer.get(f"/v1/orders/{order['id']}")
    job = f"/v1/jobs/{order['job_id']}"
    await runner.post(f"{job}/accept")
    await runner.post(f"{job}/pick-up", {"code": order["pickup_code"]})
    await runner.post(f"{job}/stops/1/deliver", {"code": order["receipt_code"]})
    await customer.post(f"/v1/orders/{order['id']}/confirm")
    return await runner.post("/v1/runners/me/withdrawals", {"amount_fen": 100})


async def second_session(world: World, person: Person) -> str:
    """The id of another session of somebody, which may be ended without harm."""
    name = next(n for n, known in world.people.items() if known is person)
    await sign_in(world.http, f"dev:{name}")
    sessions = (await person.get("/v1/me/sessions"))["items"]
    return next(s["id"] for s in sessions if not s["is_current"])


# What a form sends where it sends no JSON.
FORM: dict[str, Any] = {
    "files": {"file": ("x.jpg", encoded(picture()), "image/jpeg")},
    "data": {"purpose": "proof"},
}
