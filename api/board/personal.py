"""What the tables of the board hold of people: what they wrote, what they said of others."""

from api.board.rules import squeezed
from api.kit.personal import Blind, Erase, Keep, Person, PersonalTable, Sealed

_OF_AUTHOR = "t.post_id IN (SELECT p.id FROM posts AS p WHERE p.author_id = $1)"
_WORDS = "octet_length(t.text_sealed) > 0"
_GONE = {"text_sealed": "''", "text_index": "''"}
_SAID = "octet_length(t.note_sealed) > 0 OR octet_length(t.appeal_sealed) > 0"
_LOOKS_LAW = "网络数据安全管理条例第十二条:提供记录不少于三年"
_EVIDENCE = "处理投诉和申诉的依据"

PERSONAL = (
    PersonalTable(
        "posts",
        "邻里喧",
        plain=(
            "id", "community_id", "place_id", "place_path", "spot_id", "author_id", "parent_id",
            "kind", "category", "is_anonymous", "state", "content", "shown_content", "held_why",
            "appealed_content", "is_settled", "decided_by_id", "decided_for", "decided_at",
            "hidden_by", "lapses_at", "rank_id", "pile_id", "case_status", "version", "created_at",
            "shown_at",
        ),
        sealed=(Sealed("appeal_sealed", "posts.appeal"), Sealed("note_sealed", "posts.note")),
        people=(
            Person(
                "作者",
                "t.author_id = $1",
                shows=(
                    "id", "place_id", "parent_id", "kind", "category", "is_anonymous", "state",
                    "held_why", "decided_for", "decided_at", "note_sealed", "appeal_sealed",
                    "created_at", "shown_at",
                ),
                erases=(Erase(_SAID, sets={"appeal_sealed": "''", "note_sealed": "''"}),),
            ),
        ),
        keeps=(
            Keep(
                "内容审核的说明和申诉",
                365,
                "t.decided_at",
                _EVIDENCE,
                left=_SAID,
                sets={"appeal_sealed": "''", "note_sealed": "''"},
            ),
        ),
        stays="哪里、何时、哪一类、如何处理;没有文字。",
    ),
    PersonalTable(
        "post_texts",
        "邻里喧的文字",
        key=("post_id", "n"),
        plain=("post_id", "n", "flags", "upload_ids", "approved", "made_at", "ended_at"),
        sealed=(
            Sealed(
                "text_sealed",
                "post_texts.text|{n}",
                row="post_id",
                index=Blind("text_index", "post_texts.text", squeezed),
            ),
        ),
        people=(
            Person(
                "作者",
                _OF_AUTHOR,
                shows=("post_id", "n", "text_sealed", "upload_ids", "made_at"),
                erases=(Erase("octet_length(t.text_index) > 0", sets=_GONE),),
            ),
        ),
        keeps=(
            Keep(
                "已修改、撤回或未公开的文字",
                180,
                "t.ended_at",
                _EVIDENCE,
                left=f"t.ended_at IS NOT NULL AND {_WORDS}",
                sets={"text_sealed": "''"},
            ),
        ),
        stays="哪一版、何时。",
    ),
    PersonalTable(
        "content_checks",
        "内容检查",
        plain=(
            "id", "post_id", "outcome_id", "n", "upload_id", "state", "why", "label", "tries",
            "next_at", "trace_id",
        ),
    ),
    PersonalTable(
        "me_toos",
        "同感",
        plain=("id", "post_id", "user_id", "state", "given_at", "version"),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("post_id", "state", "given_at"),
                erases=(Erase("true"),),
            ),
        ),
    ),
    PersonalTable(
        "post_reports",
        "举报",
        plain=(
            "id", "post_id", "content", "reporter_id", "code", "state", "due_at", "created_at",
            "decided_at", "version",
        ),
        sealed=(Sealed("text_sealed", "post_reports.text"),),
        people=(
            Person(
                "举报人",
                "t.reporter_id = $1",
                shows=("id", "post_id", "code", "text_sealed", "state", "created_at"),
                erases=(Erase(_WORDS, sets={"text_sealed": "''"}),),
            ),
        ),
        keeps=(
            Keep(
                "举报的文字",
                180,
                "t.decided_at",
                _EVIDENCE,
                left=f"t.decided_at IS NOT NULL AND {_WORDS}",
                sets={"text_sealed": "''"},
            ),
        ),
        stays="举报的类别、时间和结果。",
    ),
    PersonalTable(
        "author_looks",
        "谁查看过作者",
        plain=("id", "at", "viewer_id", "post_id", "reason"),
        people=(
            Person("作者", _OF_AUTHOR, shows=("at", "post_id", "reason")),
            Person("查看的人", "t.viewer_id = $1", shows=("at", "post_id", "reason")),
        ),
        keeps=(Keep("作者的查看记录", 1096, "t.at", _LOOKS_LAW),),
        stays="谁在何时为何查看过作者,依法保存三年;只有编号。",
    ),
    PersonalTable(
        "piles",
        "矛盾预警",
        plain=(
            "id", "community_id", "spot_id", "place_path", "category", "state", "voices",
            "raised_at", "last_at", "taken_by_id", "version",
        ),
    ),
)  # fmt: skip
