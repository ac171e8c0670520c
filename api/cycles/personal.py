"""What the tables of cycles hold of people: who ordered what, and when it is collected."""

from api.kit.personal import Erase, Keep, Person, PersonalTable

_MINE = "t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)"

PERSONAL = (
    PersonalTable(
        "cycles",
        "买菜接龙",
        plain=(
            "id", "community_id", "place_path", "merchant_id", "title", "state", "scope",
            "opens_at", "closes_at", "delivers_on", "has_delivery", "has_collection",
            "collection_place_id", "fee_fen", "orders_min", "copied_from_id", "created_by_id",
            "created_at", "opened_at", "closed_at", "cancelled_at", "cancelled_why", "is_unwound",
            "version",
        ),
        people=(Person("发起人", "t.created_by_id = $1", shows=("id", "title", "created_at")),),
        stays="接龙的名称、时间和金额,作为账目。",
    ),
    PersonalTable(
        "cycle_items",
        "接龙的商品",
        plain=(
            "id", "cycle_id", "n", "product_id", "name", "unit", "sold_by", "price_fen",
            "per_500g_fen", "weight_g", "stock_count", "left_count", "household_max",
        ),
    ),
    PersonalTable(
        "cycle_slots",
        "自提时段",
        plain=("id", "cycle_id", "begins_at", "ends_at", "capacity_count", "left_count"),
    ),
    PersonalTable(
        "cycle_orders",
        "接龙的订单",
        key=("order_id",),
        plain=(
            "order_id", "cycle_id", "household_id", "building_id", "way", "slot_id", "on_short",
            "returned_at",
        ),
        people=(
            Person("下单人", _MINE, shows=("order_id", "cycle_id", "way", "slot_id", "on_short")),
        ),
        stays="订单属于哪次接龙,作为账目;门牌和联系人在订单里。",
    ),
    PersonalTable(
        "cycle_lines",
        "接龙订单的商品",
        key=("order_id", "item_id"),
        plain=("order_id", "item_id", "count", "paid_fen"),
        people=(Person("下单人", _MINE, shows=("order_id", "item_id", "count", "paid_fen")),),
        stays="商品、数量和金额,作为账目。",
    ),
    PersonalTable(
        "cycle_takings",
        "每户已订的数量",
        key=("item_id", "household_id"),
        plain=("item_id", "household_id", "count", "count_max"),
    ),
    PersonalTable(
        "standing_orders",
        "买菜常订",
        plain=(
            "id", "customer_id", "merchant_id", "community_id", "state", "wishes", "way",
            "on_short", "created_at", "ended_at", "version",
        ),
        people=(
            Person(
                "本人",
                "t.customer_id = $1",
                shows=("id", "merchant_id", "state", "wishes", "way", "on_short", "created_at"),
            ),
        ),
        stays="商品的编号和数量,不含地址和联系人。",
    ),
    PersonalTable(
        "standing_runs",
        "常订的每一次",
        key=("standing_id", "cycle_id"),
        plain=("standing_id", "cycle_id", "order_id", "code"),
    ),
    PersonalTable(
        "cycle_alerts",
        "接龙提醒",
        plain=("id", "user_id", "merchant_id", "created_at"),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("merchant_id", "created_at"),
                erases=(Erase("true"),),
            ),
        ),
    ),
    PersonalTable(
        "cycle_announcements",
        "接龙开始的通知",
        plain=("id", "cycle_id", "user_id", "announced_at"),
        people=(
            Person(
                "本人",
                "t.user_id = $1",
                shows=("cycle_id", "announced_at"),
                erases=(Erase("true"),),
            ),
        ),
        keeps=(
            Keep("通知过谁", 90, "t.announced_at", "和通知本身一样长,之后只留下经过。"),
        ),
    ),
    PersonalTable(
        "stock_changes",
        "库存的调整",
        plain=(
            "id", "item_id", "n", "from_count", "to_count", "reason", "changed_by_id", "changed_at",
        ),
        people=(
            Person(
                "调整人",
                "t.changed_by_id = $1",
                shows=("item_id", "from_count", "to_count", "reason", "changed_at"),
            ),
        ),
        stays="谁在何时把库存从多少改到多少,作为审计。",
    ),
)  # fmt: skip
