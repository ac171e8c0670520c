"""What the tables of agreements hold of people: what they promised, signed, and said afterwards."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable, Sealed

_FILE = "人民调解法第二十七条:调解委员会应当建立调解工作档案"
_ENDED = "(SELECT coalesce(c.archived_at, c.ended_at) FROM cases AS c WHERE c.id = t.case_id)"
_UNTIL = f"{_ENDED} + interval '3 years'"
_OWN = "ARRAY(SELECT p.id FROM case_parties AS p WHERE p.user_id = $1)"
_OF_PARTY = f"t.party_ids && {_OWN}"
_CONTENT = "octet_length(t.content_sealed) > 0"
_TEXT = "octet_length(t.text_sealed) > 0"
_IN_CASE = "t.case_id IN (SELECT p.case_id FROM case_parties AS p WHERE p.user_id = $1)"

PERSONAL = (
    PersonalTable(
        "agreements",
        "调解协议",
        plain=(
            "id", "case_id", "community_id", "n", "form", "state", "text_hash", "party_ids",
            "proposed_by_id", "split_outcome", "split_resident_fen", "split_runner_fen",
            "split_platform_fen", "proposed_at", "effective_at", "year", "number", "performs_at",
            "is_performing", "court", "court_asked_ids", "court_last_day", "court_closes_at",
            "court_remind_at", "court_applied_on", "court_decided_on", "ended_at", "version",
        ),
        sealed=(Sealed("content_sealed", "agreements.content"),),
        people=(
            Person(
                "当事人",
                _OF_PARTY,
                shows=("case_id", "n", "form", "state", "content_sealed", "effective_at"),
                erases=(
                    Erase(_CONTENT, sets={"content_sealed": "''"}, hold=Hold(_UNTIL, _FILE)),
                ),
            ),
        ),
        keeps=(
            Keep(
                "调解协议的文字",
                1096,
                _ENDED,
                _FILE,
                left=f"{_ENDED} IS NOT NULL AND {_CONTENT}",
                sets={"content_sealed": "''"},
            ),
        ),
        stays="第几份、何时生效、文本的指纹;没有文字。",
    ),
    PersonalTable(
        "agreement_signatures",
        "协议的签名",
        plain=("id", "agreement_id", "side", "party_id", "by_id", "how", "upload_id", "text_hash",
               "at"),
        people=(
            Person(
                "签名人",
                f"t.by_id = $1 OR t.party_id = ANY ({_OWN})",
                shows=("agreement_id", "side", "how", "at"),
            ),
        ),
        stays="谁何时以何种方式签过哪一份;只有编号。",
    ),
    PersonalTable(
        "due_items",
        "协议的到期事项",
        plain=("id", "agreement_id", "term_n", "party_id", "begins_on", "ends_on", "is_once",
               "remind_at", "reminded_at", "state", "claimed_at", "denials", "confirmed_party_id",
               "visit_id"),
        people=(
            Person(
                "履行的人",
                f"t.party_id = ANY ({_OWN})",
                shows=("agreement_id", "term_n", "begins_on", "ends_on", "state"),
            ),
        ),
        stays="哪一条何时到期、是否履行;没有文字。",
    ),
    PersonalTable(
        "visits",
        "回访",
        plain=("id", "case_id", "agreement_id", "kind", "state", "due_on", "due_at", "called_at",
               "visitor_id", "recorded_at", "version"),
        sealed=(Sealed("text_sealed", "visits.text"),),
        people=(
            Person(
                "当事人",
                _IN_CASE,
                shows=("case_id", "kind", "state", "due_on", "text_sealed", "recorded_at"),
                erases=(Erase(_TEXT, sets={"text_sealed": "''"}, hold=Hold(_UNTIL, _FILE)),),
            ),
            Person("回访人", "t.visitor_id = $1", shows=("case_id", "kind", "recorded_at")),
        ),
        keeps=(
            Keep(
                "回访的文字",
                1096,
                _ENDED,
                _FILE,
                left=f"{_ENDED} IS NOT NULL AND {_TEXT}",
                sets={"text_sealed": "''"},
            ),
        ),
        stays="何时回访过哪一件;没有文字。",
    ),
    PersonalTable(
        "visit_answers",
        "回访的评价",
        key=("visit_id", "party_id"),
        plain=("visit_id", "party_id", "answer", "satisfaction"),
        people=(
            Person("当事人", f"t.party_id = ANY ({_OWN})", shows=("answer", "satisfaction")),
        ),
        stays="解决与否和满意程度,用于公布的指标。",
    ),
)  # fmt: skip
