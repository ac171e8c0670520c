"""Who is told what: a decision for every kind of event, and words that fit."""

import re
from datetime import UTC, datetime, time, timedelta
from string import Formatter

import pytest

from api.events.registry import KINDS
from api.kit.clock import CHINA
from api.notifications.rules import after_quiet_spans, pause_s, sendable_at
from api.notifications.templates import (
    TEMPLATES,
    VALUES,
    WECHAT,
    Template,
    page_of,
    template_for,
)
from api.wechat.fitting import fit
from workers.reactions import REACTIONS
from workers.tasks.notifications import SUBJECTS

EACH = [(kind, t) for kind, row in TEMPLATES.items() for t in row]
IDS = [f"{kind}/{t.role}" for kind, t in EACH]
SAMPLE = {"number": "100001", "refund_yuan": "12.34", "amount_yuan": "12.34", "tip_yuan": "3.00",
          "reason": "证件不清楚", "order_id": "o", "job_id": "j", "open_count": "2",
          "post_id": "p", "danger": "yes", "case_id": "c", "asked": "yes",
          "cycle_id": "y", "rules": "2026.2 (11-30): 1.70 → 1.80"}  # fmt: skip


def test_every_kind_of_event_has_its_decision() -> None:
    """Told to whom, or deliberately nobody: nothing is forgotten."""
    missing, unknown = KINDS.keys() - TEMPLATES.keys(), TEMPLATES.keys() - KINDS.keys()

    assert (set(), set()) == (missing, unknown), (
        f"no decision who is told of {sorted(missing)}; not events any more: {sorted(unknown)}."
        ' Add a row to TEMPLATES in api/notifications/templates: "kind": NOBODY, or a tuple of'
        " Template(role, zh, en, …), one for each role that is told. Nothing else is to be done,"
        " unless the subject is new: then say in workers/tasks/notifications.py who stands behind"
    )


def test_what_is_told_has_its_reaction_and_its_people() -> None:
    """The reaction is there exactly where somebody is told, and it knows whom to ask."""
    told = {kind for kind, row in TEMPLATES.items() if row}

    assert told == {k for k, tasks in REACTIONS.items() if "notifications.tell" in tasks}
    assert {kind.partition(".")[0] for kind in told} <= SUBJECTS


@pytest.mark.parametrize(("kind", "template"), EACH, ids=IDS)
def test_its_words_fit_and_name_only_plain_values(kind: str, template: Template) -> None:
    """In both languages; the title fits the shortest field of WeChat, and nothing else is named."""
    for text in (template.zh, template.en):
        named = {n for s in (text.title, text.body) for _, n, _, _ in Formatter().parse(s) if n}
        assert named <= VALUES, (kind, named)
        assert named <= {"number", template.needs or "number"}, (kind, named)
    assert len(template.zh.title) <= 20
    assert re.search(r"[\u4e00-\u9fff]", template.zh.title)
    assert page_of(template, SAMPLE).startswith("pages/")
    assert template.text("en", SAMPLE).body.count("{") == 0


@pytest.mark.parametrize("key", WECHAT)
def test_its_fields_take_what_they_are_given(key: str) -> None:
    """Each message of the table, in the form that WeChat checks."""
    values = {"at": "2026年11月22日 09:42", "number": "100001"}
    for _, template in EACH:
        if template.wechat != key:
            continue
        text = template.text("zh", SAMPLE)
        values |= {"title": text.title, "body": text.body}
        fields = fit({k: values[source] for k, source in WECHAT[key].fields.items()})
        assert all(0 < len(field["value"]) <= 32 for field in fields.values())
        assert text.title in {field["value"] for field in fields.values()}


def test_what_is_missing_takes_the_next_template() -> None:
    """A refund of nothing is not told of."""
    with_money = template_for("order.cancelled", "customer", SAMPLE)
    without = template_for("order.cancelled", "customer", {"number": "1"})

    assert with_money is not None
    assert without is not None
    assert "refund_yuan" in with_money.zh.body
    assert "refund_yuan" not in without.zh.body
    assert template_for("order.cancelled", "staff", SAMPLE) is None


@pytest.mark.parametrize(
    ("clock", "waits_until"),
    [
        ("21:59", None), ("22:00", "07:00"), ("23:59", "07:00"), ("00:00", "07:00"),
        ("06:59", "07:00"), ("07:00", None), ("12:00", None),
    ],
)  # fmt: skip
def test_quiet_hours_run_over_midnight(clock: str, waits_until: str | None) -> None:
    """By the clocks of China, whatever zone the moment is told in; urgent ones pass."""
    hours, minutes = map(int, clock.split(":"))
    now = datetime(2026, 11, 22, hours, minutes, tzinfo=CHINA).astimezone(UTC)
    quiet = {"quiet_from": time(22), "quiet_until": time(7)}

    at = sendable_at(now, **quiet, is_urgent=False)  # type: ignore[arg-type]

    assert now == sendable_at(now, **quiet, is_urgent=True)  # type: ignore[arg-type]
    assert at - now < timedelta(hours=9, seconds=1)
    assert (at == now) is (waits_until is None)
    if waits_until:
        assert waits_until == f"{at.astimezone(CHINA):%H:%M}"


def test_ones_own_quiet_hours_come_on_top_of_everybodys() -> None:
    """Until both are over, in whichever order they follow; a day without a gap ends somewhere."""
    now = datetime(2026, 11, 22, 6, tzinfo=CHINA)
    night, morning, day = (time(22), time(7)), (time(7), time(9)), (time(7), time(22))

    def until(*spans: tuple[time, time]) -> float:
        at = after_quiet_spans(now, spans, is_urgent=False)
        return (at - now) / timedelta(hours=1)

    assert (1, 3, 3) == (until(night), until(night, morning), until(morning, night))
    assert until(night, day) < 48
    assert now == after_quiet_spans(now, [night, day], is_urgent=True)


def test_equal_ends_are_no_quiet_hours() -> None:
    """A community may do without; one may also be quiet by day."""
    noon = datetime(2026, 11, 22, 12, tzinfo=CHINA)

    assert noon == sendable_at(noon, quiet_from=time(0), quiet_until=time(0), is_urgent=False)
    assert noon + timedelta(hours=2) == sendable_at(
        noon, quiet_from=time(11), quiet_until=time(14), is_urgent=False
    )


def test_pauses_grow_and_honour_what_wechat_asks_for() -> None:
    """10, 40, 160 seconds, or longer where told."""
    assert [10, 40, 160] == [pause_s(n) for n in (1, 2, 3)]
    assert 300 == pause_s(1, asked_s=300)
