"""Tells a runner why a line of the ledger is as it is: one sentence, in Chinese and English.

A rating is told without its stars, order and day, so that nobody can trace it to a neighbour. The
ledger should still show ratings by week, and only from five on (a runner who gets one line per
rating knows who rated).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.days import civil_date, day_of
from scoring.phrases import EN, ZH, Phrases
from scoring.postings import Line


@dataclass(frozen=True, slots=True)
class Explanation:
    """The same sentence in two languages."""

    zh: str
    en: str


def explain(line: Line) -> Explanation:
    """Return the sentence for a line, stored or fresh; it depends on nothing but the line."""
    return Explanation(zh=_sentence(line, ZH), en=_sentence(line, EN))


def _sentence(line: Line, words: Phrases) -> str:
    head = words.semicolon.join(
        clause for clause in (_subject(line, words), _details(line, words)) if clause
    )
    clauses = (head, *_reasons(line, words), _effect(line, words))
    rule = words.rule.format(rule=line.rule, version=line.version)
    return f"{words.comma.join(clauses)}{rule}{words.end}{_advice(line, words)}".rstrip()


def _subject(line: Line, words: Phrases) -> str:
    inputs = line.inputs
    return words.subjects[_family(line)].format(
        date=_date(line.at, words),
        month=words.months[civil_date(day_of(line.at))[1] - 1],
        late=_duration(inputs.get("late_s", 0), words),
        after=_duration(inputs.get("after_accept_s", 0), words),
        volunteer_min=inputs.get("volunteer_min", 0),
        counted_min=inputs.get("counted_min", 0),
    )


def _family(line: Line) -> str:
    """Return the rule without the step within it: late.2 and late.3 are told alike."""
    return "late" if line.rule.startswith("late.") else line.rule


def _details(line: Line, words: Phrases) -> str:
    """Return what an order is made of, or which part of a delay was not the runner's."""
    inputs = line.inputs
    if line.cap == "own_household":
        return ""
    if line.bucket == "orders":
        parts = (
            f"{label}{words.gap}{_points(inputs[key])}"
            + (_harder(inputs, words) if key == "base_cp" else "")
            for key, label in words.parts.items()
            if inputs[key]
        )
        return words.listing.join(parts)
    if line.bucket != "late":
        return ""
    if inputs["is_whole"]:
        return words.all_not_yours
    excused_s = {
        label: inputs.get(key, 0) * (1 if key == "grace_s" else 60)
        for key, label in words.excuses.items()
    }
    told = [f"{label}{words.gap}{_duration(s, words)}" for label, s in excused_s.items() if s]
    if not told:
        return ""
    not_yours = words.not_yours.format(excuses=words.listing.join(told))
    left = words.left.format(left=_duration(inputs["attributable_s"], words))
    return not_yours + left if inputs["attributable_s"] else not_yours


def _harder(inputs: Mapping[str, int], words: Phrases) -> str:
    """Return which hardships the base of an order counts, if any."""
    told = [label for key, label in words.hardships.items() if inputs.get(key)]
    return words.harder.format(hardships=words.listing.join(told)) if told else ""


def _reasons(line: Line, words: Phrases) -> list[str]:
    """Return why the line does not count in full, if so."""
    reasons: list[str] = []
    if lifted_cp := line.inputs.get("offset_cp", 0):
        reasons.append(words.lifted.format(lifted=_points(lifted_cp)))
    # The details of an excused delay name the excuses already, and a rating tells nothing.
    is_told = line.cap == "excused" and line.bucket == "late"
    is_private = line.bucket == "ratings" and line.cap != "withdrawn"
    if line.cap in words.caps and not is_told and not is_private:
        reasons.append(words.caps[line.cap].format(limit=line.inputs.get("limit", 0)))
    return reasons


def _effect(line: Line, words: Phrases) -> str:
    is_penalty = line.bucket in ("late", "other")
    was, now = _points(abs(line.was_cp)), _points(abs(line.now_cp))
    if line.was_cp == 0 and line.now_cp == 0:
        return words.costs_nothing if is_penalty else words.earns_nothing
    if line.now_cp == 0:
        return (words.costs_no_more if is_penalty else words.earns_no_more).format(was=was)
    if line.was_cp == line.now_cp:
        return (words.costs_still if is_penalty else words.earns_still).format(now=now)
    if line.was_cp == 0:
        return (words.costs if is_penalty else words.earns).format(now=now)
    return (words.costs_changed if is_penalty else words.earns_changed).format(was=was, now=now)


def _advice(line: Line, words: Phrases) -> str:
    """Return what the runner can gain, contest and recover; empty if nothing was taken."""
    advice = ""
    if line.bucket == "late" and line.inputs["attributable_s"] and line.cap != "withdrawn":
        advice += words.on_time.format(on_time=_points(line.inputs["on_time_cp"]))
    steps: list[str] = []
    if line.appeal_until is not None:
        steps.append(words.appeal.format(date=_date(line.appeal_until, words)))
    if line.recover_by is not None:
        steps.append(words.recover.format(days=line.inputs["offset_within_days"]))
    return advice + (words.semicolon.join(steps) + words.end if steps else "")


def _date(at: int, words: Phrases) -> str:
    _, month, day = civil_date(day_of(at))
    return words.date.format(month=words.months[month - 1], day=day)


def _duration(duration_s: int, words: Phrases) -> str:
    minutes, seconds = divmod(duration_s, 60)
    if not seconds:
        return words.minutes.format(minutes=minutes)
    template = words.minutes_and_seconds if minutes else words.seconds
    return template.format(minutes=minutes, seconds=seconds)


def _points(cp: int) -> str:
    """Return non-negative centipoints as people read them: 30 is 0.30."""
    return f"{cp // 100}.{cp % 100:02d}"
