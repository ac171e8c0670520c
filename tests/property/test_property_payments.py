"""Payments and refunds by chance: each payment is credited once, each refund made once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from api.ledger.rules import KINDS
from tests.fixtures.builders.books import COMMUNITY
from tests.fixtures.builders.till import NoAnswer, Ordered, Steps, Till

HISTORIES = 10_000
FIRST_SEED = 20_261_122
_ACTS = (
    "prepare", "prepare", "pay", "pay", "pay", "cancel", "complete", "give_back", "bank", "give_up",
    "pay_after_all", "notice", "notice", "notice", "forged", "follow", "follow", "follow", "ask",
)  # fmt: skip
_ROUNDS_MAX = 30


@dataclass(slots=True)
class History:
    """One seed's history: acts are begun, overtake each other, and die on the way."""

    chance: Random
    till: Till
    under_way: list[Steps] = field(default_factory=list[Steps])
    steps: list[str] = field(default_factory=list[str])

    def play(self) -> None:
        """By chance first; then everybody dies, and the worker alone brings it to its end."""
        for _ in range(self.chance.randint(12, 40)):
            if self.under_way and self.chance.random() < 0.5:
                self._go_on(self.chance.choice(self.under_way))
            else:
                self._begin(self.chance.choice(_ACTS))
        self.under_way.clear()
        self.till.is_calm = True
        for _ in range(_ROUNDS_MAX):
            if not self._rest():
                return
        self.steps.append("it does not end")

    def _go_on(self, steps: Steps) -> None:
        """One step further, to its end, or dead here and now."""
        if self.chance.random() < 0.15:
            self.till.seen["deaths"] += 1
            self.under_way.remove(steps)
            return
        try:
            next(steps)
        except StopIteration:
            self.under_way.remove(steps)
        except NoAnswer:
            self.till.seen["no answer"] += 1
            self.under_way.remove(steps)

    def _begin(self, act: str) -> None:
        till, n = self.till, self.chance.randrange(len(self.till.orders))
        self.steps.append(act)
        begun: Steps | None = None
        if act in ("prepare", "cancel", "complete", "give_back"):
            begun = getattr(till, act)(n)
        elif act in ("notice", "forged") and till.made:
            which = self.chance.randrange(len(till.made))
            begun = till.notice(which, is_ours=act == "notice")
        elif act == "follow" and till.todo:
            begun = self._follow(*self.chance.choice(till.todo))
        elif act == "ask" and till.payments:
            begun = till.ask(self.chance.choice(list(till.payments)))
        elif act in _AT_WECHAT:
            _AT_WECHAT[act](till)
        if begun is not None:
            self.under_way.append(begun)
            self._go_on(begun)

    def _follow(self, task: str, key: str) -> Steps:
        return getattr(self.till, task)(key)

    def _rest(self) -> bool:
        """What timers and reactions do; false: there is nothing left."""
        till = self.till
        waiting = [o for o in till.orders if o.state in ("awaiting_payment", "active")]
        for n in (till.orders.index(o) for o in waiting):
            _whole(till.cancel(n))
        _bank(till)
        for task, key in list(till.todo):
            _whole(self._follow(task, key))
        unsettled = [
            p for p in till.payments.values()
            if p.state == "created" or (p.state == "closed" and not p.is_shut)
        ]  # fmt: skip
        for payment in unsettled:
            _whole(till.ask(payment.number))
        unsent = [f"{k[0]}/{k[1]}" for k, b in till.refunds.items() if b.state == "requested"]
        for key in unsent:
            _whole(till.refund(key))
        return bool(waiting or till.todo or unsettled or unsent)


def _whole(steps: Steps) -> None:
    for _ in steps:
        pass


def _bank(till: Till) -> None:
    for number, refund in till.wechat.refunds.items():
        if refund.state == "PROCESSING":
            till.wechat.finish_refund(number)


def _give_up(till: Till) -> None:
    for order in till.wechat.orders.values():
        if order.state == "NOTPAY":
            order.state = "CLOSED"


def _pay_after_all(till: Till) -> None:
    """WeChat said that it was closed: it tells until it is heard."""
    for order in till.wechat.orders.values():
        if order.state == "CLOSED":
            order.state = "NOTPAY"
            till.wechat.pay(next(iter(order.prepay_ids)), order.said["payer"]["openid"])
            _whole(till.notice(len(till.made) - 1))


_AT_WECHAT: dict[str, Callable[[Till], None]] = {
    "pay": Till.pay, "bank": _bank, "give_up": _give_up, "pay_after_all": _pay_after_all,
}  # fmt: skip


def played(seed: int) -> History:
    """One history: two orders of a customer, everything else by chance."""
    chance = Random(seed)
    orders = [Ordered(UUID(int=10 + n), chance.choice((1, 333, 500, 1999))) for n in range(2)]
    history = History(chance, Till(chance, orders))
    history.play()
    return history


def broken(history: History) -> list[str]:
    """What does not hold at the end, in words."""
    till, books = history.till, history.till.books
    said = [f"{act}: {times} times" for act, times in till.wechat.acts.items() if times != 1]
    if history.steps[-1] == "it does not end":
        said.append("it does not end")
    credited = Counter(
        t.amount_fen for t in books.transfers.values()
        if t.rule in ("payment_captured", "late_payment_taken")
    )  # fmt: skip
    theirs = Counter(o.total for o in till.wechat.orders.values() if o.transaction_id)
    if credited != theirs:
        said.append(f"credited {credited}, paid at WeChat {theirs}")
    for number, order in till.wechat.orders.items():
        ours = till.payments[number]
        if (order.transaction_id, order.transaction_id != "") != (
            ours.transaction_id, ours.state == "paid"
        ):  # fmt: skip
            said.append(f"{number} is {ours.state}, at WeChat {order.state}")
    sent = {b.number: b.fen for b in till.refunds.values() if b.state == "succeeded"}
    if sent != {n: r.fen for n, r in till.wechat.refunds.items()}:
        said.append("other refunds than at WeChat")
    kept_fen = sum(theirs.elements()) - sum(sent.values())
    stays_fen = sum(o.left_fen for n, o in enumerate(till.orders) if _is_paid(till, n))
    if not kept_fen == stays_fen == -books.balance("wechat_clearing", COMMUNITY):
        said.append(f"WeChat keeps {kept_fen}, of which {stays_fen} is ours")
    for account in books.accounts.values():
        is_short = account.balance_fen < account.held_fen or account.held_fen < 0
        if is_short and not KINDS[account.kind].may_be_negative:
            said.append(f"{account.kind} holds {account.balance_fen}")
        if account.kind in ("escrow", "refunds_due") and account.balance_fen:
            said.append(f"{account.balance_fen} is left in {account.kind}")
    return said


def _is_paid(till: Till, n: int) -> bool:
    return any(p.is_counted for p in till.payments.values() if p.order == n)


def test_no_history_of_ten_thousand_credits_or_sends_back_twice() -> None:
    """Notices repeated, reordered, lost, forged; answers lost; deaths between any two steps."""
    wrong: list[str] = []
    seen: Counter[str] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + HISTORIES):
        history = played(seed)
        wrong += [f"seed {seed}: {text}: {history.steps}" for text in broken(history)]
        seen += history.till.seen
        seen["paid"] += sum(o.transaction_id != "" for o in history.till.wechat.orders.values())
        seen["refunds"] += len(history.till.wechat.refunds)

    assert [] == wrong[:5]
    assert min(seen[what] for what in ("paid", "refunds", "deaths", "no answer")) > HISTORIES / 10
