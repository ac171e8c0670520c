"""What the tables of places and addresses hold of people."""

from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed

PERSONAL = (
    PersonalTable(
        "places",
        "地点",
        plain=(
            "id", "kind", "parent_id", "path", "community_id", "name", "lat", "lng",
            "has_lift", "sheet_number", "settings", "version", "created_at",
        ),
    ),
    PersonalTable(
        "emergencies",
        "应急",
        plain=(
            "id", "community_id", "state", "kind", "note", "due_percent", "began_at", "ends_at",
            "ended_at", "version",
        ),
    ),
    PersonalTable(
        "addresses",
        "地址",
        plain=("id", "user_id", "created_at", "deleted_at"),
        personal=("building_id", "label", "floor", "has_lift"),
        sealed=(Sealed("detail_sealed", "addresses.detail"),),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=(
                    "building_id", "label", "floor", "has_lift", "detail_sealed", "created_at",
                    "deleted_at",
                ),
                erases=(Erase("true"),),
                passes="user_id",
            ),
        ),
        keeps=(Keep("删除的地址", 7, "t.deleted_at", "误删可以找回"),),
    ),
)  # fmt: skip
