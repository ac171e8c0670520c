"""Accepting a job: exactly one runner, ever, at a time."""

from dataclasses import dataclass
from math import inf
from typing import Any
from uuid import UUID

import asyncpg  # pyright: ignore[reportMissingTypeStubs]
import orjson

from api.errors import AppError
from api.identity.rules import check_session
from api.jobs.events import JOB_ACCEPTED
from api.kit.chaos import Chaos
from api.kit.db import HotConnection, Record
from api.kit.geo import local_distance_m
from api.kit.idempotency import Stored, judge
from api.matching.queries import ACCEPT_READ_SQL, ACCEPT_WRITE_SQL
from api.matching.rules import JobNow, Reach, refusal
from api.matching.signing import refused, runner_now
from api.runners.rest import day_of

_ATTEMPTS_MAX = 3
# What the database refuses only because something changed since it was read: judged anew, it is
# refused by its proper name, or answered as the twin was.
_CHANGED_MEANWHILE = (
    "runners_load_within_capacity",
    "runners_jobs_within_day",
    "runners_at_work_not_offline",
    "idempotency_keys_pkey",
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants which job, under which key."""

    token_hash: bytes
    job_id: UUID
    key: str | None
    request_hash: bytes


async def accept(connection: HotConnection, wish: Wish, *, chaos: Chaos) -> Stored:
    """Take the job if the one predicate allows it and nobody else was faster.

    Raises:
        AppError: not_signed_in, account_closed, role_missing, idempotency_key_reused,
            request_in_flight, not_found, busy, and every refusal of `matching.rules`.
    """
    for _ in range(_ATTEMPTS_MAX):
        row = await connection.fetchrow(ACCEPT_READ_SQL, wish.token_hash, wish.job_id, wish.key)
        check_session(row)
        assert row is not None
        stored = judge(
            is_free=True,
            stored_hash=row["request_hash"],
            status=row["status"],
            body=row["body"],
            expected=(wish.request_hash,),
        )
        if stored is not None:
            return stored
        _check(row)
        chaos("accept.before_write")
        answer = await _write(connection, wish, row)
        if answer is not None:
            chaos("accept.after_write_before_reply")
            return answer
    raise AppError("busy", retry_after_s=1)


def _check(row: Record) -> None:
    runner = runner_now(row)
    if row["job_id"] is None:
        raise AppError("not_found")
    job = JobNow(
        state=row["job_state"],
        kind=row["kind"],
        load=row["job_load"],
        requester_id=row["requester_id"],
        community_id=row["job_community_id"],
        lat=row["pickup_lat"],
        lng=row["pickup_lng"],
        is_expired=row["is_expired"],
        pickup_m=_pickup_m(row),
        weight_g=row["weight_g"],
        fee_fen=row["fee_fen"],
        floors_no_lift=row["floors_no_lift"],
        is_parted=row["is_parted"],
    )
    reach = Reach(row["radius_m"], row["position_max_age_s"])
    if (code := refusal(runner, job, reach, now=row["now"])) is not None:
        raise refused(code, runner)


async def _write(connection: HotConnection, wish: Wish, row: Record) -> Stored | None:
    """The answer, or ``None`` where the world changed since it was read: judge anew."""
    distance_m = _pickup_m(row)
    body = orjson.dumps(_answer(row, distance_m))
    try:
        result = await connection.fetchrow(
            ACCEPT_WRITE_SQL,
            wish.job_id,
            row["version"],
            row["user_id"],
            row["now"],
            distance_m,
            JOB_ACCEPTED.name,
            orjson.dumps({"distance_m": round(distance_m, 1)}).decode(),
            wish.key,
            wish.request_hash,
            body,
            day_of(row["now"]),
        )
    except asyncpg.IntegrityConstraintViolationError as error:
        if _constraint(error) in _CHANGED_MEANWHILE:
            return None
        raise
    assert result is not None
    if not result["is_free"]:
        raise AppError("request_in_flight", retry_after_s=1)
    return Stored(200, body, is_repeat=False) if result["moved"] else None


def _pickup_m(row: Record) -> float:
    """From the runner to the pickup; infinite where nobody knows where the runner is."""
    if row["lat"] is None:
        return inf
    return local_distance_m(row["lat"], row["lng"], row["pickup_lat"], row["pickup_lng"])


def _answer(row: Record, distance_m: float) -> dict[str, Any]:
    return {
        "job_id": str(row["job_id"]),
        "state": "accepted",
        "accepted_at": row["now"],
        "distance_m": round(distance_m, 1),
        "fee_fen": row["fee_fen"],
        "due_at": row["due_at"],
        "version": row["version"] + 1,
    }


def _constraint(error: asyncpg.PostgresError) -> str:
    return str(getattr(error, "constraint_name", ""))
