"""What one more fact changes: the lines of a ledger entry, which sum to its difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.days import day_of, day_start, month_start
from scoring.history import UnknownTarget
from scoring.items import BUCKETS, CAPS, Bucket, Cap, Item
from scoring.points import points_items
from scoring.reading import Reader
from scoring.rules.model import Rules
from scoring.types import (
    AnyFact,
    AppealDecided,
    AppealFiled,
    Body,
    EntryReversed,
    ExcuseGranted,
    MenteeGraduated,
    RatingRevealed,
    RunnerJoined,
    ScoringError,
    TrainingCompleted,
)

# Rare facts that bear on much later ones, and what takes them back: loaded without a window.
LIFELONG_KINDS = (
    RunnerJoined.kind,
    MenteeGraduated.kind,
    TrainingCompleted.kind,
    EntryReversed.kind,
)
FACTS_MAX = 10_000  # Of one line; a month of volunteering is one line with all its facts.


class MalformedLine(ScoringError):
    """Stored text is not a line that `Line.as_json` wrote."""


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution that a fact changed, from `was_cp` to `now_cp` (penalties negative).

    `facts` begins with the fact the rule is about. A line may change nothing: then it says why
    the new fact does not count. `cap` is the state after the change. `appeal_until` and
    `recover_by` are unix seconds counted from `at`, None where there is nothing to do.
    """

    bucket: Bucket
    rule: str
    version: str
    at: int
    facts: tuple[str, ...]
    was_cp: int
    now_cp: int
    cap: Cap
    arithmetic: str
    inputs: Mapping[str, int]
    appeal_until: int | None = None
    recover_by: int | None = None

    @property
    def delta_cp(self) -> int:
        """Return what the line adds to the total."""
        return self.now_cp - self.was_cp

    def as_json(self) -> dict[str, object]:
        """Return plain values, `delta_cp` included, that `line_from_json` reads back."""
        return {
            "bucket": self.bucket,
            "rule": self.rule,
            "version": self.version,
            "at": self.at,
            "facts": list(self.facts),
            "was_cp": self.was_cp,
            "now_cp": self.now_cp,
            "delta_cp": self.delta_cp,
            "cap": self.cap,
            "arithmetic": self.arithmetic,
            "inputs": dict(self.inputs),
            "appeal_until": self.appeal_until,
            "recover_by": self.recover_by,
        }


@dataclass(frozen=True, slots=True)
class Posting:
    """The entry of one fact; without lines the fact changes nothing (yet)."""

    fact: str
    lines: tuple[Line, ...]

    @property
    def delta_cp(self) -> int:
        """Return the sum of the lines: f(set with the fact) - f(set without it)."""
        return sum(line.delta_cp for line in self.lines)

    def as_json(self) -> list[dict[str, object]]:
        """Return the lines as plain values."""
        return [line.as_json() for line in self.lines]


def posting(rules: Rules, facts_before: Iterable[AnyFact], new_fact: AnyFact) -> Posting:
    """Return what `new_fact` changes, given the runner's facts recorded before it.

    A fact that is already among them changes nothing, so posting twice is safe as long as the
    caller stores one entry per fact. Lines come by the time of the fact they are about.

    Raises:
        UnknownTarget: a reversal names a fact that is not among `facts_before`.
        FactIdReused, FactsOfSeveralRunners, ReversalCycle, NoRulesInForce: as `points_total`.
    """
    before = tuple(facts_before)
    body = new_fact.body
    if isinstance(body, EntryReversed) and all(body.target != fact.id for fact in before):
        raise UnknownTarget(f"no fact {body.target} to reverse")
    was = {item.key: item for item in points_items(rules, before)}
    now = {item.key: item for item in points_items(rules, (*before, new_fact))}
    items = sorted({**was, **now}.values(), key=lambda item: (item.at, item.key))
    lines = (_line(was.get(item.key), now.get(item.key), new_fact.id) for item in items)
    return Posting(fact=new_fact.id, lines=tuple(line for line in lines if line is not None))


def facts_needed_from(rules: Rules, at: int) -> int:
    """Return the time from which on a posting needs the runner's facts (and `LIFELONG_KINDS`).

    `at` is that of the new fact, or of the oldest fact it leads to: an excuse to its order, a
    decision to its appeal and on to the penalty, a training to the penalty it offsets. No rule
    but the lifelong ones looks beyond the month; a newcomer's penalties reach back to the day of
    joining, and those to the releases of their week. A rating of that time may be about an older
    order: the orders that ratings name are needed whatever their age. Excuses, ratings and
    appeals are taken to have happened no earlier than what they are about.
    """
    newcomer_days = max(version.newcomer.days for version in rules.versions)
    return min(month_start(at), day_start(day_of(at) - newcomer_days - 7))


def named_by(body: Body) -> str | None:
    """Return the id of the older fact that a body is about, None where it stands alone."""
    match body:
        case ExcuseGranted(order=order) | RatingRevealed(order=order):
            return order
        case TrainingCompleted(offsets=offsets):
            return offsets
        case AppealFiled(target=target) | EntryReversed(target=target):
            return target
        case AppealDecided(appeal=appeal):
            return appeal
        case _:
            return None


def line_from_json(source: Mapping[str, object]) -> Line:
    """Read a stored line back.

    Raises:
        MalformedLine: the text is not a line.
    """
    reader = Reader(source, "line", MalformedLine)
    big = 2**53  # Integers beyond it do not survive every JSON reader.
    inputs = reader.table("inputs")
    line = Line(
        bucket=reader.choice("bucket", BUCKETS),
        rule=reader.text("rule"),
        version=reader.text("version"),
        at=reader.integer("at", 0, big),
        facts=reader.texts("facts", most=FACTS_MAX),
        was_cp=reader.integer("was_cp", -big, big),
        now_cp=reader.integer("now_cp", -big, big),
        cap=reader.choice("cap", CAPS),
        arithmetic=reader.text("arithmetic"),
        inputs={key: inputs.integer(key, -big, big) for key in inputs.names()},
        appeal_until=reader.optional_integer("appeal_until", 0, big),
        recover_by=reader.optional_integer("recover_by", 0, big),
    )
    if reader.integer("delta_cp", -big, big) != line.delta_cp:
        raise MalformedLine("line.delta_cp is not the difference of now_cp and was_cp")
    reader.close()
    return line


def _line(was: Item | None, now: Item | None, new_id: str) -> Line | None:
    """Return what became of one contribution; None if it is no news."""
    was_cp = was.cp if was else 0
    now_cp = now.cp if now else 0
    if now is None:
        # Without a contribution left there is nothing to appeal; the numbers are the former ones.
        if was is None or not was_cp:
            return None
        return Line(
            bucket=was.bucket,
            rule=was.rule,
            version=was.version,
            at=was.at,
            facts=was.facts,
            was_cp=was_cp,
            now_cp=0,
            cap="withdrawn",
            arithmetic=f"{was_cp} withdrawn = 0",
            inputs=was.inputs,
        )
    if was_cp == now_cp and (_same(was, now) or new_id not in now.facts):
        return None
    return Line(
        bucket=now.bucket,
        rule=now.rule,
        version=now.version,
        at=now.at,
        facts=now.facts,
        was_cp=was_cp,
        now_cp=now_cp,
        cap=now.cap,
        arithmetic=now.arithmetic,
        inputs=now.inputs,
        appeal_until=now.appeal_until,
        recover_by=now.recover_by,
    )


def _same(was: Item | None, now: Item) -> bool:
    """Return whether the new fact left the contribution and its reasons alone."""
    return was is not None and (was.cp, was.cap, was.rule, was.inputs) == (
        now.cp,
        now.cap,
        now.rule,
        now.inputs,
    )
