"""The plan of kills."""

from api.cli.replay.faults import planned

_TARGETS = ("api", "worker", "redis")


def test_the_same_seed_plans_the_same_kills() -> None:
    """A fault run can be repeated from its printed seed."""
    first = planned(10, targets=_TARGETS, from_min=10, to_min=90, seed="x")

    assert first == planned(10, targets=_TARGETS, from_min=10, to_min=90, seed="x")
    assert first != planned(10, targets=_TARGETS, from_min=10, to_min=90, seed="y")


def test_kills_are_in_order_within_the_day_and_spare_nobody() -> None:
    """Every target is killed about as often, at moments between the first and last order."""
    kills = planned(9, targets=_TARGETS, from_min=10, to_min=90, seed="x")

    assert sorted(_TARGETS * 3) == sorted(k.target for k in kills)
    moments = [k.at_min for k in kills]
    assert moments == sorted(moments)
    assert 10 <= moments[0] <= moments[-1] <= 90
