"""`linli points evaluate`: written cases, their results, and what is refused by name."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from scoring.evaluating import CaseRefused, evaluate_cases
from scoring.types import AnyFact
from tests.scoring.builders import RULES, fact, moment, order, rating, stored
from tests.scoring.test_scoring_examples import EXAMPLES
from tests.scoring.test_scoring_quality_examples import BASE, INDEPENDENT, PAL, THIRTY

LATE = order("late", late_s=1_000)


def case(case_id: str, fn: str, facts: list[AnyFact], **given: Any) -> dict[str, Any]:
    """Return one written case about r1."""
    events = [stored(each) for each in facts]
    return {"id": case_id, "fn": fn, "input": {"events": events, "runner": "r1", **given}}


def result(fn: str, facts: list[AnyFact], **given: Any) -> dict[str, Any]:
    """Return the result of one case, through JSON."""
    source = json.loads(json.dumps({"cases": [case("c", fn, facts, **given)]}))
    return evaluate_cases(RULES, source)["c"]


def test_all_examples_of_points_come_out_through_a_file(tmp_path: Path) -> None:
    """P01 to P14 to the centipoint, by the command."""
    cases = [case(name, "points", facts) for name, (facts, _) in EXAMPLES.items()]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": cases}))
    told = CliRunner().invoke(app, ["points", "evaluate", str(file)])

    expected = {name: total for name, (_, total) in EXAMPLES.items()}
    assert expected == {name: each["total"] for name, each in json.loads(told.stdout).items()}
    assert 0 == told.exit_code


@pytest.mark.parametrize(
    ("facts", "day", "expected"),
    [
        ([], 0, 0.923),
        (THIRTY, 0, 0.969415),
        (THIRTY, 60, 0.95636),
        (BASE, 51, 0.931377),
        ([*BASE, *PAL], 51, 0.94276),
        ([*BASE, *INDEPENDENT], 51, 0.949706),
    ],
    ids=["P15", "P16", "P17", "P18 base", "P18 a", "P18 b"],
)
def test_the_examples_of_quality_come_out(facts: list[AnyFact], day: int, expected: float) -> None:
    """Q to six places."""
    assert expected == round(result("quality", facts, as_of=moment(day, 86_399))["Q"], 6)


def test_the_parts_of_points_are_told() -> None:
    """Penalties are positive, and total is the sum less both."""
    expected = {
        "orders": 120,
        "ratings": 0,
        "civic": 0,
        "late_penalty": 80,
        "other_penalty": 300,
        "offset": 0,
        "total": -260,
    }
    assert expected == result("points", [LATE, fact("x", "order.abandoned")])


def test_a_calibration_is_taken_off_where_it_belongs() -> None:
    """P19; a building bears on time only, a cell on its dimension."""
    served = [
        order("o", household="h1", cell="7", building="b"),
        rating("s", "o", 3, household="h1"),
    ]
    calibration = {
        "bias": {"h1": -0.15},
        "building": {"b": -0.034},
        "cell": {"F": {"7": -0.021}},
    }
    seen = result("quality", served, as_of=moment(0, 86_399), calibration=calibration)

    means = {name: round(each["mean"], 6) for name, each in seen["dims"].items()}
    punctual = round((16 * 0.90 + 1.034) / 17, 6)
    followed = round((20 * 0.96 + 1.021) / 21, 6)
    assert {"T": punctual, "F": followed, "R": 0.861111, "P": 0.95} == means


def test_a_case_sees_what_was_on_record() -> None:
    """A fact recorded later is not known at `as_of`; the facts of others are not the runner's."""
    known = stored(order("o1"))
    late = {**stored(order("o2")), "recorded_at": moment(3)}
    other = {**stored(order("o3")), "runner": "r2"}
    given = {"events": [known, late, other, known], "runner": "r1"}

    def total(**more: object) -> object:
        source = {"cases": [{"id": "c", "fn": "points", "input": {**given, **more}}]}
        return evaluate_cases(RULES, source)["c"]["total"]

    assert [170, 340, 340, 340] == [
        total(as_of=moment(3) - 1),
        total(as_of=moment(3)),
        total(as_of=None),
        total(),
    ]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"fn": "points?"}, "c1"),
        ({"input": {"events": []}}, "runner is missing"),
        ({"input": {"runner": "r1"}}, "events is missing"),
        ({"input": {"events": [7], "runner": "r1"}}, "event number 1"),
        ({"input": {"events": [{"kind": "tea"}], "runner": "r1"}}, "tea"),
        ({"input": {"events": [], "runner": "r1", "as_of": "now"}}, "as_of"),
        ({"input": {"events": [], "runner": "r1", "calibration": {"b": 1}}}, "b"),
        (
            {"input": {"events": [stored(LATE), {**stored(LATE), "at": 1}], "runner": "r1"}},
            "late",
        ),
        (
            {
                "input": {
                    "events": [stored(fact("v", "entry.reversed", target="gone"))],
                    "runner": "r1",
                }
            },
            "gone",
        ),
    ],
)
def test_a_bad_case_is_named(changed: dict[str, Any], word: str) -> None:
    """Whoever wrote it must find it."""
    with pytest.raises(CaseRefused, match="case c1") as refused:
        evaluate_cases(RULES, {"cases": [{**case("c1", "points", []), **changed}]})

    assert word in str(refused.value)


@pytest.mark.parametrize("text", ["", "[", "[]", '{"cases": {}}', '{"cases": [{"id": ""}]}'])
def test_a_bad_file_ends_with_exit_code_2(tmp_path: Path, text: str) -> None:
    """One line, no result."""
    file = tmp_path / "cases.json"
    file.write_text(text)
    told = CliRunner().invoke(app, ["points", "evaluate", str(file)])

    assert (2, "") == (told.exit_code, told.stdout)


def test_two_cases_with_one_id_are_refused() -> None:
    """One of the two results would be lost."""
    with pytest.raises(CaseRefused, match="two cases"):
        evaluate_cases(RULES, {"cases": [case("c", "points", []), case("c", "quality", [])]})
