"""What the table of erasures holds of people."""

from api.kit.personal import Keep, Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "erasures",
        "注销",
        plain=("id", "user_id", "state", "requested_at", "next_at", "erased_at", "version"),
        people=(Person("本人", "t.user_id = $1", shows=("state", "requested_at")),),
        keeps=(
            Keep("注销的记录", 1096, "t.erased_at", "个人信息保护法第五十六条:处理记录不少于三年"),
        ),
        stays="何时要求注销、何时完成;只有编号。",
    ),
)
