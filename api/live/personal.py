"""What tickets hold of people: whose session each opens."""

from api.kit.personal import Erase, Keep, Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "ws_tickets",
        "实时连接的票",
        key=("ticket_hash",),
        plain=("session_id", "user_id", "expires_at"),
        secret=("ticket_hash",),
        people=(Person("本人", "t.user_id = $1", erases=(Erase("true"),)),),
        keeps=(Keep("实时连接的票", 1, "t.expires_at", "半分钟内可用一次,没用的次日删除"),),
    ),
)
