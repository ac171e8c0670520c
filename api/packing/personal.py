"""What the tables of packing hold of people: who packed, and what somebody got."""

from api.kit.personal import Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "packings",
        "配菜",
        plain=(
            "id", "cycle_id", "state", "packer_id", "claimed_at", "packed_at", "refund_fen",
            "kept_back_at", "version",
        ),
        people=(
            Person(
                "下单人",
                "t.id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)",
                shows=("id", "state", "packed_at", "refund_fen", "kept_back_at"),
            ),
            Person("配菜人", "t.packer_id = $1", shows=("id", "claimed_at", "packed_at")),
        ),
        stays="谁在何时配好、退了多少,作为账目。",
    ),
    PersonalTable(
        "packed_lines",
        "实际装袋的商品",
        key=("order_id", "item_id"),
        plain=(
            "order_id", "item_id", "packed_count", "packed_g", "instead_item_id", "instead_count",
            "due_fen", "refund_fen", "lot_ids",
        ),
        people=(
            Person(
                "下单人",
                "t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)",
                shows=("order_id", "item_id", "packed_count", "packed_g", "due_fen", "refund_fen"),
            ),
        ),
        stays="实际数量、重量和金额,作为账目。",
    ),
    PersonalTable(
        "cycle_arrivals",
        "实到数量",
        key=("item_id",),
        plain=("item_id", "there_count", "noted_by_id", "noted_at"),
        people=(Person("登记人", "t.noted_by_id = $1", shows=("item_id", "noted_at")),),
        stays="实到数量,作为账目。",
    ),
    PersonalTable(
        "item_lots",
        "商品所用的批次",
        key=("item_id", "lot_id"),
        plain=("item_id", "lot_id", "noted_by_id", "noted_at"),
        people=(Person("登记人", "t.noted_by_id = $1", shows=("item_id", "lot_id", "noted_at")),),
        stays="哪种商品用了哪个批次,作为食品追溯的记录。",
    ),
    PersonalTable(
        "collections",
        "自提",
        plain=(
            "id", "cycle_id", "state", "begins_at", "ends_at", "wrong_codes", "locked_until",
            "collected_at", "handed_by_id", "how", "version",
        ),
        secret=("code",),
        people=(
            Person(
                "下单人",
                "t.id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)",
                shows=("id", "state", "begins_at", "ends_at", "collected_at"),
            ),
            Person("交出的人", "t.handed_by_id = $1", shows=("id", "collected_at")),
        ),
        stays="何时取走、谁交出的,作为账目。",
    ),
)  # fmt: skip
