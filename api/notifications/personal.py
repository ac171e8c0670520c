"""What inboxes and messages hold of people."""

from api.kit.personal import Erase, Keep, Person, PersonalTable
from api.notifications.rules import KEPT

PERSONAL = (
    PersonalTable(
        "inboxes", "收件箱", key=("user_id",), plain=("user_id", "unread", "version"),
        people=(Person("本人", "t.user_id = $1", shows=("unread",),
                       erases=(Erase("true"),)),),
    ),
    PersonalTable(
        "inbox_records", "消息",
        plain=("id", "user_id", "event_seq", "kind", "role", "subject", "subject_id", "at",
               "read_at"),
        personal=("details",),
        people=(Person("本人", "t.user_id = $1", shows=("kind", "role", "details", "at", "read_at"),
                       erases=(Erase("true"),)),),
        keeps=(Keep("消息", KEPT.days, "t.at", "看过即可删除", has_own_sweep=True),),
    ),
    PersonalTable(  # Goes with its record (CASCADE).
        "deliveries", "微信消息的发送",
        plain=("id", "user_id", "template", "template_id", "state", "is_held", "attempts",
               "next_at", "expires_at", "claimed_at", "ended_at", "outcome"),
        people=(Person("本人", "t.user_id = $1", shows=("template", "state", "ended_at")),),
    ),
)  # fmt: skip
