"""What the tables of mediators hold of people: offers, appointments, complaints."""

from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed

_WORDS = "octet_length(t.text_sealed) > 0"
_FILE = "人民调解法第二十七条:调解委员会应当建立调解工作档案"

PERSONAL = (
    PersonalTable(
        "committees",
        "调解委员会",
        plain=(
            "id", "place_id", "place_path", "name", "made_by_id", "version", "created_at",
        ),
    ),
    PersonalTable(
        "organisations",
        "单位",
        plain=(
            "id", "place_id", "place_path", "kind", "name", "made_by_id", "version", "created_at",
        ),
    ),
    PersonalTable(
        "mediators",
        "调解员",
        plain=(
            "id", "place_id", "place_path", "state", "committee_id", "categories", "load_max",
            "is_available", "appointed_on", "appointed_until", "code", "applied_at",
            "decided_by_id", "decided_at", "version",
        ),
        personal=("languages", "hours_from", "hours_to", "employer_id"),
        people=(
            Person(
                "本人",
                "t.id = $1",
                shows=(
                    "place_id", "state", "categories", "languages", "hours_from", "hours_to",
                    "load_max", "employer_id", "appointed_on", "appointed_until", "applied_at",
                ),
                erases=(
                    Erase(
                        "t.languages <> '{}' OR t.employer_id IS NOT NULL",
                        sets={
                            "languages": "'{}'", "hours_from": "'{}'", "hours_to": "'{}'",
                            "employer_id": "NULL",
                        },
                    ),
                ),
            ),
        ),
        stays="何时由哪个委员会聘任;只有编号和时间。",
    ),
    PersonalTable(
        "mediator_complaints",
        "对调解员的投诉",
        plain=(
            "id", "mediator_id", "case_id", "place_path", "by_id", "code", "state", "created_at",
            "decided_by_id", "decided_at", "version",
        ),
        sealed=(Sealed("text_sealed", "mediator_complaints.text"),),
        people=(
            Person(
                "投诉人",
                "t.by_id = $1",
                shows=("case_id", "code", "text_sealed", "state", "created_at"),
                erases=(Erase(_WORDS, sets={"text_sealed": "''"}),),
            ),
        ),
        keeps=(
            Keep(
                "投诉的文字",
                1096,
                "t.decided_at",
                _FILE,
                left=f"t.decided_at IS NOT NULL AND {_WORDS}",
                sets={"text_sealed": "''"},
            ),
        ),
        stays="投诉的类别、时间和结果。",
    ),
)  # fmt: skip
