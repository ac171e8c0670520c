"""What the ledger of points holds of people: ids and numbers."""

from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed

_LAW = "网络交易平台规则监督管理办法:申诉及处理记录保存三年"
_SAID = "octet_length(t.text_sealed) + octet_length(t.answer_sealed) > 0"
_RESTS = "octet_length(t.evidence_sealed) > 0"
_FORGOTTEN = {"text_sealed": "''", "answer_sealed": "''"}

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
        "points_appeals",
        "积分申诉",
        plain=(
            "id", "about", "entry_id", "decision_seq", "tier_from", "tier_to", "runner_id",
            "place_path", "step", "state", "filed_by_id",
            "penalty_cp", "left_cp", "filed_at", "due_at", "decided_at", "decided_by_id", "version",
        ),
        sealed=(
            Sealed("text_sealed", "points_appeals.text"),
            Sealed("answer_sealed", "points_appeals.answer"),
        ),
        people=(
            Person(
                "骑手",
                "t.runner_id = $1",
                shows=(
                    "about", "entry_id", "tier_from", "tier_to", "step", "state", "penalty_cp",
                    "left_cp", "text_sealed",
                    "answer_sealed", "filed_at", "due_at", "decided_at",
                ),
                erases=(Erase(_SAID, sets=_FORGOTTEN),),
            ),
        ),
        keeps=(
            Keep("申诉和答复的文字", 1096, "t.filed_at", _LAW, left=_SAID, sets=_FORGOTTEN),
        ),
        stays="申诉的结果、时间和扣分,只有编号。",
    ),
    PersonalTable(
        "points_findings",
        "异常线索",
        plain=(
            "id", "community_id", "place_path", "kind", "key", "runner_ids", "person_id", "since",
            "until", "facts", "counted", "state", "found_at", "decided_at", "decided_by_id",
            "version",
        ),
        people=(
            # While it is looked into, it is told to nobody who is in it.
            Person(
                "骑手",
                "$1 = ANY (t.runner_ids) AND t.state <> 'open'",
                shows=("kind", "since", "until", "counted", "state", "found_at", "decided_at"),
            ),
        ),
        keeps=(Keep("异常线索", 1096, "t.found_at", _LAW, left="t.state <> 'open'"),),
        stays="核查过的线索,只有编号和次数。",
    ),
    PersonalTable(
        "points_reviews",
        "月度评定",
        plain=(
            "id", "runner_id", "community_id", "place_path", "month", "rules_version", "tier",
            "proposed", "is_frozen", "misses", "lows", "demoted_day", "lacking", "orders",
            "households", "points_cp", "civic_cp", "mean", "lower", "upper", "sd", "mean_before",
            "reviewed_at",
        ),
        people=(
            Person(
                "骑手",
                "t.runner_id = $1",
                shows=(
                    "month", "rules_version", "tier", "proposed", "lacking", "orders",
                    "points_cp", "civic_cp", "mean", "lower", "upper", "reviewed_at",
                ),
            ),
        ),
        stays="每月的评定,只增不改;只有编号和数字。",
    ),
    PersonalTable(
        "points_publications",
        "月度公布",
        # Who stands on a board is an id here; a name is shown only while its owner agrees.
        plain=(
            "id", "community_id", "month", "rules_version", "boards", "figures", "sha256",
            "closed_at", "published_at",
        ),
        stays="公布过的榜单,只有编号。",
    ),
    PersonalTable(
        "points_rules",
        "积分规则",
        plain=(
            "id", "version", "text", "sha256", "announced_at", "effective_from",
            "announced_by_id",
        ),
        stays="公布过的规则,原样保留。",
    ),
    PersonalTable(
        "points_notices",
        "规则变化通知",
        plain=(
            "id", "version", "runner_id", "since", "before_cp", "after_cp", "quality_before",
            "quality_after", "told_at",
        ),
        people=(
            Person(
                "骑手",
                "t.runner_id = $1",
                shows=(
                    "version", "since", "before_cp", "after_cp", "quality_before",
                    "quality_after", "told_at",
                ),
            ),
        ),
        stays="通知过的对比,只有编号和数字。",
    ),
    PersonalTable(
        "points_mentorships",
        "带教",
        plain=(
            "id", "community_id", "place_path", "mentee_id", "mentor_id", "state", "asked_at",
            "began_at", "ended_at", "version",
        ),
        people=tuple(
            Person(
                role,
                f"t.{column} = $1",
                shows=("state", "asked_at", "began_at", "ended_at"),
            )
            for role, column in (("新人", "mentee_id"), ("带教人", "mentor_id"))
        ),
        stays="谁带过谁,作为带教加分的依据;只有编号和时间。",
    ),
    PersonalTable(
        "points_records",
        "核实记录",
        plain=(
            "id", "runner_id", "place_path", "kind", "happened_at", "severity", "minutes",
            "recorded_by_id", "recorded_at",
        ),
        sealed=(Sealed("evidence_sealed", "points_records.evidence"),),
        people=(
            Person(
                "骑手",
                "t.runner_id = $1",
                shows=(
                    "kind", "happened_at", "severity", "minutes", "evidence_sealed", "recorded_at",
                ),
                erases=(Erase(_RESTS, sets={"evidence_sealed": "''"}),),
            ),
        ),
        keeps=(
            Keep("核实的依据", 1096, "t.recorded_at", _LAW, left=_RESTS,
                 sets={"evidence_sealed": "''"}),
        ),
        stays="核实过什么、何时、由谁记录,只有编号。",
    ),
    PersonalTable(
        "points_calibrations",
        "月度校准",
        # Households, buildings and conditions are ids and codes in it.
        plain=(
            "id", "community_id", "month", "rules_version", "runner_ids", "learned", "made_at",
        ),
        stays="关账时学到的偏差,只有编号和数字,用来复算当月的评定。",
    ),
    PersonalTable(
        "points_watches",
        "线索核查进度",
        key=("community_id",),
        plain=("community_id", "entries", "watched_at"),
    ),
    PersonalTable(
        "points_balances",
        "积分",
        key=("runner_id",),
        plain=("runner_id", "balance_cp", "seq"),
        people=(Person("骑手", "t.runner_id = $1", shows=("balance_cp",)),),
    ),
)  # fmt: skip
