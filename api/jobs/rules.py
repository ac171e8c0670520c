"""Pure rules of jobs: codes, and since when a late proof counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

CODE_DIGITS = 4
WRONG_CODES_MAX = 5
LOCK_FOR = timedelta(minutes=10)


def climbed_floors(*, floor: int, has_lift: bool) -> int:
    """Floors that must be walked up to a door."""
    return 0 if has_lift else max(0, floor - 1)


@dataclass(frozen=True, slots=True)
class CodeTry:
    """What trying a code leads to: taken, or the count and lock to store."""

    is_right: bool
    wrong_codes: int
    locked_until: datetime | None

    @property
    def refusal(self) -> str:
        """The error of a wrong one."""
        return "code_locked" if self.locked_until else "code_wrong"


def is_locked(locked_until: datetime | None, *, now: datetime) -> bool:
    """Whether codes may not be tried at the moment."""
    return locked_until is not None and now < locked_until


def try_code(*, given: str, expected: str, wrong_codes: int, now: datetime) -> CodeTry:
    """Compare a code; every fifth wrong one locks for ten minutes and starts counting anew."""
    if given == expected:
        return CodeTry(True, 0, None)
    if wrong_codes + 1 >= WRONG_CODES_MAX:
        return CodeTry(False, 0, now + LOCK_FOR)
    return CodeTry(False, wrong_codes + 1, None)


# A proof that was made without a signal: within so long of the token that was issued while there
# was one, and sent so soon after it. No claim can therefore lie further back than the second.
PROOF_WINDOW = timedelta(minutes=15)
PROOF_SEND_WITHIN = timedelta(minutes=30)
Verdict = Literal["counted", "outside_window", "sent_too_late", "held"]


def judge_late_proof(
    *, issued_at: datetime, client_at: datetime, now: datetime
) -> tuple[datetime, Verdict]:
    """When a late proof counts from: the phone's time inside the token's window, else now."""
    if now > issued_at + PROOF_SEND_WITHIN:
        return now, "sent_too_late"
    if not issued_at <= client_at <= min(issued_at + PROOF_WINDOW, now):
        return now, "outside_window"
    return client_at, "counted"
