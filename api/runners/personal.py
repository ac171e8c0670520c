"""What the table of runners holds of people."""

from api.kit.personal import Erase, Keep, Person, PersonalTable

_NOWHERE = {"lat": "NULL", "lng": "NULL", "position_at": "NULL"}

PERSONAL = (
    PersonalTable(
        "runners",
        "骑手",
        plain=(
            "id", "community_id", "state", "tier", "kinds", "shift", "capacity", "load", "version",
            "applied_at", "decided_at",
        ),
        personal=("lat", "lng", "position_at"),
        people=(
            Person(
                "骑手",
                "t.id = $1",
                shows=(
                    "community_id", "state", "tier", "kinds", "shift", "lat", "lng", "position_at",
                    "capacity", "applied_at", "decided_at",
                ),
                erases=(Erase("t.lat IS NOT NULL", sets=_NOWHERE),),
            ),
        ),
        keeps=(
            Keep(
                "骑手最近一次的位置",
                1,
                "t.position_at",
                "行踪属于敏感信息,只在接单时需要",
                left="t.lat IS NOT NULL",
                sets=_NOWHERE,
            ),
        ),
        stays="作为骑手的编号和状态,与订单相连。",
    ),
)  # fmt: skip
