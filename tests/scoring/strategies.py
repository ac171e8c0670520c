"""Random histories of one runner, small enough to collide: few households, few days."""

from collections.abc import Sequence

from hypothesis import strategies as st

from scoring.parsing import parse_fact
from scoring.types import AnyFact
from tests.scoring.builders import moment

HOUSEHOLDS = ("h1", "h2", "h3")
TAGS = ("weather", "price", "manner")
LATE_S = (-300, 0, 200, 301, 900, 1_000, 1_900, 4_000)
CAUSES = ("merchant_wait", "access_blocked", "severe_weather")
CIVIC = ("mediation.closed", "hazard.verified", "emergency.helped")


Data = st.SearchStrategy[dict[str, object]]


def _excuses() -> Data:
    return st.fixed_dictionaries({"cause": st.sampled_from(CAUSES), "min": st.integers(0, 40)})


def _orders() -> Data:
    return st.fixed_dictionaries(
        {
            "late_s": st.sampled_from(LATE_S),
            "weather": st.integers(0, 2),
            "weight_g": st.sampled_from((0, 5_000, 12_000, 25_000)),
            "floors_no_lift": st.integers(0, 8),
            "care": st.booleans(),
            "proof_required": st.integers(0, 1),
            "proof_given": st.integers(0, 1),
            "own_household": st.sampled_from((False, False, False, True)),
            "excuses": st.lists(_excuses(), max_size=2),
        }
    )


_EXCUSED: Data = st.fixed_dictionaries({"excused": st.booleans()})
_NOTHING: Data = st.just({})
# Built once: making strategies costs more than drawing from them.
_PLAIN: dict[str, Data] = {
    "order.completed": _orders(),
    "order.released": st.fixed_dictionaries(
        {"after_accept_s": st.sampled_from((90, 480)), "excused": st.booleans()}
    ),
    "order.abandoned": _EXCUSED,
    "shift.no_show": _EXCUSED,
    "complaint.upheld": st.fixed_dictionaries(
        {"severity": st.sampled_from(("minor", "moderate", "serious"))}
    ),
    "fraud.confirmed": _NOTHING,
    "volunteer.hours": st.fixed_dictionaries({"minutes": st.integers(0, 200)}),
    "mentee.graduated": st.fixed_dictionaries({"mentee": st.sampled_from(("m1", "m2"))}),
    "runner.joined": _NOTHING,
    **dict.fromkeys(CIVIC, _NOTHING),
}
# What names another fact: the key of the name, the kind it names (None: any), and the rest.
_NAMING: dict[str, tuple[str, str | None, Data]] = {
    "excuse.granted": ("order", "order.completed", _excuses()),
    "rating.revealed": (
        "order",
        "order.completed",
        st.fixed_dictionaries(
            {"stars": st.integers(1, 5), "tags": st.lists(st.sampled_from(TAGS), max_size=1)}
        ),
    ),
    "training.completed": (
        "offsets",
        None,
        st.fixed_dictionaries({"course": st.sampled_from(("road", "lifting"))}),
    ),
    "appeal.filed": ("target", None, _NOTHING),
    "appeal.decided": (
        "appeal",
        "appeal.filed",
        st.fixed_dictionaries(
            {
                "outcome": st.sampled_from(("upheld", "reversed", "reduced")),
                "new_cp": st.integers(0, 200),
            }
        ),
    ),
    "entry.reversed": ("target", None, st.just({"reason": "recorded by mistake"})),
}
# Orders and lateness are where the caps meet, so they come as often as all the rest.
_KINDS = st.sampled_from([*_NAMING, *_PLAIN, *["order.completed"] * len(_NAMING | _PLAIN)])
_AT = st.tuples(st.integers(0, 9), st.integers(0, 3))
_FAR_AT = st.tuples(st.integers(0, 70), st.integers(0, 3))


@st.composite
def next_facts(draw: st.DrawFn, earlier: Sequence[AnyFact], *, far: bool = False) -> AnyFact:
    """Draw a fact that may be recorded after `earlier`; its time may lie anywhere.

    A `far` one lies within 70 days, and not before the fact that it names.
    """
    kind = draw(_KINDS)
    if kind == "entry.reversed" and not earlier:
        kind = "order.completed"
    data = _data(draw, kind, earlier)
    at = moment(*draw(_FAR_AT if far else _AT))
    named_at = max((each.at for each in earlier if each.id in data.values()), default=at)
    return parse_fact(
        {
            "id": f"f{len(earlier)}",
            "kind": kind,
            "runner": "r1",
            "at": max(at, named_at) if far else at,
            "household": draw(st.sampled_from(HOUSEHOLDS)),
            "data": data,
        }
    )


def _data(draw: st.DrawFn, kind: str, earlier: Sequence[AnyFact]) -> dict[str, object]:
    """Draw the data of a fact; it may name a fact that is not there, unless it reverses one."""
    if kind in _PLAIN:
        return draw(_PLAIN[kind])
    key, named_kind, rest = _NAMING[kind]
    named = [each.id for each in earlier if named_kind in (None, each.kind)]
    return {key: draw(st.sampled_from(named or ["elsewhere"])), **draw(rest)}


@st.composite
def histories(
    draw: st.DrawFn, *, least: int = 0, most: int = 14, far: bool = False
) -> tuple[AnyFact, ...]:
    """Draw facts in the order of their recording: a reversal comes after what it names."""
    facts: list[AnyFact] = []
    for _ in range(draw(st.integers(least, most))):
        facts.append(draw(next_facts(facts, far=far)))
    return tuple(facts)
