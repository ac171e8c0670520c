"""What the tables of dependants hold of people."""

from collections.abc import Mapping

import orjson

from api.kit.personal import Blind, Erase, Person, PersonalTable, Sealed


def _phone(text: str, row: Mapping[str, object]) -> str | None:
    return orjson.loads(text)[2] or None


PERSONAL = (
    PersonalTable(
        "dependants", "代为下单的家人",
        plain=("id", "carer_id", "state", "building_id", "place_path", "cap_fen",
               "kinds", "person_id", "witness_id", "consented_at", "version", "created_at"),
        personal=("label", "floor", "has_lift"),
        sealed=(Sealed("contact_sealed", "dependants.contact",
                       index=Blind("phone_index", "users.phone", text=_phone)),),
        people=(
            Person("照顾人", "t.carer_id = $1",
                   shows=("label", "state", "contact_sealed", "floor", "has_lift", "cap_fen",
                          "kinds", "created_at"),
                   # The service has ended it before, which forgot contact and phone (CHECK).
                   erases=(Erase("t.label <> '' OR t.contact_sealed IS NOT NULL",
                                 sets={"label": "''", "floor": "1", "has_lift": "true",
                                       "contact_sealed": "NULL", "phone_index": "NULL"}),)),
            Person("家人", "t.person_id = $1 OR t.phone_index ="
                   " (SELECT u.phone_index FROM users AS u WHERE u.id = $1)",
                   shows=("state", "contact_sealed", "cap_fen", "kinds", "consented_at")),
        ),
        stays="谁照顾谁、额度和同意的时间,只有编号。",
    ),
    PersonalTable(
        "dependant_wishes", "家人的送货要求",
        plain=("id", "set_by_id", "version", "changed_at"),
        personal=("may_be_called", "leave_at_door", "asks"),
        people=(
            Person("照顾人", "t.id IN (SELECT d.id FROM dependants AS d WHERE d.carer_id = $1)",
                   shows=("may_be_called", "leave_at_door", "asks", "changed_at"),
                   # The service has ended the link before, with which it goes.
                   erases=(Erase("true"),)),
            Person("家人", "t.id IN (SELECT d.id FROM dependants AS d WHERE d.person_id = $1)",
                   shows=("may_be_called", "leave_at_door", "asks", "changed_at")),
        ),
    ),
)  # fmt: skip
