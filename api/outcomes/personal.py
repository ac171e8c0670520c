"""What the tables of outcomes hold of people: a text without any of them, and who wanted it."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable, Sealed

_FILE = "人民调解法第二十七条:调解委员会应当建立调解工作档案"
_ENDED = "(SELECT coalesce(c.archived_at, c.ended_at) FROM cases AS c WHERE c.id = t.case_id)"
_OWN = "ARRAY(SELECT p.id FROM case_parties AS p WHERE p.user_id = $1)"
_TEXT = "octet_length(t.text_sealed) > 0"

PERSONAL = (
    PersonalTable(
        "outcomes",
        "公开的调解结果",
        plain=(
            "id", "case_id", "agreement_id", "community_id", "category", "state", "text_hash",
            "party_ids", "drafted_by_id", "drafted_at", "approved_by_id", "despite",
            "published_at", "version",
        ),
        sealed=(Sealed("text_sealed", "outcomes.text"),),
        people=(
            Person(
                "当事人",
                f"t.party_ids && {_OWN}",
                shows=("case_id", "state", "text_sealed", "published_at"),
                erases=(
                    Erase(
                        _TEXT,
                        sets={"text_sealed": "''"},
                        hold=Hold(f"{_ENDED} + interval '3 years'", _FILE),
                    ),
                ),
            ),
        ),
        keeps=(
            Keep(
                "公开结果的文字",
                1096,
                _ENDED,
                _FILE,
                left=f"{_ENDED} IS NOT NULL AND {_TEXT}",
                sets={"text_sealed": "''"},
            ),
        ),
        stays="何时公开或撤回;没有文字。",
    ),
    PersonalTable(
        "outcome_consents",
        "公开调解结果的同意",
        key=("outcome_id", "party_id"),
        plain=("outcome_id", "party_id", "by_id", "how", "upload_id", "text_hash", "at"),
        people=(
            Person(
                "当事人",
                f"t.by_id = $1 OR t.party_id = ANY ({_OWN})",
                shows=("outcome_id", "how", "at"),
            ),
        ),
        stays="谁何时同意过公开哪一份文字;只有编号。",
    ),
)  # fmt: skip
