"""What the tables of quotes, orders and ratings hold of people."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable, Sealed

_DAYS = 1096
_LAW_TEXT = "电子商务法第三十一条:交易信息保存三年"
# What was never paid is no trade; what is disputed waits for its end.
_LAW = Hold(
    "CASE WHEN t.state = 'completed' THEN t.completed_at + interval '3 years'"
    " WHEN t.state = 'cancelled' AND t.activated_at IS NULL THEN t.cancelled_at"
    " WHEN t.state = 'cancelled' THEN t.cancelled_at + interval '3 years' END",
    _LAW_TEXT,
)
_QUOTE_LAW = Hold("t.created_at + interval '3 years 60 days'", _LAW_TEXT)
_WORDS = {"item": "''", "pickup_place": "''", "dropoff_place": "''", "details_sealed": "''"}
_LEFT = "(octet_length(t.details_sealed) > 0 OR t.item <> '')"

PERSONAL = (
    PersonalTable(
        "quotes",
        "报价",
        plain=(
            "id", "user_id", "community_id", "kind", "parts", "fee_fen", "trip_m", "ready_at",
            "due_at", "expires_at", "order_id", "created_at",
        ),
        personal=("asked",),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("kind", "asked", "parts", "fee_fen", "trip_m", "created_at", "expires_at"),
                erases=(
                    Erase("t.order_id IS NULL"),
                    Erase(
                        "t.order_id IS NOT NULL AND t.asked <> '{}'",
                        sets={"asked": "'{}'"},
                        hold=_QUOTE_LAW,
                    ),
                ),
            ),
        ),
        keeps=(
            Keep(
                "没有下单的报价", 1, "t.expires_at", "过期后不再需要", left="t.order_id IS NULL"
            ),
            Keep(
                "报价的地点",
                _DAYS + 60,
                "t.created_at",
                _LAW_TEXT,
                left="t.order_id IS NOT NULL AND t.asked <> '{}'",
                sets={"asked": "'{}'"},
            ),
        ),
    ),
    PersonalTable(
        "orders",
        "订单",
        plain=(
            "id", "number", "community_id", "place_path", "customer_id", "placed_by_id", "payer_id",
            "beneficiary_id", "merchant_id", "quote_id", "kind", "state", "fee_fen", "goods_fen",
            "spent_fen", "at_door", "with_photos", "fee_share_percent", "cancel_until",
            "created_at", "pay_by", "activated_at", "collected_at", "completed_at",
            "cancelled_at", "cancel_reason", "cancel_fault", "cancel_side", "cost_fen",
            "refunded_fen", "version",
        ),
        personal=("item", "pickup_place", "dropoff_place"),
        sealed=(Sealed("details_sealed", "orders.details"),),
        people=(
            Person(
                "下单人",
                "t.customer_id = $1",
                shows=(
                    "id", "number", "kind", "state", "fee_fen", "goods_fen", "spent_fen",
                    "cost_fen", "refunded_fen", "item", "pickup_place", "dropoff_place",
                    "details_sealed", "created_at", "activated_at",
                    "collected_at", "completed_at", "cancelled_at", "cancel_reason", "cancel_fault",
                ),
                erases=(Erase(_LEFT, sets=_WORDS, hold=_LAW),),
                passes="customer_id",
            ),
            Person(
                "代下单或代付的人",
                "t.customer_id <> $1 AND (t.placed_by_id = $1 OR t.payer_id = $1)",
                shows=("id", "number", "kind", "state", "fee_fen", "cost_fen", "created_at"),
            ),
        ),
        keeps=(
            Keep(
                "订单的物品、地点和联系人",
                _DAYS,
                "CASE WHEN t.state IN ('completed', 'cancelled')"
                " THEN coalesce(t.completed_at, t.cancelled_at) END",
                _LAW_TEXT,
                left=_LEFT,
                sets=_WORDS,
            ),
        ),
        stays="订单号、金额和时间,作为账目。",
    ),
    PersonalTable(
        "ratings",
        "评价",
        key=("order_id",),
        plain=("order_id", "runner_id", "stars", "tags", "created_at"),
        people=(
            Person(
                "评价人",
                "t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)",
                shows=("order_id", "stars", "tags", "created_at"),
            ),
            Person("骑手", "t.runner_id = $1", shows=("stars", "tags", "created_at")),
        ),
        stays="星级,不含文字。",
    ),
    PersonalTable(
        "consents",
        "追加金额的询问",
        plain=(
            "id", "order_id", "state", "goods_fen", "extra_fen", "until", "created_at", "version",
        ),
        people=(
            Person(
                "下单人",
                "t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)",
                shows=("order_id", "state", "goods_fen", "extra_fen", "created_at"),
            ),
        ),
        stays="金额和时间,作为账目。",
    ),
    PersonalTable(
        "disputes",
        "申诉",
        plain=(
            "id", "order_id", "opened_by", "side", "reason", "from_state", "left_fen", "opened_at",
            "resolved_at", "resolved_by", "outcome", "resident_fen", "runner_fen", "platform_fen",
            "source",
        ),
        people=(
            Person(
                "申诉人",
                "t.opened_by = $1",
                shows=(
                    "order_id", "side", "reason", "opened_at", "resolved_at", "outcome",
                    "resident_fen",
                ),
            ),
        ),
        stays="原因的代码、金额和时间,作为账目;所写的文字在说明里。",
    ),
    PersonalTable(
        "held_acts",
        "可撤销的操作",
        plain=(
            "id", "order_id", "job_id", "user_id", "act", "state", "due_at", "refused_as",
            "created_at", "version",
        ),
        sealed=(Sealed("body_sealed", "held_acts.body"),),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("order_id", "act", "state", "created_at"),
                # Its own service empties it when the ten seconds are over, as its CHECK asks.
                erases=(
                    Erase(
                        "t.body_sealed IS NOT NULL",
                        sets={"body_sealed": "NULL"},
                        hold=Hold("NULL::timestamptz", "十秒内可以撤销,之后自动清空"),
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip
