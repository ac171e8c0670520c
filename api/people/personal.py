"""What the tables of real names, households and preferences hold of people."""

from collections.abc import Mapping

from api.kit.personal import Blind, Erase, Keep, Person, PersonalTable, Sealed
from api.people.rules import door_key


def _door(text: str, row: Mapping[str, object]) -> str:
    return f"{row['building_id']}|{door_key(text)}"


_DOOR = Blind("door_index", "households.door_index", text=_door, needs=("building_id",))
_DOOR_LEFT = "octet_length(t.door_sealed) > 0"
# Every household keeps an index of its own (UNIQUE): one that no door leads to.
_NO_DOOR = {"door_sealed": "''", "door_index": "sha256(uuid_send(t.id))"}
_LAST_OUT = """t.id IN (SELECT m.household_id FROM memberships AS m
 WHERE m.user_id = $1 AND m.state = 'left' AND NOT EXISTS (
 SELECT 1 FROM memberships AS o WHERE o.household_id = m.household_id AND o.id <> m.id
 AND (o.state = 'joined' OR o.left_at > m.left_at)))"""
_EMPTY_SINCE = """(SELECT CASE WHEN bool_or(m.state = 'joined') THEN NULL ELSE max(m.left_at) END
 FROM memberships AS m WHERE m.household_id = t.id)"""

PERSONAL = (
    PersonalTable(
        "real_names", "实名",
        plain=("id", "community_id", "place_path", "state", "reason", "submitted_at", "decided_at",
               "decided_by_id", "version"),
        personal=("age_band",),
        sealed=(Sealed("name_sealed", "real_names.name"),
                Sealed("number_sealed", "real_names.number",
                       index=Blind("number_index", "real_names.number"))),
        people=(Person("本人", "t.id = $1",
                       shows=("state", "name_sealed", "number_sealed", "age_band", "reason",
                              "submitted_at", "decided_at"),
                       # The service has ended it before, which forgot all but the reason (CHECK).
                       erases=(Erase("t.number_index IS NOT NULL", sets={
                           "name_sealed": "NULL", "number_sealed": "NULL",
                           "number_index": "NULL", "age_band": "NULL"}),)),),
        stays="何时提交、何时结束,不含姓名和号码。",
    ),
    PersonalTable(
        "households", "户",
        plain=("id", "building_id", "version", "created_at"),
        sealed=(Sealed("door_sealed", "households.door", index=_DOOR),),
        people=(Person("成员", "t.id IN (SELECT m.household_id FROM memberships AS m"
                       " WHERE m.user_id = $1 AND m.state = 'joined')",
                       shows=("building_id", "door_sealed")),
                # Whoever lives there still needs the door: it goes with the last one who left.
                Person("最后搬走的人", _LAST_OUT, erases=(Erase(_DOOR_LEFT, sets=_NO_DOOR),))),
        keeps=(Keep("没有人住的户的门牌", 180, _EMPTY_SINCE, "处理遗留事项",
                    left=_DOOR_LEFT, sets=_NO_DOOR),),
        stays="一户人家的门牌,属于仍住在那里的人。",
    ),
    PersonalTable(
        "memberships", "入户",
        plain=("id", "user_id", "building_id", "place_path", "relation", "state", "household_id",
               "reason", "requested_at", "decided_at", "decided_by_id", "left_at", "version"),
        sealed=(Sealed("door_sealed", "memberships.door", index=_DOOR),),
        people=(Person("本人", "t.user_id = $1",
                       shows=("building_id", "door_sealed", "relation", "state", "reason",
                              "requested_at", "decided_at", "left_at"),
                       # The service has ended it before.
                       erases=(Erase("octet_length(t.door_sealed) > 0",
                                     sets={"door_sealed": "''", "door_index": "''"}),)),),
        keeps=(Keep("搬走后的门牌", 180, "t.left_at", "处理遗留事项",
                    left="octet_length(t.door_sealed) > 0",
                    sets={"door_sealed": "''", "door_index": "''"}),),
        stays="曾属于哪一户、何时搬走,只有编号和时间。",
    ),
    PersonalTable(
        "enrolled", "代办登记",
        plain=("id", "address_id", "building_id", "place_path", "enrolled_by_id", "version",
               "created_at"),
        people=(Person("本人", "t.id = $1", shows=("building_id", "created_at"),
                       # Before the address it refers to: api/privacy/declared.py.
                       erases=(Erase("true"),)),),
    ),
    PersonalTable(
        "preferences", "偏好",
        plain=("id", "version", "changed_at"),
        personal=("quiet_from_min", "quiet_to_min", "language", "may_be_called",
                  "leave_at_door", "asks"),
        people=(Person("本人", "t.id = $1",
                       shows=("quiet_from_min", "quiet_to_min", "language", "may_be_called",
                              "leave_at_door", "asks", "changed_at"),
                       erases=(Erase("true"),)),),
    ),
)  # fmt: skip
