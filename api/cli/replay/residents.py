"""A resident's errand: placed, paid, told about at both doors, confirmed, rated."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from api.cli.history import Canary
from api.cli.replay.client import Client, Reply
from api.cli.replay.instance import OrderLine, Spot
from api.cli.replay.mapping import Mapping
from api.cli.replay.pace import Pace

# One in five never says that it came; the timer does.
_SILENT_ONE_IN = 5
_RATES_ONE_IN = 2
_CONFIRMS_WITHIN_MIN = 20.0
# A window has to last a little where cooking takes longer than the promise.
_WINDOW_MIN = 15
_TRIES_MAX = 6
# Real seconds that a request may take until the window it asks for begins; twice that in each
# further try. The API itself tolerates a minute of the day.
_AHEAD_S = 0.1


@dataclass(slots=True)
class Errand:
    """One order of the day, in the hands of its resident."""

    line: OrderLine
    restaurant: Spot
    resident: Client
    mapping: Mapping
    pace: Pace
    door: str
    phone: str
    chance: random.Random
    target_min: int
    order_id: str | None = None
    job_id: str | None = None
    # Why the API would not take it, where it did not.
    refused: str | None = None
    is_paid: bool = False
    # From when it was due until the API had taken it, in minutes of the day.
    lag_min: float = 0.0
    delivered: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, *, day_is_over: asyncio.Event) -> None:
        """From placing to rating; an order that nobody brings ends with the day."""
        await self.pace.until(self.line.placed_min)
        await self._place()
        self.lag_min = self.pace.now_min - self.line.placed_min
        if self.order_id is None:
            return
        await self._pay()
        await _either(self.delivered, day_is_over)
        if not self.delivered.is_set() or self.chance.randrange(_SILENT_ONE_IN) == 0:
            return
        await self.pace.rest(self.chance.uniform(0, _CONFIRMS_WITHIN_MIN))
        confirmed = await self.resident.post(
            "/v1/orders/{order_id}/confirm",
            effect=("order.completed", self.order_id),
            order_id=self.order_id,
        )
        if confirmed.is_ok and self.chance.randrange(_RATES_ONE_IN) == 0:
            await self.resident.post(
                "/v1/orders/{order_id}/rate",
                {"stars": self.chance.choice((5, 5, 5, 4, 3)), "tags": ["fast"]},
                effect=("order.rated", self.order_id),
                order_id=self.order_id,
            )

    async def tell_code(self, which: str) -> str:
        """What the resident reads out to who stands at the counter or at the door.

        ``which`` is ``pickup_code`` or ``receipt_code``.
        """
        assert self.order_id is not None
        reply = await self.resident.get("/v1/orders/{order_id}", order_id=self.order_id)
        return str(reply.data.get(which, ""))

    def canaries(self) -> list[Canary]:
        """The secrets this errand planted."""
        return [
            Canary(self.door, self.resident.name, self.job_id),
            Canary(self.phone, self.resident.name),
        ]

    async def _place(self) -> None:
        ahead_s = _AHEAD_S
        placed = await self._try_to_place(ahead_s)
        # A restart may have outlasted the window or the quote; then both are asked for anew.
        for _ in range(_TRIES_MAX - 1):
            if placed.code not in ("window_past", "quote_expired"):
                break
            ahead_s *= 2
            placed = await self._try_to_place(ahead_s)
        if placed.is_ok:
            self.order_id = placed.data["id"]
        else:
            self.refused = placed.code

    async def _try_to_place(self, ahead_s: float) -> Reply:
        quoted = await self.resident.post("/v1/quotes", self._ask(ahead_s))
        return await self._order(quoted.data["id"]) if quoted.is_ok else quoted

    async def _order(self, quote_id: str) -> Reply:
        return await self.resident.post(
            "/v1/orders",
            {
                "quote_id": quote_id,
                "item": self.line.name,
                "pickup_place": self.line.restaurant,
                "dropoff_place": self.line.name,
                "dropoff_contact": {"door": self.door, "name": "收货人", "phone": self.phone},
            },
            effect=("order.placed", self.line.name),
        )

    async def _pay(self) -> None:
        assert self.order_id is not None
        opened = await self.resident.post(
            "/v1/payments", {"order_id": self.order_id}, effect=("payment.opened", self.order_id)
        )
        if opened.is_ok:
            payment_id = opened.data["payment_id"]
            paid = await self.resident.post(
                "/v1/sandbox/payments/{payment_id}/pay",
                effect=("payment.paid", payment_id),
                payment_id=payment_id,
            )
            self.is_paid = paid.is_ok

    def _ask(self, ahead_s: float) -> dict[str, Any]:
        # A window may not begin in the past: where this machine is behind, it begins just ahead.
        soonest = self.pace.now_min + ahead_s * self.pace.speed / 60
        begins = max(float(self.line.ready_min), soonest)
        ends = max(float(self.line.placed_min + self.target_min), begins + _WINDOW_MIN)
        window = {"from": _text(self.pace.at(begins)), "to": _text(self.pace.at(ends))}
        return {
            "kind": "fetch",
            "pickup": _point(self.mapping, self.restaurant),
            "dropoff": _point(self.mapping, self.line.door),
            "window": window,
        }


def _point(mapping: Mapping, spot: Spot) -> dict[str, Any]:
    point = mapping.point(spot)
    return {"lat": point.lat, "lng": point.lng, "coord": "gcj02"}


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


async def _either(one: asyncio.Event, other: asyncio.Event) -> None:
    waits = [asyncio.ensure_future(one.wait()), asyncio.ensure_future(other.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
