"""What the tables of cases hold of people: what was said, who took part, who was asked."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable, Sealed

_FILE = "人民调解法第二十七条:调解委员会应当建立调解工作档案"
# Three years from the end of the case; open-ended while it lasts.
_UNTIL = (
    "(SELECT coalesce(c.archived_at, c.ended_at) + interval '3 years'"
    " FROM cases AS c WHERE c.id = t.case_id)"
)
_OWN_UNTIL = "coalesce(t.archived_at, t.ended_at) + interval '3 years'"
_TEXT = "octet_length(t.text_sealed) > 0"
_SUMMARY = "octet_length(t.summary_sealed) > 0"
_NAMED = "octet_length(t.name_sealed) + octet_length(t.phone_sealed) > 0"

PERSONAL = (
    PersonalTable(
        "cases",
        "调解案件",
        plain=(
            "id", "community_id", "place_id", "place_path", "source", "category", "state", "risk",
            "opener_id", "order_id", "meet_minute", "mediator_id", "committee_id", "is_with_staff",
            "ended_why", "escalated_to", "offered_at", "accepted_at", "began_at", "ends_at",
            "ended_at", "archived_at", "version", "created_at", "languages",
        ),
        sealed=(Sealed("summary_sealed", "cases.summary"),),
        people=(
            Person(
                "申请人",
                "t.opener_id = $1",
                shows=("id", "category", "state", "summary_sealed", "created_at", "ended_at"),
                erases=(
                    Erase(
                        _SUMMARY,
                        sets={"summary_sealed": "''"},
                        hold=Hold(_OWN_UNTIL, _FILE),
                    ),
                ),
            ),
        ),
        keeps=(
            Keep(
                "案件的事由",
                1096,
                "coalesce(t.archived_at, t.ended_at)",
                _FILE,
                left=f"coalesce(t.archived_at, t.ended_at) IS NOT NULL AND {_SUMMARY}",
                sets={"summary_sealed": "''"},
            ),
        ),
        stays="何时、何地、哪一类、如何结束;没有文字。",
    ),
    PersonalTable(
        "case_posts",
        "案件的来源",
        key=("post_id",),
        plain=("post_id", "case_id", "joined_at"),
    ),
    PersonalTable(
        "case_parties",
        "当事人",
        plain=(
            "id", "case_id", "side", "kind", "user_id", "organisation_id", "employer_id",
            "building_id", "state", "answer_until", "how", "consented_at", "upload_id",
            "recorded_by_id", "joined_at", "version",
        ),
        sealed=(
            Sealed("name_sealed", "case_parties.name"),
            Sealed("phone_sealed", "case_parties.phone"),
        ),
        people=(
            Person(
                "当事人",
                "t.user_id = $1",
                shows=(
                    "case_id", "side", "kind", "name_sealed", "phone_sealed", "state",
                    "consented_at", "joined_at",
                ),
                erases=(
                    Erase(
                        _NAMED,
                        sets={"name_sealed": "''", "phone_sealed": "''"},
                        hold=Hold(_UNTIL, _FILE),
                    ),
                ),
                passes="user_id",
            ),
        ),
        keeps=(
            Keep(
                "未注册当事人的姓名和电话",
                1096,
                "(SELECT coalesce(c.archived_at, c.ended_at) FROM cases AS c"
                " WHERE c.id = t.case_id)",
                _FILE,
                left=_NAMED,
                sets={"name_sealed": "''", "phone_sealed": "''"},
            ),
        ),
        stays="参加过哪一件、是否同意;只有编号和时间。",
    ),
    PersonalTable(
        "case_staff",
        "经办人",
        key=("case_id", "user_id"),
        plain=("case_id", "user_id", "named_at"),
        people=(Person("经办人", "t.user_id = $1", shows=("case_id", "named_at")),),
        stays="谁经办过哪一件,作为审计。",
    ),
    PersonalTable(
        "mediator_asks",
        "调解邀请",
        plain=("id", "case_id", "user_id", "state", "asked_at", "until", "answered_at", "version"),
        people=(
            Person("调解员", "t.user_id = $1", shows=("case_id", "state", "asked_at")),
        ),
        stays="何时受邀、如何答复;只有编号和时间。",
    ),
    PersonalTable(
        "case_choices",
        "调解员的选择",
        key=("case_id", "n", "user_id"),
        plain=("case_id", "n", "user_id", "rank", "reasons", "at"),
        people=(Person("调解员", "t.user_id = $1", shows=("case_id", "rank", "reasons", "at")),),
        stays="每次选择的名次或回避的代码,用来说明选择是公正的。",
    ),
    PersonalTable(
        "case_objections",
        "回避申请",
        plain=("id", "case_id", "user_id", "by", "by_id", "at"),
        sealed=(Sealed("text_sealed", "case_objections.text"),),
        people=(
            Person(
                "申请人",
                "t.by_id = $1",
                shows=("case_id", "text_sealed", "at"),
                erases=(Erase(_TEXT, sets={"text_sealed": "''"}, hold=Hold(_UNTIL, _FILE)),),
            ),
        ),
        keeps=(
            Keep("回避的理由", 1096, "t.at", _FILE, left=_TEXT, sets={"text_sealed": "''"}),
        ),
        stays="谁何时申请过回避;没有文字。",
    ),
    PersonalTable(
        "case_records",
        "调解记录",
        plain=("id", "case_id", "n", "kind", "how", "party_ids", "guest_ids", "by_id",
               "happened_at", "recorded_at"),
        sealed=(Sealed("text_sealed", "case_records.text"),),
        people=(
            # Each sees the talks in which they took part.
            Person(
                "当事人",
                "t.party_ids && ARRAY(SELECT p.id FROM case_parties AS p WHERE p.user_id = $1)",
                shows=("case_id", "kind", "how", "text_sealed", "happened_at"),
                erases=(Erase(_TEXT, sets={"text_sealed": "''"}, hold=Hold(_UNTIL, _FILE)),),
            ),
        ),
        keeps=(
            Keep(
                "调解记录的文字",
                1096,
                "(SELECT coalesce(c.archived_at, c.ended_at) FROM cases AS c"
                " WHERE c.id = t.case_id)",
                _FILE,
                left=_TEXT,
                sets={"text_sealed": "''"},
            ),
        ),
        stays="第几次、何时、以何种方式;没有文字。",
    ),
    PersonalTable(
        "case_guests",
        "参加调解的其他人",
        plain=("id", "case_id", "kind", "user_id", "state", "proposed_by_id", "proposed_at",
               "version"),
        sealed=(Sealed("name_sealed", "case_guests.name"),),
        people=(
            Person(
                "参加的人",
                "t.user_id = $1",
                shows=("kind", "state", "name_sealed", "proposed_at"),
                erases=(
                    Erase(
                        "octet_length(t.name_sealed) > 0",
                        sets={"name_sealed": "''"},
                        hold=Hold(_UNTIL, _FILE),
                    ),
                ),
            ),
        ),
        keeps=(
            Keep(
                "参加调解的人的姓名",
                1096,
                "(SELECT coalesce(c.archived_at, c.ended_at) FROM cases AS c"
                " WHERE c.id = t.case_id)",
                _FILE,
                left="octet_length(t.name_sealed) > 0",
                sets={"name_sealed": "''"},
            ),
        ),
        stays="以何种身份参加过;没有姓名。",
    ),
    PersonalTable(
        "case_guest_consents",
        "同意他人参加调解",
        key=("guest_id", "party_id"),
        plain=("guest_id", "party_id", "by_id", "how", "upload_id", "at"),
        people=(Person("当事人", "t.by_id = $1", shows=("how", "at")),),
        stays="谁何时同意过谁到场;只有编号。",
    ),
)  # fmt: skip
