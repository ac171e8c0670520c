"""What the tables of payments and refunds hold of people: amounts and numbers of the gateway."""

from api.kit.personal import Person, PersonalTable

_STAYS = "金额和支付单号,依会计档案管理办法保存;只有编号。"

PERSONAL = (
    PersonalTable(
        "payments",
        "支付",
        plain=(
            "id", "order_id", "consent_id", "tip_id", "payer_id", "amount_fen", "state", "gateway",
            "out_trade_no", "transaction_id", "is_counted", "is_shut", "is_frozen", "pay_by",
            "ship_at", "ship_asks", "shipped", "unfit", "asks", "ask_at", "paid_at", "version",
            "created_at",
        ),
        people=(
            Person(
                "付款人",
                "t.payer_id = $1",
                shows=(
                    "order_id", "amount_fen", "state", "gateway", "out_trade_no",
                    "transaction_id", "paid_at", "created_at",
                ),
            ),
        ),
        stays=_STAYS,
    ),
    PersonalTable(
        "refunds",
        "退款",
        plain=(
            "id", "payment_id", "order_id", "amount_fen", "reason", "state", "out_refund_no",
            "unfit", "asks", "ask_at", "done_at", "version", "created_at",
        ),
        people=(
            Person(
                "收款人",
                "t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)",
                shows=("order_id", "amount_fen", "reason", "state", "done_at", "created_at"),
            ),
        ),
        stays=_STAYS,
    ),
)  # fmt: skip
