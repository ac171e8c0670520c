"""The people behind an event, and the plain values to tell them with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api.events.log import Event
from api.kit.clock import china
from api.kit.money import format_yuan
from api.notifications.service.telling import Concerned

_WITH_AMOUNT = frozenset({"settlement.made", "withdrawal.offered", "withdrawal.succeeded"})


@dataclass(frozen=True, slots=True)
class Scene:
    """The people behind an event, and where it happened."""

    concerned: list[Concerned]
    community_id: UUID | None
    # From when on a message is pointless, where the thing itself says so.
    until: datetime | None = None


def scene_of(event: Event, rows: Sequence[Any]) -> Scene:
    """Customers and runner of orders, as `workers.queries` finds them; the first one's place."""
    concerned: list[Concerned] = []
    for order_id, number, customer_id, _, _, job_id, runner_id, placed_by_id in rows:
        values = values_of(event, number=str(number), order_id=str(order_id), job_id=str(job_id))
        # Staff who ordered for somebody without a phone pay and answer for them.
        customers = dict.fromkeys((customer_id, placed_by_id))
        concerned += [Concerned(user_id, "customer", values) for user_id in customers]
        # After a release the job has no runner: the event names who had it.
        had_it = event.data.get("runner_id") or runner_id
        if had_it is not None and job_id is not None:
            concerned.append(Concerned(UUID(str(had_it)), "runner", values))
    return Scene(concerned, rows[0][3] if rows else None)


def values_of(event: Event, **known: str) -> dict[str, str]:
    """The plain values that templates may name (`templates.VALUES`)."""
    values = dict(known)
    refund_fen = event.data.get("refund_fen")
    if event.name.startswith("refund."):
        refund_fen = event.data["amount_fen"]
    if refund_fen:
        values["refund_yuan"] = format_yuan(refund_fen)
    if event.name in _WITH_AMOUNT and event.data["amount_fen"]:
        values["amount_yuan"] = format_yuan(event.data["amount_fen"])
    if event.name == "tip.paid":
        values["tip_yuan"] = format_yuan(event.data["amount_fen"])
    if event.name == "points_notice.made":
        first_day = china(datetime.fromisoformat(event.data["effective_from"]))
        before, after = (format_yuan(max(0, event.data[n])) for n in ("before_cp", "after_cp"))
        values["rules"] = f"{event.data['version']} ({first_day:%m-%d}): {before} → {after}"
    if event.data.get("danger"):
        values["danger"] = "yes"
    if event.data.get("reason"):
        values["reason"] = str(event.data["reason"])
    return values
