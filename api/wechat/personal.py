"""What the sandbox's book holds of people: nothing; production refuses it."""

from api.kit.personal import PersonalTable

PERSONAL = (
    PersonalTable(
        "sandbox_trades",
        "沙箱支付",
        plain=("out_trade_no", "amount_fen", "state", "transaction_id"),
    ),
    PersonalTable(
        "sandbox_refunds",
        "沙箱退款",
        plain=("out_refund_no", "out_trade_no", "amount_fen"),
    ),
)
