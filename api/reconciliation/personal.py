"""What the tables of reconciliation hold of people: numbers and amounts of the gateway."""

from api.kit.personal import PersonalTable

_STAYS = "对账记录,依会计档案管理办法保存;只有单号和金额。"

PERSONAL = (
    PersonalTable(
        "reconciliations",
        "每日对账",
        plain=(
            "id", "gateway", "day", "state", "runs", "asks", "ask_at", "lines", "sha1",
            "theirs_paid_fen", "theirs_refunded_fen", "ours_paid_fen", "ours_refunded_fen",
            "theirs_withdrawn_fen", "ours_withdrawn_fen", "theirs_shared_fen", "ours_shared_fen",
            "compared_at", "version", "created_at",
        ),
        stays=_STAYS,
    ),
    # Of the bill's columns the payer and the title are not kept.
    PersonalTable(
        "reconciliation_lines",
        "账单明细",
        key=("reconciliation_id", "run", "n"),
        plain=(
            "reconciliation_id", "run", "n", "subject", "at", "mchid", "is_foreign", "number",
            "wechat_number", "amount_fen", "state", "fee_millifen", "rate_ppm", "moved_fen",
        ),
        stays=_STAYS,
    ),
    PersonalTable(
        "reconciliation_differences",
        "对账差异",
        plain=(
            "id", "reconciliation_id", "fingerprint", "kind", "subject", "number",
            "wechat_number", "theirs_fen", "ours_fen", "effect_fen", "detail", "order_id",
            "payment_id", "withdrawal_id", "state", "due_day", "last_run", "matched_by",
            "closed_by", "created_at", "closed_at", "version",
        ),
        stays=_STAYS,
    ),
)  # fmt: skip
