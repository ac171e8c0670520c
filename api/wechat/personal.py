"""What the sandbox's book holds of people, by their openid; production refuses it."""

from api.kit.personal import Erase, Person, PersonalTable

_THEIRS = "t.openid = (SELECT u.openid FROM users AS u WHERE u.id = $1)"

PERSONAL = (
    PersonalTable(
        "sandbox_trades",
        "沙箱支付",
        key=("out_trade_no",),
        plain=("out_trade_no", "amount_fen", "state", "transaction_id", "paid_at"),
    ),
    PersonalTable(
        "sandbox_refunds",
        "沙箱退款",
        key=("out_refund_no",),
        plain=("out_refund_no", "out_trade_no", "amount_fen", "made_at"),
    ),
    PersonalTable(
        "sandbox_transfers",
        "沙箱提现",
        key=("out_bill_no",),
        plain=("out_bill_no", "bill_no", "amount_fen", "state", "why", "made_at",
               "ended_at"),
    ),
    # No person's id stands in these: api/privacy/declared.py puts them before users, where the
    # openid goes.
    PersonalTable("sandbox_consents", "沙箱订阅", key=("openid", "template_id"),
                  plain=("template_id", "left_count"), personal=("openid",),
                  people=(Person("本人", _THEIRS, shows=("template_id", "left_count"),
                                 erases=(Erase("true"),)),)),
    PersonalTable("sandbox_messages", "沙箱消息", plain=("id", "template_id", "page"),
                  personal=("openid", "data"),
                  people=(Person("本人", _THEIRS, shows=("template_id", "data"),
                                 erases=(Erase("true"),)),)),
)  # fmt: skip
