"""Two of everything, and one elsewhere: the things that operations are asked about."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from api.board.rules import CATEGORIES
from api.kit.db import read_now
from tests.fixtures.builders import cases, dispatching
from tests.fixtures.builders.boards import shown
from tests.fixtures.builders.cases import (
    announced,
    applied,
    committee,
    consented,
    requested,
    talks,
)
from tests.fixtures.builders.days import strange_day, strange_differences
from tests.fixtures.builders.families import propose
from tests.fixtures.builders.harvests import joined, offered, plan, wanted_always
from tests.fixtures.builders.images import encoded, picture, uploaded
from tests.fixtures.builders.neighbours import (
    ask_in,
    at_home,
    claim,
    enrol,
    number_born,
    submit_name,
)
from tests.fixtures.builders.penalties import appealed, complained, found, new_rules
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.remedying import reported
from tests.fixtures.builders.repeating import weekly
from tests.fixtures.builders.shops import opened, stocked, supplied
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
    quarrel: str

    @classmethod
    def of(cls, number: int) -> "Secrets":
        """Those of the n-th person."""
        return cls(
            phone=f"1391234567{number}",
            door=f"canary-door-{number}",
            name=f"canary-name-{number}",
            note=f"canary-note-{number}",
            quarrel=f"canary-quarrel-{number}",
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
    world: World,
    customer: Person,
    runner: Person,
    mediator: Person,
    *,
    secrets: Secrets,
    is_far: bool,
) -> Things:
    """An address, a quote, an order to pay, and an order in the runner's hands."""
    spots = {"pickup": far(), "dropoff": point(FAR_M + 200, FAR_M)} if is_far else {}
    shop = await opened(
        world, customer, n=int(secrets.phone[-1]), at=far() if is_far else None,
        contact={"name": secrets.name, "phone": secrets.phone},
    )  # fmt: skip
    product = await stocked(customer, shop)
    lot = await supplied(customer, product)
    invited = await customer.post(f"/v1/merchants/{shop['id']}/members")
    await world.admin.put(f"/v1/merchants/{shop['id']}/receiver", {"account": "1900000109"})

    async def placed(**more: Any) -> dict[str, Any]:
        quote = await world.quote(customer, **spots, **more)
        contacts = {"dropoff_contact": secrets.contact(), "pickup_contact": secrets.contact()}
        body = order_on(quote["id"], note=secrets.note, **contacts)
        return await customer.post("/v1/orders", body)

    offered_one = await placed()
    await world.pay(customer, offered_one["id"])
    offer = await dispatching.offered(world, runner)
    order = await placed(merchant_id=shop["id"])
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
    await at_home(world, customer, door=secrets.door)
    cycle = await offered(world, customer, shop)
    share = await joined(customer, cycle, 1)
    buyer = await world.person(f"buyer{secrets.phone[-1]}")
    await at_home(world, buyer, door=f"9{secrets.phone[-1]}01")
    case, complaint_id = await mediated(world, customer, mediator, quarrel=secrets.quarrel)
    guest = {"kind": "relative", "name": "王阿姨"}
    guests = (await customer.post(f"/v1/cases/{case['id']}/guests", guest))["items"]
    hearing_id = (await announced(world, customer, mediator, case))["id"]
    # Neighbours may join what its author opened.
    await customer.post(f"/v1/posts/{post['id']}/case")
    place = {"place_id": world.community_id}
    firm = await world.admin.post(
        "/v1/organisations", {**place, "kind": "other", "name": f"单位{secrets.phone[-1]}"}
    )
    await applied(world, customer, world.community_id)
    async with world.parts.database.session() as session:
        now = await read_now(session)
    an_hour_ago = (now - timedelta(hours=1)).isoformat()
    visit_id = await agreed(world, customer, mediator, now)
    worked = {"how": "phone", "text": "电话联系", "happened_at": an_hour_ago}
    ids = {
        "cycle_id": cycle["id"],
        "cycle_order_id": share["id"],
        "goods_report_id": await reported(world, customer, shop, product, buyer),
        "item_id": cycle["items"][0]["id"],
        "case_id": case["id"],
        "party_id": case["parties"][-1]["id"],
        "guest_id": guests[0]["id"],
        "hearing_id": hearing_id,
        "mediator_id": customer.id,
        "committee_id": await committee(world),
        "organisation_id": firm["id"],
        "employer_id": firm["id"],
        "complaint_id": complaint_id,
        "visit_id": visit_id,
        "post_id": post["id"],
        "merchant_id": shop["id"],
        "product_id": product["id"],
        "lot_id": lot["id"],
        "member_id": invited["id"],
        "entry_id": appeal["entry_id"],
        "mentorship_id": (await runner.post("/v1/points/mentorships"))["id"],
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
        "offer_id": offer["id"],
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
    standing = await customer.post("/v1/standing-orders", wanted_always(shop, product))
    ids["standing_id"] = standing["id"]
    when = await plan(world)
    wish = {"lines": [{"item_id": cycle["items"][0]["id"], "count": 1}]}
    bodies: dict[str, dict[str, Any]] = {
        "points_announce_rules": await new_rules(world),
        "points_record_fact": {
            "kind": "volunteer.hours",
            "minutes": 60,
            "happened_at": an_hour_ago,
            "evidence": "签到表",
        },
        "cycles_start_standing": wanted_always(shop, product),
        "cycles_draft": {**when, "merchant_id": shop["id"]},
        "cycles_edit": when,
        "cycles_copy": {f: when[f] for f in ("closes_at", "delivers_on")},
        "cycles_join_cycle": wish,
        "cycles_join_for_person": wish,
        "cycles_join_for_dependant": wish,
        "orders_quote": {"kind": "fetch", "pickup": point(), "dropoff": point(200), **spots},
        "repeats_start": often,
        "orders_place_order": order_on(quote["id"]),
        "privacy_mask_photo": _FACE,
        "reconciliation_ask_for": {"day": strange["day"]},
        "jobs_deliver": {"code": "0000"},
        "withdrawals_ask": {"amount_fen": 100},
        # Without an excuse, which staff alone may grant.
        "incidents_resolve": {"resolution": "settled"},
        "mediation_request": {
            "place_id": world.community_id,
            "category": "noise",
            "text": "楼上太吵",
        },
        "mediation_add_party": {"side": 2, "kind": "unregistered", "name": "陈师傅"},
        "mediation_propose_guest": guest,
        # Of nobody else: whose paper it is, only a mediator says.
        "mediation_consent_to_guest": {},
        "mediation_refuse_guest": {},
        "hearings_propose": talks(now),
        # As those of a party who has an account.
        "hearings_consent": {"hearing_id": hearing_id},
        "hearings_refuse": {"hearing_id": hearing_id},
        "outcomes_consent": {"text_hash": "0" * 64},
        "outcomes_decline": {},
        "mediation_ask": {},
        "mediation_record_contact": worked,
        "mediation_record_session": worked,
        "mediators_approve": {
            "committee_id": await committee(world),
            "categories": ["noise"],
            "until": (now + timedelta(days=90)).date().isoformat(),
        },
        "runners_take_quiz": {"answers": [0, 0, 0]},
    }
    return Things(ids, secrets, bodies)


async def agreed(world: World, customer: Person, mediator: Person, now: datetime) -> str:
    """An oral agreement of another case, and the visit that it made."""
    case = await requested(customer, world.community_id)
    case = await consented(world, await cases.offered(world, case, None, world.admin), world.admin)
    path = f"/v1/cases/{case['id']}"
    await mediator.post(f"{path}/accept")
    happened_at = (now - timedelta(hours=1)).isoformat()
    await mediator.post(
        f"{path}/sessions", {"how": "phone", "text": "谈好了", "happened_at": happened_at}
    )
    ids = [party["id"] for party in case["parties"]]
    last = (now + timedelta(days=90)).date().isoformat()
    promise = {"party_id": ids[0], "duty": "act", "what": "赔偿",
               "schedule": {"kind": "always", "last": last}}  # fmt: skip
    text = await mediator.post(
        f"{path}/propose", {"form": "oral", "facts": "漏水", "terms": [promise]}
    )
    name = {"n": text["n"], "text_hash": text["text_hash"]}
    await customer.post(f"{path}/sign", {**name, "side": "party"})
    await mediator.post(f"{path}/sign", {**name, "side": "party", "party_id": ids[-1]})
    await mediator.post(f"{path}/sign", {**name, "side": "mediator"})
    return (await mediator.get(f"{path}/visits"))["items"][0]["id"]


async def mediated(
    world: World, customer: Person, mediator: Person, *, quarrel: str
) -> tuple[dict[str, Any], str]:
    """A case that the mediator took on, and a complaint; admins look after it."""
    case = await requested(customer, world.community_id, text=quarrel)
    case = await consented(world, await cases.offered(world, case, None, world.admin), world.admin)
    await mediator.post(f"/v1/cases/{case['id']}/accept")
    complaint = {"code": "absent", "text": "没有来"}
    filed = await customer.post(f"/v1/cases/{case['id']}/complaint", complaint)
    return case, filed["id"]


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
