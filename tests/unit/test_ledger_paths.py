"""The published table of paths is what happens: no way that it does not name, and each it names."""

from collections import defaultdict
from itertools import product

from api.ledger import policies
from api.ledger.paths import PATHS
from api.ledger.policies import Kept, Legs, Work
from api.ledger.rules import RULES

_FEE, _GOODS, _SPENT, _STAIRS = 500, 4500, 4000, 60
# What is held of an order: all of it, a part, nothing; with nothing, or the advance, set aside.
_HELD = (0, 300, 500, 4800, 5500)


def _walked() -> dict[str, set[str]]:
    """The ways that money went by each path, over all that can have happened before."""
    went: dict[str, set[str]] = defaultdict(set)

    def walk(path: str, legs: Legs) -> None:
        went[path] |= {leg.rule for leg in legs}

    walk("paid", policies.pay(_FEE + _GOODS, is_counted=True))
    walk("consent_paid", policies.pay(_GOODS, is_counted=True))
    walk("paid_in_vain", policies.pay(_FEE, is_counted=False))
    walk("tipped", policies.tip(_FEE))
    walk("sent_back", policies.send_refund(_FEE))
    walk("withdrawn", policies.withdraw(_FEE))
    walk("shared", policies.share(_GOODS))
    walk("share_given_back", policies.take_share_back(_GOODS))
    for held, percent in product(_HELD, (0, 10)):
        kept, work = Kept(held), Work(_FEE, percent, _SPENT, _STAIRS)
        walk("completed", policies.complete(kept, work))
        walk("completed", policies.complete(Kept(held, _SPENT), work))
        walk("completed", policies.complete(kept, Work(_FEE, percent, 0)))
        walk("completed", policies.sell(kept, goods_fen=_GOODS, fee_fen=_FEE))
        walk("expired", policies.cancel(kept, cost_fen=0))
        walk("cancelled", policies.cancel(kept, cost_fen=held // 2))
        walk("compensated", policies.refund(kept, _FEE, is_completed=True))
        walk("refund_decided", policies.refund(Kept(held, _SPENT), _FEE, is_completed=False))
        walk("goods_given_back", policies.refund_goods(_FEE, merchant_fen=held))
        walk(
            "goods_settled",
            policies.settle_goods(kept, spent_fen=_SPENT, refund_fen=min(held, 100)),
        )
        for fault, path in (("resident", "resident"), ("runner", "runner"), ("nobody", "others"),
                            ("platform", "others"), ("merchant", "others")):  # fmt: skip
            # Where nobody of the two is at fault it costs nothing.
            for cost in (0,) if path == "others" else (0, held):
                legs = policies.come_back(kept, work, cost_fen=cost, fault=fault)
                walk(f"returned_by_{path}", legs)
        walk("lost_on_the_way", policies.lose(kept, fee_fen=_FEE))
        for runner in (0, held, held + _SPENT):
            left = held + _SPENT - runner
            for platform in (0, left // 2):
                walk(
                    "dispute_before",
                    policies.split(
                        Kept(held, _SPENT), resident_fen=(left - platform) // 2,
                        runner_fen=runner, platform_fen=platform,
                    ),
                )  # fmt: skip
    return went


def test_every_path_goes_exactly_the_ways_that_are_published() -> None:
    """A way that is walked and not named would be a surprise, one that never is a lie."""
    assert {p.path: set(p.rules) for p in PATHS.values()} == _walked()


def test_every_way_belongs_to_a_path_and_every_path_has_its_words() -> None:
    """Nobody moves money on a way of which nobody can say when."""
    assert RULES.keys() == {rule for p in PATHS.values() for rule in p.rules}
    assert all(p.zh and p.en for p in PATHS.values())


def test_whatever_happens_the_runner_pays_for_nothing_but_their_own_fault() -> None:
    """Out of a runner's account money goes to the runner alone; only their own fault costs them."""
    out = {r.rule for r in RULES.values() if r.source == "runner_payable"}

    assert [p.path for p in PATHS.values() if out & set(p.rules)] == ["withdrawn"]
    assert "goods_repaid" not in PATHS["returned_by_runner"].rules
