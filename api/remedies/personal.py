"""What the tables of making good hold of people: what they reported, what was called back."""

from api.kit.personal import Person, PersonalTable

PERSONAL = (
    PersonalTable(
        "goods_reports",
        "反映的商品问题",
        plain=(
            "id", "community_id", "place_path", "merchant_id", "order_id", "item_id", "state",
            "wrong", "count", "real_g", "asked_fen", "refund_fen", "statement_id",
            "reported_by_id", "reported_at", "decide_by", "decided_at", "version",
        ),
        people=(
            Person(
                "反映人",
                "t.reported_by_id = $1",
                shows=(
                    "order_id", "item_id", "state", "wrong", "count", "real_g", "asked_fen",
                    "refund_fen", "reported_at", "decided_at",
                ),
            ),
        ),
        stays="哪种商品有什么问题、退了多少,作为账目;写的话和照片在说明里。",
    ),
    PersonalTable(
        "recalled_lines",
        "被召回的商品",
        plain=(
            "id", "lot_id", "order_id", "item_id", "state", "refund_fen", "found_at", "version",
        ),
        people=(
            Person(
                "下单人",
                "t.order_id IN (SELECT o.id FROM orders AS o WHERE o.customer_id = $1)",
                shows=("order_id", "item_id", "lot_id", "state", "refund_fen", "found_at"),
            ),
        ),
        stays="哪个订单有被召回的商品、退了多少,作为账目和食品追溯的记录。",
    ),
)  # fmt: skip
