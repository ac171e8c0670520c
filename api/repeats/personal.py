"""What the tables of repeating errands hold of people: the errand, with places and contacts."""

from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed

_LEFT = "octet_length(t.template_sealed) > 0"

PERSONAL = (
    PersonalTable(
        "repeats",
        "重复任务",
        plain=(
            "id", "customer_id", "community_id", "state", "kind", "weekdays", "begins_min",
            "lasts_min", "until", "next_on", "place_at", "created_at", "version",
        ),
        sealed=(Sealed("template_sealed", "repeats.template"),),
        people=(
            Person(
                "本人",
                "t.customer_id = $1",
                shows=(
                    "id", "kind", "state", "weekdays", "begins_min", "lasts_min", "until",
                    "template_sealed", "created_at",
                ),
                # What is still to be placed ends before, by its own service.
                erases=(Erase(_LEFT, sets={"template_sealed": "''"}),),
            ),
        ),
        keeps=(
            Keep(
                "结束了的重复任务的内容",
                30,
                "CASE WHEN t.state = 'ended' THEN t.until::timestamptz END",
                "最后一天之后不再需要",
                left=_LEFT,
                sets={"template_sealed": "''"},
            ),
        ),
        stays="哪几天、几点,不含地点和联系人。",
    ),
    PersonalTable(
        "repeat_days", "重复任务的每一天", plain=("repeat_id", "day", "order_id", "code")
    ),
)  # fmt: skip
