"""What the table of looks holds of people."""

from api.kit.personal import Keep, Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "contact_looks",
        "谁看过我的联系方式",
        plain=(
            "id", "at", "viewer_id", "viewer_role", "person_id", "order_id", "job_id", "stage",
            "reason", "is_whole",
        ),
        people=(
            Person(
                "被查看的人",
                "t.person_id = $1",
                shows=("at", "viewer_role", "order_id", "job_id", "stage", "reason", "is_whole"),
                passes="person_id",
            ),
            Person(
                "查看的人",
                "t.viewer_id = $1",
                shows=("at", "viewer_role", "stage", "reason", "is_whole"),
            ),
        ),
        keeps=(
            Keep(
                "联系方式的查看记录",
                1096,
                "t.at",
                "网络数据安全管理条例第十二条:提供记录不少于三年",
            ),
        ),
        stays="谁在何时为哪一单看过,依法保存三年;只有编号。",
    ),
    PersonalTable(
        "case_looks",
        "谁看过调解案件",
        plain=("id", "at", "day", "viewer_id", "viewer_role", "case_id", "what", "stage"),
        people=(
            Person(
                "当事人",
                "t.case_id IN (SELECT p.case_id FROM case_parties AS p WHERE p.user_id = $1)",
                shows=("at", "viewer_role", "case_id", "what"),
            ),
            Person("查看的人", "t.viewer_id = $1", shows=("at", "viewer_role", "what")),
        ),
        keeps=(
            Keep(
                "案件的查看记录",
                1096,
                "t.at",
                "网络数据安全管理条例第十二条:提供记录不少于三年",
            ),
        ),
        stays="谁在何时看过哪一件,依法保存三年;只有编号。",
    ),
)  # fmt: skip
