"""Named points where a test build may die or fail on purpose, by seed; off by default."""

import os
import random

POINTS = frozenset(
    {
        "edge.before_commit",
        "edge.after_commit_before_reply",
        "accept.before_write",
        "accept.after_write_before_reply",
        "pump.before_commit",
        "pump.after_commit_before_ring",
        "task.claimed",
        "task.before_commit",
        "task.after_commit",
        "gateway.before_call",
        "gateway.after_call",
    }
)


class ChaosStruck(Exception):
    """A failure made on purpose at a named point."""


class Chaos:
    """Strikes at points with a probability; kills the process, or raises, as told."""

    def __init__(self, spec: str = "") -> None:
        """``spec`` is ``seed:probability:kill|raise[:point,point]``; empty is off."""
        self._points: frozenset[str] = frozenset()
        self._probability = 0.0
        if not spec:
            return
        seed, probability, self._how, *named = spec.split(":")
        assert self._how in ("kill", "raise"), spec
        self._random = random.Random(seed)  # noqa: S311  (a test build, by seed)
        self._probability = float(probability)
        self._points = frozenset(named[0].split(",")) if named else POINTS
        assert self._points <= POINTS, self._points - POINTS

    def __call__(self, point: str) -> None:
        """Maybe strike here.

        Raises:
            ChaosStruck: it did, and was told to raise.
        """
        if point not in self._points or self._random.random() >= self._probability:
            return
        if self._how == "kill":
            os._exit(86)
        raise ChaosStruck(point)
