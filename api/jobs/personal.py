"""What the tables of jobs and stops hold of people."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable, Sealed

# By the index of stops, not by a scan of all jobs.
_OF_CUSTOMER = """t.id IN (SELECT s.job_id FROM stops AS s JOIN orders AS o ON o.id = s.order_id
 WHERE o.customer_id = $1)"""
_STOPS_OF_CUSTOMER = "t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)"
_LIVE = Hold(
    "t.closed_at + interval '7 days'", "订单还没结束,或仍在可以申诉的七天内:送货和处理纠纷需要"
)
_LAW_TEXT = "电子商务法第三十一条:交易信息保存三年"
_LAW = Hold("t.closed_at + interval '3 years'", _LAW_TEXT)
_CONTACT_DAYS, _TRADE_DAYS = 30, 1096
_JOB_SPOTS = {
    "pickup_place": "''",
    "dropoff_place": "''",
    "pickup_lat": "round(t.pickup_lat::numeric, 2)::float8",
    "pickup_lng": "round(t.pickup_lng::numeric, 2)::float8",
    "dropoff_lat": "round(t.dropoff_lat::numeric, 2)::float8",
    "dropoff_lng": "round(t.dropoff_lng::numeric, 2)::float8",
    "pickup_xy": "point(0, 0)",
}
_STOP_LEFT = "(octet_length(t.contact_sealed) > 0 OR t.details_sealed IS NOT NULL)"
_STOP_WORDS = {"contact_sealed": "''", "details_sealed": "NULL"}
_STOP_SPOT = {
    "place": "''",
    "lat": "round(t.lat::numeric, 2)::float8",
    "lng": "round(t.lng::numeric, 2)::float8",
    "floor": "1",
    "has_lift": "true",
}

PERSONAL = (
    PersonalTable(
        "jobs",
        "任务",
        plain=(
            "id", "community_id", "place_path", "kind", "state", "requester_id", "runner_id",
            "is_shared", "load", "weight_g", "floors_no_lift", "weather", "fee_fen",
            "advance_fen", "trip_m", "pickup_proof", "wrong_codes", "locked_until", "opens_at",
            "ready_at", "due_at", "expires_at", "accepted_at", "accept_distance_m", "arrived_at",
            "picked_up_at", "closed_at", "version", "created_at",
        ),
        personal=(
            "pickup_place", "pickup_lat", "pickup_lng", "pickup_xy", "dropoff_place",
            "dropoff_lat", "dropoff_lng", "hall_card", "hall_facts",
        ),
        sealed=(Sealed("pickup_contact_sealed", "jobs.pickup_contact"),),
        secret=("pickup_code",),
        people=(
            Person(
                "下单人",
                _OF_CUSTOMER,
                shows=(
                    "id", "kind", "state", "fee_fen", "weight_g", "pickup_place", "pickup_lat",
                    "pickup_lng", "pickup_contact_sealed", "dropoff_place", "dropoff_lat",
                    "dropoff_lng", "accepted_at", "picked_up_at", "closed_at", "created_at",
                ),
                erases=(
                    Erase(
                        "octet_length(t.pickup_contact_sealed) > 0",
                        sets={"pickup_contact_sealed": "''"},
                        hold=_LIVE,
                    ),
                    Erase("t.pickup_place <> ''", sets=_JOB_SPOTS, hold=_LAW),
                ),
                passes="requester_id",
            ),
            Person(
                "骑手",
                "t.runner_id = $1",
                shows=(
                    "id", "kind", "state", "fee_fen", "load", "weight_g", "trip_m", "accepted_at",
                    "accept_distance_m", "arrived_at", "picked_up_at", "closed_at",
                ),
            ),
        ),
        keeps=(
            Keep(
                "取货联系人",
                _CONTACT_DAYS,
                "t.closed_at",
                "处理刚结束的单的问题",
                left="octet_length(t.pickup_contact_sealed) > 0",
                sets={"pickup_contact_sealed": "''"},
            ),
            Keep(
                "取送地点",
                _TRADE_DAYS,
                "t.closed_at",
                _LAW_TEXT,
                left="t.pickup_place <> ''",
                sets=_JOB_SPOTS,
            ),
        ),
        stays="任务的编号、时间和金额。",
    ),
    PersonalTable(
        "stops",
        "送货点",
        key=("job_id", "n"),
        plain=(
            "job_id", "n", "order_id", "beneficiary_id", "state", "wrong_codes",
            "locked_until", "fail_reason", "proof", "closed_at", "proven_at", "at_door",
            "with_photos", "spent_fen", "person_id", "weight_g", "stairs_fen", "kept_back_at",
        ),
        personal=("place", "lat", "lng", "floor", "has_lift"),
        sealed=(
            Sealed("contact_sealed", "stops.contact.{n}", row="job_id"),
            Sealed("details_sealed", "stops.details.{n}", row="job_id"),
        ),
        secret=("receipt_code",),
        people=(
            Person(
                "下单人",
                _STOPS_OF_CUSTOMER,
                shows=(
                    "job_id", "n", "state", "place", "lat", "lng", "floor", "has_lift",
                    "contact_sealed", "details_sealed", "fail_reason", "proof", "closed_at",
                ),
                erases=(
                    Erase(
                        _STOP_LEFT,
                        sets=_STOP_WORDS,
                        hold=_LIVE,
                    ),
                    Erase("t.place <> ''", sets=_STOP_SPOT, hold=_LAW),
                ),
                passes="person_id",
            ),
        ),
        keeps=(
            Keep(
                "收货联系人和要做的事",
                _CONTACT_DAYS,
                "t.closed_at",
                "处理刚结束的单的问题",
                left=_STOP_LEFT,
                sets=_STOP_WORDS,
            ),
            Keep(
                "送货地点",
                _TRADE_DAYS,
                "t.closed_at",
                _LAW_TEXT,
                left="t.place <> ''",
                sets=_STOP_SPOT,
            ),
        ),
    ),
    PersonalTable(
        "statements",
        "说明",
        plain=("id", "order_id", "author_id", "act", "reason", "created_at"),
        sealed=(Sealed("text_sealed", "statements.text"),),
        people=(
            Person(
                "写的人",
                "t.author_id = $1",
                shows=("order_id", "act", "reason", "text_sealed", "created_at"),
                erases=(
                    Erase(
                        "octet_length(t.text_sealed) > 0",
                        sets={"text_sealed": "''"},
                        hold=Hold("t.created_at + interval '3 years'", _LAW_TEXT),
                    ),
                ),
            ),
        ),
        keeps=(
            Keep(
                "说明的文字",
                _TRADE_DAYS,
                "t.created_at",
                _LAW_TEXT,
                left="octet_length(t.text_sealed) > 0",
                sets={"text_sealed": "''"},
            ),
        ),
        stays="原因的代码和时间。",
    ),
    PersonalTable(
        "promised_hours",
        "各时段用时",
        key=("community_id", "hour"),
        plain=("community_id", "hour", "samples", "median_s", "at"),
    ),
    PersonalTable(
        "visit_times",
        "各处取送用时",
        key=("community_id", "act", "kind", "spot"),
        plain=("community_id", "act", "kind", "spot", "samples", "median_s", "at"),
    ),
)  # fmt: skip
