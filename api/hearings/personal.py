"""What the tables of open talks hold of people: who wanted them open, and who listened."""

from api.kit.personal import Person, PersonalTable

_OWN = "ARRAY(SELECT p.id FROM case_parties AS p WHERE p.user_id = $1)"

PERSONAL = (
    PersonalTable(
        "hearings",
        "公开调解",
        plain=(
            "id", "case_id", "community_id", "category", "room", "starts_at", "seats_max", "state",
            "proposed_by_id", "proposed_at", "held_at", "record_n", "version",
        ),
        stays="何时何地公开调解过;没有文字。",
    ),
    PersonalTable(
        "hearing_consents",
        "同意公开调解",
        key=("hearing_id", "party_id"),
        plain=("hearing_id", "party_id", "by_id", "how", "upload_id", "at"),
        people=(
            Person(
                "当事人",
                f"t.by_id = $1 OR t.party_id = ANY ({_OWN})",
                shows=("hearing_id", "how", "at"),
            ),
        ),
        stays="谁何时同意过公开哪一场;只有编号。",
    ),
    PersonalTable(
        "listeners",
        "旁听",
        plain=("id", "hearing_id", "user_id", "state", "duty_read_at", "version"),
        people=(
            Person("本人", "t.user_id = $1", shows=("hearing_id", "state", "duty_read_at")),
        ),
        stays="谁读过保密须知、旁听过哪一场;只有编号。",
    ),
)  # fmt: skip
