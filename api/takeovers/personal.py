"""What the table of takeovers holds of people."""

from api.kit.personal import Erase, Person, PersonalTable, Sealed

PERSONAL = (
    PersonalTable(
        "takeovers", "账号并入",
        plain=("id", "user_id", "building_id", "place_path", "state", "person_id", "proof",
               "reason", "asked_at", "decided_at", "decided_by_id", "joins_at", "ended_at",
               "version"),
        sealed=(Sealed("claim_sealed", "takeovers.claim"),),
        people=(Person("申请人", "t.user_id = $1",
                       shows=("building_id", "claim_sealed", "state", "reason", "asked_at",
                              "decided_at", "joins_at", "ended_at"),
                       # The service has ended it before, which forgot what was said (CHECK).
                       erases=(Erase("t.claim_sealed IS NOT NULL",
                                     sets={"claim_sealed": "NULL"}),)),),
        stays="谁何时并入了哪一个登记、由谁认定,只有编号和时间,作为审计。",
    ),
)  # fmt: skip
