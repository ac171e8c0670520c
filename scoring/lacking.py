"""Tells a runner what they lack for the next tier, or to keep theirs, in numbers."""

from scoring.explain import Explanation
from scoring.rules.judging import TierRules
from scoring.tiers import (
    Condition,
    Record,
    Standing,
    Tier,
    lacking_for_lead,
    lacking_for_runner,
    lacking_to_stay_lead,
)

NEXT_TIER: dict[Tier, Tier | None] = {"trainee": "runner", "runner": "lead", "lead": None}

# Each with what there is and what is asked for.
_WORDS: dict[Condition, tuple[str, str]] = {
    "orders": ("累计{has}单,需要{needs}单", "{has} orders so far, {needs} needed"),
    "active_days": ("出勤{has}天,需要{needs}天", "{has} active days, {needs} needed"),
    "course": ("还没有通过安全课程", "the safety course is not passed yet"),
    "quality": ("服务质量{has},需要{needs}", "quality {has}, {needs} needed"),
    "penalties": ("近{days}天扣分{has},不能超过{needs}", ("{has} points taken in {days} days, "
                  "no more than {needs} allowed")),
    "recent_orders": ("近{days}天{has}单,需要{needs}单", ("{has} orders in {days} days, "
                      "{needs} needed")),
    "households": ("近{days}天服务{has}户,需要{needs}户", ("{has} households in {days} days, "
                   "{needs} needed")),
    "lower_bound": ("服务质量下限{has},需要{needs}", ("lower bound of quality {has}, "
                    "{needs} needed")),
    "complaints": ("近{days}天有经核实的投诉", "a complaint was found true in {days} days"),
    "civic": ("近{days}天公益积分{has},需要{needs}", ("{has} civic points in {days} days, "
              "{needs} needed")),
    "days_since_joining": ("加入{has}天,需要{needs}天", ("{has} days since joining, "
                           "{needs} needed")),
    "days_since_demotion": ("距上次降级不足{needs}天", "less than {needs} days since a demotion"),
    "consent": ("需要本人同意担任", "your own consent is needed"),
    "vote": ("需要评议委员会通过", "the committee's vote is needed"),
}  # fmt: skip


def lacking_now(
    rules: TierRules, standing: Standing, record: Record, day: int
) -> tuple[Condition, ...]:
    """Return what is missing for the next tier; of a lead, what the tier would not be kept by."""
    match standing.tier:
        case "trainee":
            return lacking_for_runner(rules, record)
        case "runner":
            return lacking_for_lead(rules, standing, record, day)
        case "lead":
            return lacking_to_stay_lead(rules, record)


def tell_lacking(rules: TierRules, tier: Tier, record: Record, what: Condition) -> Explanation:
    """Return one missing condition in words, with what there is and what is asked for."""
    has, needs, days = _numbers(rules, tier, record)[what]
    zh, en = (text.format(has=has, needs=needs, days=days) for text in _WORDS[what])
    return Explanation(zh=zh, en=en)


def _numbers(rules: TierRules, tier: Tier, record: Record) -> dict[Condition, tuple[str, str, int]]:
    first, lead = rules.runner, rules.lead
    is_first, is_lead = tier == "trainee", tier == "lead"
    taken_cp = record.runner_penalties_cp if is_first else record.recent_penalties_cp
    lead_cp = lead.keep_penalties_cp if is_lead else lead.penalties_cp
    limit_cp = first.penalties_cp if is_first else lead_cp
    recent = lead.recent_days
    return {
        "orders": (str(record.orders), str(first.orders if is_first else lead.orders), 0),
        "active_days": (str(record.active_days), str(first.active_days), 0),
        "course": ("", "", 0),
        "quality": (f"{record.mean:.3f}", f"{first.quality:.2f}", 0),
        "penalties": (_points(taken_cp), _points(limit_cp),
                      first.penalty_days if is_first else recent),
        "recent_orders": (str(record.recent_orders), str(lead.recent_orders), recent),
        "households": (str(record.recent_households), str(lead.households), recent),
        "lower_bound": (f"{record.lower:.3f}", f"{lead.keep if is_lead else lead.gain:.2f}", 0),
        "complaints": ("", "", recent),
        "civic": (_points(record.civic_cp), _points(lead.civic_cp), lead.civic_days),
        "days_since_joining": (str(record.days_since_joining), str(lead.days_since_joining), 0),
        "days_since_demotion": ("", str(lead.days_since_demotion), 0),
        "consent": ("", "", 0),
        "vote": ("", "", 0),
    }  # fmt: skip


def _points(cp: int) -> str:
    return f"{cp / 100:.2f}"
