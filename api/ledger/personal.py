"""What the tables of the ledger hold of people: ids and amounts."""

from api.kit.personal import Person, PersonalTable

_STAYS = "账簿,依会计档案管理办法保存三十年,只增不改;只有编号和金额。"
# By the entries of the runner's account, not by a scan of all transfers.
_OF_RUNNER = """t.id IN (SELECT e.transfer_id FROM ledger_entries AS e
 JOIN ledger_accounts AS a ON a.id = e.account_id
 WHERE a.kind = 'runner_payable' AND a.owner_id = $1)"""

PERSONAL = (
    PersonalTable(
        "ledger_accounts",
        "账户",
        plain=("id", "kind", "owner_id", "balance_fen", "held_fen", "entries", "created_at"),
        people=(
            Person(
                "跑腿员",
                "t.kind = 'runner_payable' AND t.owner_id = $1",
                shows=("kind", "balance_fen", "held_fen", "created_at"),
            ),
        ),
        stays=_STAYS,
    ),
    PersonalTable(
        "ledger_transfers",
        "转账",
        plain=(
            "id", "rule", "from_id", "to_id", "amount_fen", "is_held", "community_id", "order_id",
            "subject_id", "created_at",
        ),
        people=(
            Person(
                "跑腿员",
                _OF_RUNNER,
                shows=("rule", "order_id", "amount_fen", "created_at"),
            ),
            Person(
                "下单人",
                """t.rule IN ('payment_captured', 'late_payment_taken', 'tip_earned', 'refund_sent')
 AND t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)""",
                shows=("rule", "order_id", "amount_fen", "created_at"),
            ),
        ),
        stays=_STAYS,
    ),
    PersonalTable(
        "ledger_outcomes",
        "转账结果",
        key=("transfer_id",),
        plain=("transfer_id", "outcome", "at"),
        stays=_STAYS,
    ),
    PersonalTable(
        "ledger_entries",
        "账户明细",
        key=("account_id", "seq"),
        plain=("account_id", "seq", "transfer_id", "amount_fen", "balance_fen", "at"),
        people=(
            Person(
                "跑腿员",
                """t.account_id IN (SELECT a.id FROM ledger_accounts AS a
 WHERE a.kind = 'runner_payable' AND a.owner_id = $1)""",
                shows=("seq", "amount_fen", "balance_fen", "at"),
            ),
        ),
        stays=_STAYS,
    ),
)  # fmt: skip
