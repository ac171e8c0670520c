"""The circuit breaker: opens, rests, tries once, closes."""

from api.kit.breaker import Breaker


class _Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def _broken(clock: _Clock) -> Breaker:
    breaker = Breaker(failures=3, rest_s=10, clock=clock)
    for _ in range(3):
        assert breaker.enter() == 0
        breaker.failed()
    return breaker


def test_it_lets_everybody_pass_until_so_many_failed_in_a_row() -> None:
    """An answer in between starts the count anew."""
    breaker = Breaker(failures=3, rest_s=10, clock=_Clock())
    for _ in range(5):
        breaker.failed()
        breaker.failed()
        breaker.worked()

    assert 0 == breaker.enter()


def test_open_it_says_how_long_to_stay_away() -> None:
    """Until its rest is over."""
    clock = _Clock()
    breaker = _broken(clock)
    clock.now_s += 4

    assert 6 == breaker.enter()


def test_after_its_rest_one_may_try_and_the_others_wait() -> None:
    """Whoever comes meanwhile is sent away."""
    clock = _Clock()
    breaker = _broken(clock)
    clock.now_s += 10

    assert [0, 10, 10] == [breaker.enter() for _ in range(3)]


def test_a_try_that_works_closes_it_and_one_that_fails_does_not() -> None:
    """The second try comes after another rest."""
    clock = _Clock()
    breaker = _broken(clock)
    clock.now_s += 10
    breaker.enter()
    breaker.failed()
    refused_s = breaker.enter()
    clock.now_s += 10
    breaker.enter()
    breaker.worked()

    assert (10, 0, 0) == (refused_s, breaker.enter(), breaker.enter())
