"""What settled days hold of people: ids and amounts."""

from api.kit.personal import Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "settlements",
        "日结算",
        plain=(
            "id", "runner_id", "community_id", "day", "first_seq", "last_seq", "opening_fen",
            "income_fen", "repaid_fen", "paid_out_fen", "closing_fen", "platform_fen",
            "orders_count", "version", "made_at",
        ),
        people=(
            Person(
                "跑腿员",
                "t.runner_id = $1",
                shows=("day", "opening_fen", "income_fen", "repaid_fen", "paid_out_fen",
                       "closing_fen", "platform_fen", "orders_count"),
            ),
        ),
        stays="每天的金额,依会计档案管理办法保存;只有编号。",
    ),
)  # fmt: skip
