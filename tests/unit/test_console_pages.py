"""The console's pure parts: words for every code, sums, the plan, what a page asks for."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest

import api.console
from api.agreements.figures import RATES
from api.agreements.states import AGREEMENT
from api.audit.rules import ACTS
from api.board.rules import CATEGORIES, COMMENT, DECISION_CODES, KINDS, REPORT_CODES, WHYS
from api.board.states import POST
from api.console.community import rules
from api.console.forms import fen, hundredths
from api.console.page import roles_of
from api.console.plan import Spot, sheet_around
from api.console.rendering import until
from api.console.site import PAGES
from api.console.words import DONE, WORDS
from api.cycles.states import CYCLE
from api.errors import AppError
from api.events.registry import KINDS as EVENTS
from api.identity.caller import STAFF
from api.jobs.states import JOB
from api.kit.money import format_yuan
from api.ledger.rules import KINDS as ACCOUNTS
from api.ledger.states import TRANSFER
from api.looks.rules import ASKED_REASONS
from api.mediation.schemas import ReplaceCode
from api.mediation.states import CASE, PARTY
from api.merchants.schemas import Category
from api.orders.states import ORDER
from api.packing.states import PACKING
from api.places.settings import CommunitySettings, RunnerCheck
from api.points.merit_schemas import FindingKind
from api.points.states import FINDING
from api.reconciliation.rules import Subject
from api.reconciliation.states import DIFFERENCE, RECONCILIATION
from api.runners.rules import STANDING_CHECKS
from api.runners.states import RUNNER, TIERS
from api.withdrawals.states import WITHDRAWAL
from tests.fixtures.builders.worlds import CENTRE, point

_CODES: Mapping[str, Iterable[str]] = {
    "order_word": ORDER.states,
    "job_word": JOB.states,
    "case_word": CASE.states,
    "party_word": PARTY.states,
    "cycle_word": CYCLE.states,
    "packing_word": PACKING.states,
    "runner_word": RUNNER.states,
    "tier_word": TIERS,
    "runner_event_word": [kind for kind in EVENTS if kind.startswith("runner.")],
    "finding_word": get_args(FindingKind),
    "finding_state_word": FINDING.states,
    "goods_word": get_args(Category),
    "agreement_word": AGREEMENT.states,
    "replace_word": get_args(ReplaceCode),
    "check_word": get_args(RunnerCheck),
    "post_word": POST.states,
    "post_kind_word": (*KINDS, COMMENT),
    "category_word": CATEGORIES,
    "decision_word": DECISION_CODES,
    "report_word": REPORT_CODES,
    "held_word": WHYS,
    "missing_word": STANDING_CHECKS,
    "withdrawal_word": WITHDRAWAL.states,
    "account_word": ACCOUNTS,
    "transfer_word": TRANSFER.states,
    "day_word": RECONCILIATION.states,
    "difference_word": DIFFERENCE.states,
    "subject_word": get_args(Subject),
    "role_word": STAFF,
    "rate_word": RATES,
    "look_word": ASKED_REASONS,
    "thing_word": {name.partition(".")[0] for name in ACTS} - {"look"},
    "event_word": [kind for kind in EVENTS if kind.startswith(("order.", "job."))],
}


@pytest.mark.parametrize("name", _CODES)
def test_every_code_has_a_word(name: str) -> None:
    """Nobody at the console reads an identifier."""
    assert [] == [code for code in _CODES[name] if code not in WORDS[name]]


def test_every_setting_stands_in_one_group_and_is_read_as_it_is_shown() -> None:
    """What nobody touched stays; what a tariff comes to is told in sums."""
    settings = CommunitySettings(runner_checks=("adult", "training"))
    typed = {one.field: one.shown for _, listed in rules.shown_settings(settings) for one in listed}
    for n, (weight, extra) in enumerate(rules.shown_steps(settings)):
        typed |= {
            f"tariff.weight_steps.{n}.from_g": weight,
            f"tariff.weight_steps.{n}.extra": extra,
        }
    typed |= {"runner_checks.adult": "true", "runner_checks.training": "true"}
    grouped = [name for group in rules.GROUPS for name in group.names]

    assert sorted(set(CommunitySettings.model_fields) - {"points_rules"}) == sorted(grouped)
    assert settings == rules.read_form(typed, settings)
    night = rules.read_form({**typed, "tariff.night": "3.5", "tariff.weight_steps.1.from_g": ""},
                            settings)  # fmt: skip
    changed = rules.changes(settings, night, checks=WORDS["check_word"])
    assert [
        ("2.00 元", "3.50 元"),
        ("5 公斤起加 1.00 元;10 公斤起加 3.00 元", "5 公斤起加 1.00 元"),
    ] == [(one.before, one.after) for _, listed in changed for one in listed]
    sums = [(one.before_fen, one.after_fen) for one in rules.priced(settings, night)]
    assert [(300, 300), (800, 800), (700, 850)] == sums
    with pytest.raises(AppError) as refused:
        rules.read_form({**typed, "capacity": "many"}, settings)
    assert ["capacity"] == [f.field for f in refused.value.fields]


def test_every_act_says_that_it_was_done() -> None:
    """What a page is left with is a sentence on the next."""
    source = "".join(p.read_text() for p in Path(api.console.__file__).parent.rglob("pages.py"))
    said = re.findall(r'done="(\w+)"|_to_building\(here, cycle_id, "(\w+)"', source)

    assert said
    assert set() == {a or b for a, b in said} - DONE.keys()


def test_templates_hold_nothing_inline() -> None:
    """The policy of content would block it: handlers, styles, scripts, other hosts."""
    folder = Path(api.console.__file__).parent / "templates"
    inline = re.compile(r'\son\w+="|\sstyle="|<style|<script(?! src="/assets/)|https?://')

    assert [] == [p.name for p in folder.rglob("*.html") if inline.search(p.read_text())]


def test_grants_are_read_off_the_policy() -> None:
    """Managers refund, staff look, only packers come from a shop."""
    roles = {(page.method, page.path): page.roles for page in PAGES}

    assert "grid_worker" in roles_of("orders_read_order")
    assert "grid_worker" not in roles["POST", "/orders/{order_id:uuid}/refund"]
    assert "merchant_staff" not in roles["GET", "/orders"]
    assert "merchant_staff" in roles["GET", "/cycles"]


@pytest.mark.parametrize(
    ("typed", "expected"), [("3.5", "350"), ("0", "0"), ("12.34", "1234"), ("", "0")]
)
def test_yuan_become_fen(typed: str, expected: str) -> None:
    """To the last one, and back."""
    assert expected == fen({"amount": typed}, "amount_fen")
    assert f"{int(expected) / 100:.2f}" == format_yuan(int(expected))


@pytest.mark.parametrize("typed", ["-1", "1.234", "1e3", "1e9999999", "NaN", "٣", "1,5"])
def test_what_is_no_sum_is_refused(typed: str) -> None:
    """Nobody refunds by a slip of a key."""
    with pytest.raises(AppError, match="malformed_request"):
        fen({"amount": typed}, "amount_fen")
    with pytest.raises(AppError, match="malformed_request"):
        hundredths(typed, name="left_cp")


def test_the_plan_holds_everything_in_metres() -> None:
    """North is up; the drawing grows for who is far, up to an edge."""
    far = point(900, -300)
    sheet = sheet_around(*CENTRE, radius_m=500, points=[(far["lat"], far["lng"])])

    assert 1000 == sheet.reach_m
    assert Spot(-300, -900) == sheet.spot(far["lat"], far["lng"])
    assert Spot(0, -1000) == sheet.spot(CENTRE[0] + 1, CENTRE[1])


def test_deadlines_are_told_in_the_largest_unit() -> None:
    """Ahead and behind."""
    now = datetime(2026, 11, 22, tzinfo=UTC)

    assert "剩 30 分钟" == until(now + timedelta(minutes=30), now)
    assert "已过 5 小时" == until(now - timedelta(hours=5), now)
    assert "剩 3 天" == until(now + timedelta(days=3), now)
