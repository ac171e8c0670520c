"""What the tables of shares hold of people: nothing, they are numbers of merchants and payments."""

from api.kit.personal import PersonalTable

_STAYS = "金额和单号,依会计档案管理办法保存;只有编号。"

PERSONAL = (
    PersonalTable(
        "receivers",
        "分账接收方",
        plain=(
            "id", "community_id", "account", "state", "why", "set_by_id", "ask_at", "asks",
            "version", "created_at",
        ),
        stays="商户的微信支付商户号;只有编号。",
    ),
    PersonalTable(
        "shares",
        "分账",
        plain=(
            "id", "payment_id", "order_id", "community_id", "merchant_id", "account",
            "amount_fen", "state", "number", "release_number", "why", "asks", "ask_at", "done_at",
            "version", "created_at",
        ),
        stays=_STAYS,
    ),
    PersonalTable(
        "share_returns",
        "分账回退",
        plain=(
            "id", "share_id", "amount_fen", "reason", "state", "number", "why", "asks", "ask_at",
            "done_at", "version", "created_at",
        ),
        stays=_STAYS,
    ),
)  # fmt: skip
