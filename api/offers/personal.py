"""What the tables of offers hold of people: to whom what was offered, and what they said."""

from api.kit.personal import Erase, Keep, Person, PersonalTable

_ROUND_DAYS = 30

PERSONAL = (
    PersonalTable(
        "offers",
        "派单",
        plain=(
            "id", "community_id", "runner_id", "run", "state", "reason", "pickup_at", "done_at",
            "made_at", "until", "ended_at", "version",
        ),
        people=(
            Person(
                "骑手",
                "t.runner_id = $1",
                shows=("state", "reason", "pickup_at", "made_at", "until", "ended_at"),
            ),
        ),
        stays="给谁派过单、是否接受,作为派单是否公平的依据;不影响积分。",
    ),
    PersonalTable(
        "offer_jobs",
        "派单的任务",
        key=("offer_id", "job_id"),
        plain=("offer_id", "job_id", "runner_id", "nth", "turn", "distance_m", "is_live"),
        people=(Person("骑手", "t.runner_id = $1", shows=("job_id", "nth", "distance_m")),),
        stays="给谁派过哪一单。",
    ),
    PersonalTable(
        "dispatch_weights",
        "派单权重",
        key=("runner_id",),
        plain=("runner_id", "community_id", "at"),
        personal=("quality", "fairness"),
        people=(
            Person(
                "骑手",
                "t.runner_id = $1",
                shows=("quality", "fairness", "at"),
                erases=(Erase("true"),),
            ),
        ),
        keeps=(Keep("派单权重", 30, "t.at", "每小时重新计算,停止跑腿后不再需要"),),
    ),
    PersonalTable(
        "dispatch_turns", "派单轮次", key=("community_id",), plain=("community_id", "n", "next_at")
    ),
    PersonalTable(
        "dispatch_rounds",
        "派单记录",
        key=("community_id", "n"),
        plain=("community_id", "n", "at", "jobs", "runners", "offers", "took_ms", "objective"),
        keeps=(
            Keep("每轮派单的统计", _ROUND_DAYS, "t.at", "只为查看派单是否正常,不涉及个人"),
        ),
    ),
)  # fmt: skip
