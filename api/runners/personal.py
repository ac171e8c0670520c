"""What the tables of runners hold of people."""

from api.kit.personal import Erase, Keep, Person, PersonalTable, Sealed

_NOWHERE = {"lat": "NULL", "lng": "NULL", "position_at": "NULL"}

PERSONAL = (
    PersonalTable(
        "runners",
        "骑手",
        plain=(
            "id", "community_id", "state", "tier", "kinds", "shift", "capacity", "load", "version",
            "applied_at", "decided_at", "weight_max_g", "fee_max_fen", "floors_max",
            "jobs_day_max", "jobs_day", "jobs_today", "permitted_until", "is_volunteer",
            "work_since", "worked_until", "stretch_s", "day_s", "days_in_row",
            "hours_confirmed_at",
        ),
        personal=("lat", "lng", "position_at"),
        people=(
            Person(
                "骑手",
                "t.id = $1",
                shows=(
                    "community_id", "state", "tier", "kinds", "shift", "lat", "lng", "position_at",
                    "capacity", "weight_max_g", "fee_max_fen", "floors_max", "jobs_day_max",
                    "jobs_day", "jobs_today", "permitted_until", "is_volunteer",
                    "work_since", "worked_until", "stretch_s", "day_s", "days_in_row",
                    "hours_confirmed_at", "applied_at", "decided_at",
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
    PersonalTable(
        "runner_applications", "骑手申请",
        plain=("id", "kinds", "is_adult", "health_version", "consent_version", "stated_at",
               "identity_checked_at", "identity_checked_by"),
        sealed=(Sealed("emergency_contact_sealed", "runner_applications.emergency_contact"),),
        people=(Person("骑手", "t.id = $1",
                       shows=("kinds", "is_adult", "stated_at", "emergency_contact_sealed",
                              "identity_checked_at"),
                       erases=(Erase("t.emergency_contact_sealed IS NOT NULL",
                                     sets={"emergency_contact_sealed": "NULL"}),)),),
        stays="声明过什么、何时核对过证件,不含联系人。",
    ),
    PersonalTable(
        "training_attempts", "培训",
        plain=("id", "runner_id", "module", "version", "score_percent", "taken_at", "valid_until"),
        people=(Person("骑手", "t.runner_id = $1",
                       shows=("module", "version", "score_percent", "taken_at", "valid_until")),),
        stays="何时通过了哪一门培训。",
    ),
)  # fmt: skip
