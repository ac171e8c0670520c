"""What the table of consents holds of people."""

from api.kit.personal import Keep, Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "data_consents",
        "同意记录",
        plain=(
            "id", "user_id", "purpose", "text_version", "state", "how", "session_id", "version",
            "granted_at", "ended_at",
        ),
        secret=("text_hash",),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("purpose", "text_version", "state", "how", "granted_at", "ended_at"),
            ),
        ),
        keeps=(
            Keep("同意与撤回的记录", 1096, "t.ended_at", "个人信息保护法第五十六条:不少于三年"),
        ),
        stays="同意过什么、何时撤回,依法保存三年;只有编号。",
    ),
)  # fmt: skip
