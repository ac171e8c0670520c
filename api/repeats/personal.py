"""What the tables of repeating errands hold of people: the errand, with places and contacts."""

from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed

_LEFT = "octet_length(t.template_sealed) > 0"

PERSONAL = (
    PersonalTable(
        "repeats",
        "重复任务",
        plain=(
            "id", "customer_id", "community_id", "state", "kind", "weekdays", "begins_min",
            "lasts_min", "until", "next_on", "place_at", "created_at", "ended_at", "version",
        ),
        sealed=(Sealed("template_sealed", "repeats.template"),),
        people=(
            Person(
                "本人",
                "t.customer_id = $1",
                shows=(
                    "id", "kind", "state", "weekdays", "begins_min", "lasts_min", "until",
                    "template_sealed", "created_at", "ended_at",
                ),
                # What is still to be placed ends before, by its own service.
                erases=(Erase(_LEFT, sets={"template_sealed": "''"}),),
            ),
        ),
        keeps=(
            Keep(
                "结束了的重复任务的内容",
                30,
                # Paused beyond its last day it cannot go on either.
                "coalesce(t.ended_at, CASE WHEN t.state = 'paused' THEN t.until::timestamptz END)",
                "结束之后不再需要",
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
