"""Orders: the list, one order with everything that happened, and what staff do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from starlette.responses import Response

from api.console import queries
from api.console.edge import id_of
from api.console.forms import fen, filled, version
from api.console.page import Here, Page
from api.console.tables import Table, table_page, whole
from api.console.words import WORDS, say
from api.events.queries import history
from api.identity.queries import nicknames
from api.jobs.routes import read_job
from api.jobs.schemas import JobOut
from api.kit.pagination import PageQuery
from api.kit.sheets import Yuan
from api.matching.routes import assign_job, reassign_job
from api.matching.schemas import Assign
from api.orders.mishap_routes import (
    ask_cancel_cost,
    cancel_order,
    list_statements,
    read_dispute,
    refund_order,
    resolve_dispute,
)
from api.orders.mishap_schemas import Cancel, CostQuery, RefundAsk, Resolve
from api.orders.money_routes import read_transfers
from api.orders.routes import list_orders, read_events, read_order
from api.orders.schemas import OrderDetail, OrderPage, OrderQuery

EVENTS_MAX = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an order or to its job."""

    at: datetime
    name: str
    actor: str


async def show_list(here: Here) -> Response:
    """Orders of the community, the newest first."""
    page = await _orders(here, here.query)
    return here.show("orders/list.html", page=page, kinds=WORDS["kind_word"],
                     states=WORDS["order_word"])  # fmt: skip


async def orders_table(here: Here) -> Table:
    """The same as a file; as on the page, nobody's name, door or phone."""
    listed = await whole(lambda page: _orders(here, {**here.query, **page}))
    return Table(
        "订单",
        "orders",
        ["单号", "下单时间", "类别", "物品", "取货", "送到", "状态", "任务", "应付(元)",
         "已退(元)", "送达时间"],
        [
            [order.number, order.created_at, say("kind_word", order.kind), order.item,
             order.pickup_place, order.dropoff_place, say("order_word", order.state),
             say("job_word", order.job_state), Yuan(order.total_fen), Yuan(order.refunded_fen),
             order.delivered_at]
            for order in listed.items
        ],
        listed.is_cut,
    )  # fmt: skip


async def show_order(here: Here, order_id: UUID) -> Response:
    """One order: what it is, what happened, where its money went, what can be done."""
    order = await read_order(order_id, here.session, here.caller, here.parts)
    job = None
    if order.job_id is not None:
        job = await read_job(order.job_id, here.session, here.caller, here.parts)
    money = await read_transfers(order_id, here.session, here.caller)
    said = await list_statements(order_id, here.session, here.caller, here.parts)
    people: list[UUID | None] = [
        order.customer_id,
        order.payer_id,
        *(s.author_id for s in said.items),
    ]
    if job is not None:
        people.append(job.runner_id)
    return here.show(
        "orders/order.html",
        order=order,
        job=job,
        steps=await _steps(here, order),
        money=money,
        statements=said.items,
        dispute=await read_dispute(order_id, here.session, here.caller),
        names=await nicknames(here.session, user_ids=people),
        runners=await _runners(here, order, job),
        words=WORDS,
    )


async def show_cancelling(here: Here, order_id: UUID) -> Response:
    """What cancelling costs for a reason, before anybody confirms it."""
    reason = filled(CostQuery, {"reason": here.query.get("reason", "staff_decision")})
    order = await read_order(order_id, here.session, here.caller, here.parts)
    cost = await ask_cancel_cost(order_id, reason, here.session, here.caller, here.parts)
    return here.show("orders/cancelling.html", order=order, cost=cost)


async def cancel(here: Here, order_id: UUID) -> Response:
    """Cancel at the cost that was shown."""
    await cancel_order(order_id, filled(Cancel, here.form), here.session, here.caller, here.parts)
    return here.go(f"/orders/{order_id}", done="cancelled")


async def assign(here: Here, order_id: UUID) -> Response:
    """Give the job to a runner."""
    job_id, body = id_of(here.form.get("job_id", "")), filled(Assign, here.form)
    await assign_job(job_id, body, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/orders/{order_id}", done="assigned")


async def reassign(here: Here, order_id: UUID) -> Response:
    """Give the job to another runner."""
    job_id, body = id_of(here.form.get("job_id", "")), filled(Assign, here.form)
    await reassign_job(job_id, body, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/orders/{order_id}", done="reassigned")


async def refund(here: Here, order_id: UUID) -> Response:
    """Give a part of the money back."""
    body = filled(RefundAsk, here.form, amount_fen=fen(here.form, "amount_fen"))
    await refund_order(order_id, body, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/orders/{order_id}", done="refunded")


async def resolve(here: Here, order_id: UUID) -> Response:
    """Settle a dispute: what is left is split to the last fen."""
    split = {name: fen(here.form, name) for name in ("resident_fen", "runner_fen", "platform_fen")}
    body = filled(Resolve, here.form, **split)
    await resolve_dispute(order_id, body, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/orders/{order_id}", done="resolved")


async def _orders(here: Here, query: Mapping[str, str]) -> OrderPage:
    asked = filled(OrderQuery, query, community_id=str(here.place_id))
    return await list_orders(asked, here.session, here.caller)


async def _steps(here: Here, order: OrderDetail) -> list[Step]:
    """What happened to the order and to its job, in order."""
    page = await read_events(order.id, PageQuery(limit=EVENTS_MAX), here.session, here.caller)
    steps = [Step(e.at, e.name, e.actor) for e in page.items]
    if order.job_id is not None:
        rows = await history(
            here.session, subject="job", subject_id=order.job_id, after=0, limit=EVENTS_MAX
        )
        steps += [Step(r[5], r[1], r[4]) for r in rows]
    return sorted(steps, key=lambda step: step.at)


async def _runners(here: Here, order: OrderDetail, job: JobOut | None) -> list[Any]:
    """To whom the job may be given: runners at work who do not have it already."""
    if job is None or job.state not in ("open", "accepted"):
        return []
    found = await queries.live_runners(here.session, community_id=order.community_id)
    return [runner for runner in found if runner.id != job.runner_id]


_READ = (
    "orders_read_order",
    "orders_read_events",
    "orders_list_statements",
    "orders_read_transfers",
    "orders_read_dispute",
    "jobs_read_job",
)
_ONE = "/orders/{order_id:uuid}"
PAGES = (
    Page("GET", "/orders", show_list, grants=("orders_list_orders",)),
    table_page("/orders", orders_table, grants=("orders_list_orders",)),
    Page("GET", _ONE, show_order, grants=_READ),
    Page("GET", f"{_ONE}/cancel", show_cancelling, grants=("orders_ask_cancel_cost",)),
    Page("POST", f"{_ONE}/cancel", cancel, grants=("orders_cancel_order",)),
    Page("POST", f"{_ONE}/assign", assign, grants=("matching_assign_job",)),
    Page("POST", f"{_ONE}/reassign", reassign, grants=("matching_reassign_job",)),
    Page("POST", f"{_ONE}/refund", refund, grants=("orders_refund_order",)),
    Page("POST", f"{_ONE}/resolve", resolve, grants=("orders_resolve_dispute",)),
)
