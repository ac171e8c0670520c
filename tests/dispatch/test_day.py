"""A public day, played: nothing is lost, nothing impossible, nothing known too early."""

from pathlib import Path

import pytest

from api.cli.dispatch.command import DispatchRefused, dispatch, objective_for
from api.cli.dispatch.day import Day, Play
from api.cli.dispatch.writing import DELIVERIES
from api.cli.replay.instance import SHIPPED_DAY, Instance, read_instance
from api.matching.dispatch.solving import solve
from tests.dispatch.builders import cut


@pytest.fixture(scope="module")
def instance() -> Instance:
    """The small shipped day."""
    return read_instance(SHIPPED_DAY)


def _played(instance: Instance, *, mixes: bool) -> Day:
    return Play(instance, objective_for(mixes_merchants=mixes), solve).run()


@pytest.mark.parametrize("mixes", [False, True])
def test_every_order_is_delivered_in_a_possible_way(instance: Instance, mixes: bool) -> None:
    """Told after it was placed, fetched when ready and on shift, brought no faster than walking."""
    day = _played(instance, mixes=mixes)
    orders = {order.name: order for order in instance.orders}
    shifts = {courier.name: courier for courier in instance.couriers}

    assert sorted(orders) == sorted(each.order for each in day.deliveries)
    for each in day.deliveries:
        order, shift = orders[each.order], shifts[each.courier]
        way_min = (
            order.door.metres_to(instance.restaurants[order.restaurant]) / instance.metres_per_min
        )
        services_min = (instance.pickup_service_min + instance.dropoff_service_min) / 2
        assert order.placed_min <= each.decided_min <= each.pickup_min
        assert order.ready_min <= each.pickup_min <= shift.off_min
        assert each.pickup_min + services_min + way_min <= each.dropoff_min


@pytest.mark.parametrize("mixes", [False, True])
@pytest.mark.parametrize("at_min", [725, 735, 745])
def test_what_is_placed_later_changes_nothing_before(
    instance: Instance, at_min: int, mixes: bool
) -> None:
    """A day cut at a busy minute is the same day up to it."""
    whole, short = (_played(i, mixes=mixes) for i in (instance, cut(instance, at_min)))

    def known(day: Day) -> set[tuple[str, str, float]]:
        told = {(d.order, d.courier, d.decided_min) for d in day.deliveries}
        told |= {(d.order, "picked", d.pickup_min) for d in day.deliveries}
        told |= {(d.order, "dropped", d.dropoff_min) for d in day.deliveries}
        told |= {(m.restaurant, m.courier, m.at_min) for m in day.moves}
        return {each for each in told if each[2] <= at_min}

    assert known(whole) == known(short)


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    """All but what the rounds cost."""
    for name in ("one", "two"):
        dispatch(SHIPPED_DAY, tmp_path / name, mixes_merchants=False)

    for file in ("deliveries.csv", "moves.csv"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    header = (tmp_path / "one" / "deliveries.csv").read_text().splitlines()[0]
    assert ",".join(DELIVERIES) == header


def test_a_folder_without_a_day_is_refused_in_one_line(tmp_path: Path) -> None:
    """It says which file is missing."""
    with pytest.raises(DispatchRefused, match=r"restaurants\.txt"):
        dispatch(tmp_path, tmp_path / "out", mixes_merchants=False)
