"""What the table of tips holds of people: who gave whom how much."""

from api.kit.personal import Person, PersonalTable

_SHOWS = ("order_id", "amount_fen", "state", "created_at")

PERSONAL = (
    PersonalTable(
        "tips",
        "打赏",
        plain=(
            "id", "order_id", "payer_id", "runner_id", "amount_fen", "state", "until",
            "created_at", "version",
        ),
        people=(
            Person("付款人", "t.payer_id = $1", shows=_SHOWS),
            Person("骑手", "t.runner_id = $1 AND t.state = 'paid'", shows=_SHOWS),
        ),
        stays="金额和时间,作为账目。",
    ),
)  # fmt: skip
