"""What the tables of withdrawals hold of people: whom money goes to, as long as any is owed."""

from api.kit.personal import Blind, Erase, Hold, Person, PersonalTable, Sealed

# Less than WeChat pays out at all is owed on, and holds nothing.
_OWED = """(EXISTS (SELECT 1 FROM ledger_accounts AS a WHERE a.kind = 'runner_payable'
 AND a.owner_id = t.id AND a.balance_fen >= 10)
 OR EXISTS (SELECT 1 FROM withdrawals AS w WHERE w.runner_id = t.id AND w.done_at IS NULL))"""
_OPENID = Blind("openid_index", "payees.openid")

PERSONAL = (
    PersonalTable(
        "payees",
        "收款人",
        plain=("id", "noted_at"),
        sealed=(
            Sealed("openid_sealed", "payees.openid", index=_OPENID),
            Sealed("name_sealed", "payees.name"),
        ),
        people=(
            Person(
                "跑腿员",
                "t.id = $1",
                shows=("openid_sealed", "name_sealed", "noted_at"),
                erases=(
                    Erase(
                        "true",
                        hold=Hold(
                            f"CASE WHEN {_OWED} THEN NULL ELSE t.noted_at END",
                            "还有应付的报酬没有付清,付清后删除;重新登录即可提现",
                        ),
                    ),
                ),
            ),
        ),
    ),
    PersonalTable(
        "withdrawals",
        "提现",
        plain=(
            "id", "runner_id", "community_id", "amount_fen", "state", "gateway", "out_bill_no",
            "bill_no", "why", "unfit", "asked_by_id", "asks", "ask_at", "sent_at", "offered_at",
            "done_at", "version", "created_at",
        ),
        secret=("package",),
        people=(
            Person(
                "跑腿员",
                "t.runner_id = $1",
                shows=("amount_fen", "state", "out_bill_no", "bill_no", "why", "created_at",
                       "done_at"),
            ),
        ),
        stays="金额和转账单号,依会计档案管理办法保存;只有编号。",
    ),
)  # fmt: skip
