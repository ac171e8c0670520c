"""What the table of incidents holds of people: what was said of the trouble."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable, Sealed

_LAW_TEXT = "电子商务法第三十一条:交易信息保存三年"
_LEFT = "octet_length(t.text_sealed) > 0"

PERSONAL = (
    PersonalTable(
        "incidents",
        "途中问题",
        plain=(
            "id", "community_id", "place_path", "job_id", "order_id", "reporter_id", "side", "code",
            "state", "resolution", "resolved_at", "created_at", "version",
        ),
        sealed=(Sealed("text_sealed", "incidents.text"),),
        people=(
            Person(
                "报告人",
                "t.reporter_id = $1",
                shows=("job_id", "code", "state", "text_sealed", "created_at", "resolved_at"),
                erases=(
                    Erase(
                        _LEFT,
                        sets={"text_sealed": "''"},
                        hold=Hold("t.created_at + interval '3 years'", _LAW_TEXT),
                    ),
                ),
            ),
        ),
        keeps=(
            Keep(
                "途中问题的文字",
                1096,
                "t.created_at",
                _LAW_TEXT,
                left=_LEFT,
                sets={"text_sealed": "''"},
            ),
        ),
        stays="问题的代码、经过和时间。",
    ),
)  # fmt: skip
