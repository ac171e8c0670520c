"""Failing on purpose: never by accident, and the same again by the same seed."""

import pytest

from api.kit.chaos import POINTS, Chaos, ChaosStruck


def test_chaos_is_off_by_default() -> None:
    """No point strikes, however often it is passed."""
    chaos = Chaos()

    for point in POINTS:
        for _ in range(100):
            chaos(point)


def test_a_named_point_strikes_and_the_others_do_not() -> None:
    """Probability one, one point."""
    chaos = Chaos("seed:1:raise:task.claimed")

    for point in POINTS - {"task.claimed"}:
        chaos(point)
    with pytest.raises(ChaosStruck):
        chaos("task.claimed")


def test_without_names_every_point_strikes() -> None:
    """All points, all of the time."""
    chaos = Chaos("seed:1:raise")

    for point in POINTS:
        with pytest.raises(ChaosStruck):
            chaos(point)


@pytest.mark.parametrize(("first", "second", "are_equal"), [("7", "7", True), ("7", "8", False)])
def test_the_seed_decides_when(first: str, second: str, are_equal: bool) -> None:
    """A failure can be played again."""

    def struck(seed: str) -> list[bool]:
        chaos, seen = Chaos(f"{seed}:0.3:raise"), list[bool]()
        for _ in range(200):
            try:
                chaos("task.claimed")
            except ChaosStruck:
                seen.append(True)
            else:
                seen.append(False)
        return seen

    assert are_equal is (struck(first) == struck(second))


@pytest.mark.parametrize(
    "spec", ["1", "1:0.5", "1:0.5:explode", "1:often:raise", "1:1:raise:nowhere"]
)
def test_a_spec_that_means_nothing_is_refused(spec: str) -> None:
    """At start, not at the first strike."""
    with pytest.raises((AssertionError, ValueError)):
        Chaos(spec)
