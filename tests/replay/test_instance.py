"""The reader of instances: what is good is read whole, what is not is said in one line."""

from pathlib import Path

import pytest

from api.cli.replay.instance import SHIPPED_DAY, InstanceUnusable, Spot, read_instance
from tests.fixtures.builders.replaying import FILES, instance_folder

_ORDERS, _COURIERS = FILES["orders.txt"], FILES["couriers.txt"]
_HOSTILE: dict[str, dict[str, str | bytes | None]] = {
    "orders.txt cannot be read": {"orders": None},
    "is not UTF-8 text": {"orders": b"order\tx\xff\xfe\n"},
    "orders.txt is empty": {"orders": ""},
    "orders.txt has no lines": {"orders": _ORDERS.splitlines()[0]},
    "there is no column ready_time": {"orders": _ORDERS.replace("ready_time", "later")},
    "line 2: 5 fields under 6": {"orders": _ORDERS.replace("\tr1\t25", "\t25")},
    "x is not a number": {"orders": _ORDERS.replace("30\t40", "thirty\t40")},
    "y is not a number": {"orders": _ORDERS.replace("30\t40", "30\tnan")},
    "x is not a number from": {"couriers": _COURIERS.replace("0\t0\t0", "1e300\t0\t0")},
    "placement_time is not a number": {"orders": _ORDERS.replace("\t20\t", "\t-1\t")},
    "ready_time is not a whole minute": {"orders": _ORDERS.replace("\t25", "\t25.5")},
    "there is no restaurant r9": {"orders": _ORDERS.replace("\tr1\t", "\tr9\t")},
    "ready before it was placed": {"orders": _ORDERS.replace("\t25", "\t19")},
    "names something twice": {"orders": _ORDERS.replace("o2", "o1")},
    "order is not a name": {"orders": _ORDERS.replace("o2", "o2'; DROP TABLE orders")},
    "the shift ends before it begins": {"couriers": _COURIERS.replace("\t0\t90", "\t91\t90")},
    "has 2 lines": {
        "instance_parameters": FILES["instance_parameters.txt"] + "320\t4\t4\t40\t90\t1\t1\n"
    },
    "meters_per_minute is not a number": {
        "instance_parameters": FILES["instance_parameters.txt"].replace("320", "0")
    },
    "is wider than 100 km": {"couriers": _COURIERS.replace("0\t0\t0", "200000\t0\t0")},
    "is larger than 4 MB": {"orders": _ORDERS + "o3\t0\t0\t1\tr1\t1\n" * 300_000},
}


@pytest.mark.parametrize("line", _HOSTILE)
def test_a_hostile_file_is_refused_in_one_line(tmp_path: Path, line: str) -> None:
    """Whatever a file says, the reader names it in one line and nothing else happens."""
    with pytest.raises(InstanceUnusable) as refused:
        read_instance(instance_folder(tmp_path, **_HOSTILE[line]))

    assert line in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    """A path that is a file, or nothing, is no instance."""
    with pytest.raises(InstanceUnusable):
        read_instance(tmp_path / "nowhere")


def test_an_instance_is_read_whole_and_in_order_of_time(tmp_path: Path) -> None:
    """Orders come by placement time, with their figures as they stand in the file."""
    instance = read_instance(instance_folder(tmp_path))

    assert [("o2", 10, 31, "r2"), ("o1", 20, 25, "r1")] == [
        (o.name, o.placed_min, o.ready_min, o.restaurant) for o in instance.orders
    ]
    assert instance.metres_per_min == 320
    assert (instance.begins_min, instance.ends_min) == (0, 90)


def test_windows_line_ends_and_blank_lines_are_harmless(tmp_path: Path) -> None:
    """A file that went through another system reads the same."""
    crlf = (_ORDERS + "\n\n").replace("\n", "\r\n")

    instance = read_instance(instance_folder(tmp_path, orders=crlf))

    assert len(instance.orders) == 2


def test_the_reach_covers_every_way_to_a_counter_and_from_it(tmp_path: Path) -> None:
    """In a community of this radius no trip is too long and no courier out of range."""
    instance = read_instance(instance_folder(tmp_path))

    furthest_m = max(
        s.metres_to(r) for s in instance.spots() for r in instance.restaurants.values()
    )
    assert furthest_m == 500
    assert 500 < instance.reach_m < 515


def test_the_shipped_day_fits_into_the_smallest_radius() -> None:
    """Forty orders, eight couriers, six restaurants, all within 500 metres of each other."""
    day = read_instance(SHIPPED_DAY)

    assert (40, 8, 6) == (len(day.orders), len(day.couriers), len(day.restaurants))
    assert day.reach_m <= 500
    spots = list(day.spots())
    assert max(a.metres_to(b) for a in spots for b in spots) <= 500
    assert Spot(3, 4).metres_to(Spot(0, 0)) == 5
