"""What the event log holds of people: ids and plain values, so nothing of it is erased."""

from api.kit.personal import Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "events",
        "经过",
        key=("seq",),
        plain=(
            "seq", "name", "subject", "subject_id", "subject_seq", "from_state", "to_state",
            "actor_kind", "actor_id", "at", "community_id", "data", "written_at", "pumped_at",
        ),
        people=(
            # The account's own history and the runner's: both go by the person's id.
            Person("本人", "t.subject_id = $1", shows=("name", "at", "from_state", "to_state")),
        ),
        stays="每一步的时间和编号,不含姓名、电话、地址,作为审计。",
    ),
    PersonalTable(
        "reactions",
        "后续处理",
        key=("event_seq", "task"),
        plain=("event_seq", "task", "state", "attempts", "next_at", "done_at", "last_error"),
    ),
)  # fmt: skip

# What events may carry, by the name of the field: ids, codes, numbers and moments, never words
# that somebody typed. A field that is not listed fails a test.
PLAIN_FIELDS = frozenset({
    "act", "action", "advance_fen", "after_accept_s", "amount_fen", "areas", "beneficiary_id",
    "building_id", "by", "cap_fen", "capacity", "care", "case_id", "category", "cause",
    "claimed_by", "client_at", "effective_from", "tier_before", "before_cp", "after_cp",
    "mentee_id", "mentor_id", "code", "cost_fen", "customer_id", "danger", "day", "delivered_at",
    "dispute_id", "distance_m", "due_at", "due_before", "due_percent", "ends_at", "entry_id",
    "excuse_min", "extra_fen", "fault", "fee_fen", "fee_max_fen", "fields", "floors_max", "form",
    "floors_no_lift", "goods_fen", "holds", "household", "household_id", "how", "into",
    "is_counted", "is_distance_waived", "is_whole", "job_id", "job_ids", "jobs_day_max",
    "kind", "kinds", "late_s", "left", "left_cp", "left_fen", "lines", "merchant_id",
    "module", "number",
    "offsets", "open_count", "order_id", "order_ids", "outcome", "parent_id", "party_id",
    "payment_id", "place_id", "platform_fen", "points", "product_id", "proof", "proposed",
    "proven_at", "purpose", "quarter",
    "refund_fen", "refused_as", "relation", "resident_fen", "resolution", "role", "run",
    "runner_fen", "runner_id", "runners_count", "score_percent", "settings", "sha1", "shift",
    "side", "source", "spent_fen", "stance", "stars", "step", "stop",
    "tags", "template_id", "text_version", "theirs_fen", "tier", "until", "urgent", "user_id",
    "verdict", "weather",
    "version", "weight_g", "weight_max_g", "why", "withdrawal_id", "worked_s",
    "closes_at", "copied_from_id", "cycle_id", "item_id", "orders_count", "there_count",
    "hearing_id", "from_count", "to_count", "lot_id", "lot_ids", "asked_fen", "decide_by",
})  # fmt: skip
# Codes and kinds of proof in these events; in others the same name is typed.
CODED = frozenset({
    ("order.disputed", "reason"), ("order.refund_decided", "reason"),
    ("job.assigned", "reason"), ("job.released", "reason"),
    ("order.cancelled", "reason"), ("job.cancelled", "reason"), ("job.failed", "reason"),
    ("job.returned", "reason"), ("refund.requested", "reason"),
    ("real_name.rejected", "reason"), ("real_name.revoked", "reason"),
    ("real_name.revealed", "reason"), ("membership.rejected", "reason"),
    ("membership.left", "reason"), ("takeover.rejected", "reason"),
    ("takeover.stopped", "reason"), ("upload.removed", "reason"),
    ("upload.original_read", "reason"), ("lot.recalled", "reason"),
})  # fmt: skip
# Words that staff typed to say why they decided something over somebody: the record of the
# decision, which must not change. The doctor (E5) looks for numbers in them.
TYPED_BY_STAFF = frozenset({
    ("runner.approved", "reason"), ("runner.rejected", "reason"), ("runner.suspended", "reason"),
    ("runner.reinstated", "reason"), ("runner.tier_changed", "reason"),
    ("runner.identity_checked", "reason"), ("runner.contact_read", "reason"),
    ("withdrawal.retried", "reason"),
    ("earnings.read", "reason"), ("tax_report.exported", "reason"),
    ("merchant.approved", "reason"), ("merchant.rejected", "reason"),
    ("merchant.suspended", "reason"), ("merchant.reinstated", "reason"),
    ("merchant.contact_read", "reason"),
    ("points_entry.reversed", "reason"), ("points_finding.cleared", "reason"),
    ("points_finding.acted", "reason"),
    ("place.changed", "reason"),
    ("difference.explained", "reason"), ("difference.settled", "reason"),
})  # fmt: skip
