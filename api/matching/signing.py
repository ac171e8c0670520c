"""Reading who calls from the first statement of a hot route."""

from datetime import datetime

from api.errors import AppError
from api.kit.db import Record
from api.kit.geo import Point
from api.matching.rules import RunnerNow
from api.runners.rest import RestRules, Work, hold, read_rest_rules, retry_after_s
from api.runners.rules import jobs_left


def runner_now(row: Record) -> RunnerNow:
    """The runner of a row.

    Raises:
        AppError: role_missing, where the caller is no runner.
    """
    if row["state"] is None:
        raise AppError("role_missing")
    position = None if row["lat"] is None else Point(row["lat"], row["lng"])
    held, held_s = _held(row)
    return RunnerNow(
        id=row["user_id"],
        state=row["state"],
        shift=row["shift"],
        position=position,
        position_at=row["position_at"],
        kinds=tuple(row["kinds"]),
        capacity_left=row["capacity"] - row["load"],
        community_id=row["community_id"],
        held=held,
        held_s=held_s,
        weight_max_g=row["weight_max_g"],
        fee_max_fen=row["fee_max_fen"],
        floors_max=row["floors_max"],
        jobs_left_today=jobs_left(
            row["jobs_day_max"], row["jobs_day"], row["jobs_today"], now=row["now"]
        ),
        apart=frozenset(row["apart"]),
    )


def refused(code: str, runner: RunnerNow) -> AppError:
    """The refusal by the predicate, with when to ask again where rest is the reason."""
    return AppError(code, retry_after_s=runner.held_s if code == runner.held else None)


def _held(row: Record) -> tuple[str | None, int | None]:
    since, until = row["work_since"], row["worked_until"]
    if since is None and until is None:
        return None, None
    confirmed_at = row["hours_confirmed_at"]
    work = Work(since, until, row["stretch_s"], row["day_s"], row["days_in_row"], confirmed_at)
    return held_now(work, read_rest_rules(row["rest_rules"]), now=row["now"])


def held_now(work: Work, rules: RestRules, *, now: datetime) -> tuple[str | None, int | None]:
    """Why somebody who worked so long must rest, and how long from now, in seconds."""
    if (held := hold(work, rules, now=now)) is None:
        return None, None
    return held.code, retry_after_s(held, rules, now=now)
