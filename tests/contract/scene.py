"""A neighbourhood in which every operation has somebody to call it and something to call it on."""

from dataclasses import dataclass

from tests.contract.document import Operation
from tests.fixtures.builders.boards import shown
from tests.fixtures.builders.cases import requested
from tests.fixtures.builders.families import propose
from tests.fixtures.builders.harvests import joined, offered, wanted_always
from tests.fixtures.builders.images import uploaded
from tests.fixtures.builders.neighbours import ask_in, at_home, submit_name
from tests.fixtures.builders.penalties import appealed, complained, found
from tests.fixtures.builders.people import Person
from tests.fixtures.builders.repeating import weekly
from tests.fixtures.builders.shops import opened, stocked, supplied
from tests.fixtures.builders.worlds import World
from tests.fixtures.working import drain

_NIL = "00000000-0000-0000-0000-000000000000"


class Ids(dict[str, str]):
    """UUIDs by the names of fields and parameters; what is not known is the nil UUID."""

    def __missing__(self, name: str) -> str:
        return _NIL


@dataclass(slots=True)
class Scene:
    """Who calls, and on what."""

    callers: dict[str, Person]
    ids: Ids

    def caller(self, operation: Operation) -> Person:
        """Whoever gets farthest with an operation."""
        feature, path = operation.id.partition("_")[0], operation.path
        if path.startswith(("/v1/runners/me", "/v1/runners/training", "/v1/hall", "/v1/jobs")):
            return self.callers["runner"]
        if operation.id in (
            "runners_approve",
            "runners_reject",
            "runners_suspend",
            "runners_reinstate",
            "runners_read_application",
            "runners_check_identity",
            "runners_read_contact",
            "runners_set_tier",
            "earnings_read_earnings",
            "earnings_list_settlements",
            "earnings_download_month",
            "earnings_download_tax_report",
            "withdrawals_list_withdrawals",
            "withdrawals_retry",
            "withdrawals_ask_for",
            "runners_list_runners",
            "points_decide_appeal",
            "points_reverse_entry",
            "points_list_findings",
            "points_list_proposals",
            "points_decide_finding",
        ):
            return self.callers["admin"]
        if feature in ("people", "care") and not path.startswith("/v1/me"):
            return self.callers["staff"]
        by_feature = {"orders": "resident", "payments": "resident", "jobs": "runner",
                      "matching": "runner", "points": "runner", "places": "admin"}  # fmt: skip
        return self.callers[by_feature.get(feature, "resident")]

    def path(self, operation: Operation, **instead: str) -> str:
        """The path with ids in it."""
        path = operation.path
        for parameter in operation.parameters("path"):
            name = parameter["name"]
            value = instead.get(name, "1" if name == "n" else self.ids[name])
            path = path.replace("{" + name + "}", value)
        return path


async def make_scene(world: World) -> Scene:
    """A resident with a carried order, an address and a payment; a runner; an admin."""
    resident, runner = await world.person("resident1"), await world.runner()
    order = await world.picked_up(resident, runner)
    quote = await world.quote(resident)
    unpaid = await world.place(resident)
    payment = await resident.post("/v1/payments", {"order_id": unpaid["id"]})
    photo = await uploaded(resident)
    address = await resident.post(
        "/v1/me/addresses", {"building_id": world.building_id, "label": "家"}
    )
    await drain(world.parts)
    told = (await resident.get("/v1/me/inbox"))["items"]
    incident = await resident.post("/v1/incidents", {"job_id": order["job_id"], "code": "other"})
    act = await resident.post(f"/v1/orders/{unpaid['id']}/hold-cancel", {"reason": "changed_mind"})
    repeat = await resident.post("/v1/repeats", await weekly(world))
    neighbour = await world.person("resident2")
    dependant = await propose(world, resident)
    block = await resident.post("/v1/me/blocks", {"runner_id": runner.id, "stance": "prefer"})
    await submit_name(world, neighbour)
    post = await shown(world, resident)
    shop = await opened(world, resident)
    product = await stocked(resident, shop)
    lot = await supplied(resident, product)
    licence = await uploaded(resident, purpose="product")
    await at_home(world, resident, door="1单元101")
    cycle = await offered(world, resident, shop)
    share = await joined(resident, cycle, 1)
    standing = await resident.post("/v1/standing-orders", wanted_always(shop, product))
    case = await requested(resident, world.community_id)
    appeal = await appealed(world, runner, await complained(world, runner))
    ids = Ids(
        case_id=case["id"],
        standing_id=standing["id"],
        cycle_id=cycle["id"],
        cycle_order_id=share["id"],
        item_id=cycle["items"][0]["id"],
        post_id=post["id"],
        merchant_id=shop["id"],
        product_id=product["id"],
        lot_id=lot["id"],
        licence_id=licence["upload_id"],
        entry_id=appeal["entry_id"],
        appeal_id=appeal["id"],
        local_day="2026-11-21",
        finding_id=await found(world, runner, resident),
        record_id=told[0]["id"],
        up_to=told[0]["id"],
        act_id=act["id"],
        incident_id=incident["id"],
        user_id=neighbour.id,
        membership_id=await ask_in(world, neighbour),
        dependant_id=dependant["id"],
        block_id=block["id"],
        order_id=order["id"],
        job_id=order["job_id"],
        quote_id=quote["id"],
        payment_id=payment["payment_id"],
        address_id=address["id"],
        module="safety",
        repeat_id=repeat["id"],
        runner_id=runner.id,
        upload_id=photo["upload_id"],
        place_id=world.community_id,
        parent_id=world.community_id,
        community_id=world.community_id,
        building_id=world.building_id,
    )
    return Scene(
        {
            "resident": resident,
            "runner": runner,
            "admin": world.admin,
            "staff": await world.person("staff1"),
        },
        ids,
    )
