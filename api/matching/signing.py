"""Reading who calls from the first statement of a hot route."""

from api.errors import AppError
from api.kit.db import Record
from api.kit.geo import Point
from api.matching.rules import RunnerNow


def check_session(row: Record | None) -> None:
    """Refuse a caller whose session or account is not live.

    Raises:
        AppError: not_signed_in, account_closed.
    """
    if row is None or row["session_expires_at"] <= row["now"]:
        raise AppError("not_signed_in")
    if row["user_state"] != "active":
        raise AppError("account_closed")


def runner_now(row: Record) -> RunnerNow:
    """The runner of a row.

    Raises:
        AppError: role_missing, where the caller is no runner.
    """
    if row["state"] is None:
        raise AppError("role_missing")
    position = None if row["lat"] is None else Point(row["lat"], row["lng"])
    return RunnerNow(
        id=row["user_id"],
        state=row["state"],
        shift=row["shift"],
        position=position,
        position_at=row["position_at"],
        kinds=tuple(row["kinds"]),
        capacity_left=row["capacity"] - row["load"],
        community_id=row["community_id"],
        apart=frozenset(row["apart"]),
    )
