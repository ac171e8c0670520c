"""What the ledger of points holds of people: ids and numbers."""

from api.kit.personal import Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "points_entries",
        "积分明细",
        plain=(
            "id", "runner_id", "seq", "event_seq", "order_id", "kind", "at", "delta_cp",
            "balance_cp", "rules_version", "fact", "lines", "created_at",
        ),
        people=(
            Person(
                "骑手",
                "t.runner_id = $1",
                # Not the fact itself: it names the household of another.
                shows=("kind", "at", "delta_cp", "balance_cp", "rules_version", "lines"),
            ),
        ),
        stays="积分的增减,账本只增不改;只有编号。",
    ),
    PersonalTable(
        "points_balances",
        "积分",
        key=("runner_id",),
        plain=("runner_id", "balance_cp", "seq"),
        people=(Person("骑手", "t.runner_id = $1", shows=("balance_cp",)),),
    ),
)  # fmt: skip
