"""Evaluates written cases: plain facts in, plain results out; what `linli points evaluate` runs."""

from collections.abc import Callable, Iterable, Mapping

from scoring.days import day_of
from scoring.history import UnknownTarget, distinct, gather, recorded_by
from scoring.parsing import AT_MAX, parse_fact
from scoring.points import points_total
from scoring.quality import Calibration, estimate, observe
from scoring.reading import Reader
from scoring.rules import Rules
from scoring.rules.judging import DIMENSIONS
from scoring.types import AnyFact, EntryReversed, ScoringError

CASES_MAX = 100_000
EVENTS_MAX = 1_000_000


class CaseRefused(ScoringError):
    """A case is not exactly one; the sentence names it."""


class MalformedCase(ScoringError):
    """A key of a case is missing, unknown or of the wrong type."""


def evaluate_cases(rules: Rules, source: object) -> dict[str, dict[str, object]]:
    """Return the result of each case of `{"cases": [{"id", "fn", "input"}]}` by its id.

    Raises:
        CaseRefused: a case cannot be evaluated; nothing is returned for the others.
    """
    whole = Reader(source, "file", CaseRefused)
    results: dict[str, dict[str, object]] = {}
    for number, case in enumerate(whole.values("cases", CASES_MAX), start=1):
        reader = Reader(case, f"case number {number}", CaseRefused)
        case_id = reader.text("id")
        if case_id in results:
            raise CaseRefused(f"case {case_id}: there are two cases with this id")
        try:
            results[case_id] = _evaluate(rules, reader)
        except ScoringError as error:
            raise CaseRefused(f"case {case_id}: {error}") from error
    return results


def read_calibration(source: object) -> Calibration:
    """Read `{bias: {household: b}, building: {id: b}, cell: {dim: {cell: g}}}`; all may be absent.

    Raises:
        MalformedCase: it is anything else.
    """
    reader = Reader(source, "calibration", MalformedCase)
    cells = reader.table_or_empty("cell")
    calibration = Calibration(
        bias=_offsets(reader.table_or_empty("bias")),
        building=_offsets(reader.table_or_empty("building")),
        cell={name: _offsets(cells.table_or_empty(name)) for name in DIMENSIONS},
    )
    cells.close()
    reader.close()
    return calibration


def _evaluate(rules: Rules, case: Reader) -> dict[str, object]:
    function = _FUNCTIONS[case.choice("fn", tuple(_FUNCTIONS))]
    given = case.table("input")
    runner = given.text("runner")
    as_of = given.optional_integer("as_of", 0, AT_MAX)
    calibration = read_calibration(given.mapping_or_empty("calibration"))
    facts = _facts(given.values("events", EVENTS_MAX), runner=runner, as_of=as_of)
    given.close()
    return function(rules, facts, as_of, calibration)


def _facts(events: Iterable[object], *, runner: str, as_of: int | None) -> list[AnyFact]:
    """Return the runner's facts on record at `as_of`; None means all."""
    facts = distinct(_fact(number, event) for number, event in enumerate(events, start=1))
    for fact in facts.values():
        if isinstance(fact.body, EntryReversed) and fact.body.target not in facts:
            raise UnknownTarget(f"{fact.id} reverses {fact.body.target}, which is not there")
    known = facts.values() if as_of is None else recorded_by(facts.values(), as_of)
    return [fact for fact in known if fact.runner == runner]


def _fact(number: int, event: object) -> AnyFact:
    if not isinstance(event, Mapping):
        raise MalformedCase(f"event number {number} must be a mapping")
    try:
        return parse_fact(event)  # pyright: ignore[reportUnknownArgumentType]  (the door checks)
    except ScoringError as error:
        raise MalformedCase(f"event number {number}: {error}") from error


def _points(
    rules: Rules, facts: list[AnyFact], as_of: int | None, calibration: Calibration
) -> dict[str, object]:
    total = points_total(rules, facts)
    return {
        "orders": total.orders,
        "ratings": total.ratings,
        "civic": total.civic,
        "late_penalty": total.late_penalty,
        "other_penalty": total.other_penalty,
        "offset": total.offset,
        "total": total.total,
    }


def _quality(
    rules: Rules, facts: list[AnyFact], as_of: int | None, calibration: Calibration
) -> dict[str, object]:
    """Return the estimate at `as_of`; None means when the last fact was recorded."""
    now = as_of if as_of is not None else max((fact.known_from for fact in facts), default=None)
    version = rules.latest if now is None else rules.in_force(now)
    day = 0 if now is None else day_of(now)
    seen = estimate(version.quality, observe(gather(facts), rules), day, calibration)
    return {
        "Q": seen.mean,
        "sd": seen.sd,
        "L": seen.lower,
        "U": seen.upper,
        "neff": seen.weight,
        "dims": {name: {"mean": of.mean, "W": of.weight} for name, of in seen.dimensions.items()},
    }


_Function = Callable[[Rules, list[AnyFact], int | None, Calibration], dict[str, object]]
_FUNCTIONS: dict[str, _Function] = {"points": _points, "quality": _quality}


def _offsets(table: Reader) -> dict[str, float]:
    return {name: table.number(name, -1, 1) for name in table.names()}
