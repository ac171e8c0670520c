"""Money by chance: whatever happens to orders, in whatever order, no fen is lost or made."""

from collections import defaultdict
from random import Random
from uuid import UUID

from api.ledger.rules import KINDS, RULES
from tests.fixtures.builders.books import COMMUNITY, RUNNER, Books, OrderOfChance

HISTORIES = 10_000
FIRST_SEED = 20_261_122
# What merchants get through WeChat and what stairs cost: their own tests walk these ways.
_PLAYED_ELSEWHERE = {
    "goods_shared", "share_returned", "refund_recovered", "stairs_paid", "goods_made_up",
}  # fmt: skip


def played(seed: int) -> tuple[Books, list[OrderOfChance]]:
    """One history: two orders of one runner, some ten steps each, in any order."""
    chance, books = Random(seed), Books()
    orders = [OrderOfChance.placed(UUID(int=10 + n), chance, books) for n in range(2)]
    for _ in range(chance.randint(4, 24)):
        chance.choice(orders).step()
    return books, orders


def broken(books: Books, orders: list[OrderOfChance]) -> list[str]:
    """What does not hold of a history, in words."""
    said: list[str] = []
    by_transfer: dict[UUID, list[int]] = defaultdict(list)
    for transfer_id, amount_fen in books.entries:
        by_transfer[transfer_id].append(amount_fen)
    for transfer in books.transfers.values():
        lines = sorted(by_transfer[transfer.id])
        wanted = [-transfer.amount_fen, transfer.amount_fen] if transfer.state == "posted" else []
        if lines != wanted:
            said.append(f"{transfer.rule} ({transfer.state}) has the entries {lines}")
    if sum(a.balance_fen for a in books.accounts.values()):
        said.append("the balances do not sum to 0")
    for account in books.accounts.values():
        is_short = account.balance_fen < account.held_fen or account.held_fen < 0
        if is_short and not KINDS[account.kind].may_be_negative:
            said.append(f"{account.kind} holds {account.balance_fen}, {account.held_fen} is held")
    said += [text for order in orders for text in _of_order(books, order)]
    owed_fen = sum(o.owed_fen for o in orders)
    if books.balance("runner_payable", RUNNER) != owed_fen:
        said.append(f"the runner was promised {owed_fen}")
    return said


def _of_order(books: Books, order: OrderOfChance) -> list[str]:
    said: list[str] = []
    kept = books.kept(order.id)
    is_final = order.state in ("completed", "cancelled")
    if is_final and (kept.escrow_fen or kept.advance_fen):
        said.append(f"{order.state} with {kept}")
    if order.state == "active" and kept.escrow_fen + kept.advance_fen < order.left_fen:
        said.append(f"{kept} is less than the {order.left_fen} that is left")
    owed_fen = order.refunded_fen + order.late_fen - order.sent_fen
    if books.balance("refunds_due", order.id) != owed_fen:
        said.append(f"the customer is owed {owed_fen}")
    return said


def test_no_history_of_ten_thousand_loses_or_makes_a_fen() -> None:
    """Every rule of the ledger holds at the end of each; the seed tells how to play it again."""
    wrong: list[str] = []
    used: set[str] = set()
    for seed in range(FIRST_SEED, FIRST_SEED + HISTORIES):
        books, orders = played(seed)
        used |= {t.rule for t in books.transfers.values()}
        steps = [(o.steps, o.state) for o in orders]
        wrong += [f"seed {seed}: {text}: {steps}" for text in broken(books, orders)]

    assert [] == wrong[:5]
    assert RULES.keys() - _PLAYED_ELSEWHERE == used, "a rule that no history needed"


def test_without_a_refund_and_a_quarrel_the_platform_bears_nothing() -> None:
    """Compensation is for what staff give back and for goods that came back, nothing else."""
    generous = {"refunded", "returned", "resolved", "disputed_after", "goods_refunded"}
    borne: list[int] = []
    for seed in range(FIRST_SEED, FIRST_SEED + 400):
        books, orders = played(seed)
        if not generous & {s for o in orders for s in o.steps}:
            borne.append(books.balance("compensation", COMMUNITY))

    assert len(borne) > 30
    assert {0} == set(borne)
