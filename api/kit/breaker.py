"""A circuit breaker: whoever keeps failing is left alone for a while, so that callers fail fast."""

from collections.abc import Callable

from api.kit.clock import monotonic_s


class Breaker:
    """Opens after ``failures`` in a row; then lets one try through every ``rest_s`` seconds."""

    def __init__(
        self, *, failures: int, rest_s: float, clock: Callable[[], float] = monotonic_s
    ) -> None:
        self._failures_max = failures
        self._rest_s = rest_s
        self._clock = clock
        self._failures = 0
        self._open_until = 0.0

    def enter(self) -> float:
        """Ask to pass: 0 lets you, otherwise the seconds to stay away.

        Who passes an open breaker is its one try: the others wait for what comes of it.
        """
        if self._failures < self._failures_max:
            return 0.0
        left_s = self._open_until - self._clock()
        if left_s > 0:
            return left_s
        self._open_until = self._clock() + self._rest_s
        return 0.0

    def worked(self) -> None:
        """An answer came: everybody may pass again."""
        self._failures = 0

    def failed(self) -> None:
        """No answer came."""
        self._failures += 1
        if self._failures >= self._failures_max:
            self._open_until = self._clock() + self._rest_s
