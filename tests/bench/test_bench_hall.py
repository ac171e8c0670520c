"""The bench of the hot read: a small measurement from end to end."""

import pytest

from api.cli.bench.hall import BARE, CONSTANT, HALL, HallPlan, Scene, measure_hall

# Four servers are started: half a minute.
pytestmark = pytest.mark.storm

_TINY = HallPlan(sizes=(300,), dense=200, runners=40, connections=4, blocks=1, block_s=0.1)


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """Every scene, so small that its rates mean nothing."""
    return measure_hall(_TINY)


def test_each_size_and_the_dense_circle_are_measured(scenes: list[Scene]) -> None:
    """The dense circle comes on top of the largest size."""
    assert [300, 500] == [scene.jobs for scene in scenes]


def test_the_constant_page_is_as_large_as_the_hall_s(scenes: list[Scene]) -> None:
    """What is compared is the work, not the size of the answer."""
    for scene in scenes:
        (constant,) = scene.loads[CONSTANT]

        assert constant.answers * scene.page_bytes == constant.body_bytes


def test_every_answer_of_every_kind_is_a_page(scenes: list[Scene]) -> None:
    """No rate is made of refusals."""
    for scene in scenes:
        for kind in (HALL, CONSTANT, BARE):
            assert {"200"} == set(scene.loads[kind][0].statuses)


def test_a_page_is_full(scenes: list[Scene]) -> None:
    """There are more jobs in range than fit, as in the scene that the target is about."""
    assert [20, 20] == [scene.items for scene in scenes]
