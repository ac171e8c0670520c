"""What the tables of merchants hold of people: who answers for a shop, and who supplied it."""

from api.kit.personal import Erase, Hold, Keep, Person, PersonalTable, Sealed

_DAYS = 1096
# 电子商务法 31: what a platform knows of those who sell on it.
_LAW = Hold("t.withdrawn_at + interval '3 years'", "电子商务法第三十一条:经营者信息保存三年")
_GONE = {
    "contact_sealed": "''", "legal_name": "''", "name": "''", "address": "''", "phone": "''",
    "intro": "''",
}  # fmt: skip
_LEFT = "(octet_length(t.contact_sealed) > 0 OR t.legal_name <> '')"
_LOT_DAYS = 730
_LOT_LAW_TEXT = "食品安全法第六十五条:进货查验记录至少保存六个月,本平台保存两年"
_LOT_LAW = Hold("t.recorded_at + interval '2 years'", _LOT_LAW_TEXT)
_SUPPLIER_LEFT = "octet_length(t.supplier_sealed) > 0"
_OF_OWNER = """t.product_id IN (SELECT p.id FROM products AS p
 JOIN merchants AS m ON m.id = p.merchant_id WHERE m.owner_id = $1)"""

PERSONAL = (
    PersonalTable(
        "merchants",
        "商户",
        plain=(
            "id", "community_id", "place_id", "place_path", "owner_id", "state", "credit_code",
            "lat", "lng", "licence_id", "image_ids", "hours", "busy_until", "version",
            "applied_at", "decided_at", "decided_by_id", "withdrawn_at",
        ),
        # A shop of one person bears their name.
        personal=("name", "legal_name", "address", "phone", "intro"),
        sealed=(Sealed("contact_sealed", "merchants.contact"),),
        people=(
            Person(
                "商户负责人",
                "t.owner_id = $1",
                shows=(
                    "id", "state", "name", "legal_name", "credit_code", "address", "phone",
                    "intro", "contact_sealed", "hours", "applied_at", "decided_at",
                    "withdrawn_at",
                ),
                erases=(Erase(_LEFT, sets=_GONE, hold=_LAW),),
            ),
        ),
        keeps=(
            Keep(
                "已关闭商户的名称、地址和联系人",
                _DAYS,
                "t.withdrawn_at",
                _LAW.why,
                left=_LEFT,
                sets=_GONE,
            ),
        ),
        stays="哪里、何时开过一家店,和它的信用代码。",
    ),
    PersonalTable(
        "merchant_members",
        "商户的店员",
        plain=(
            "id", "merchant_id", "role", "state", "user_id", "expires_at", "invited_by_id",
            "created_at", "joined_at", "ended_at", "version",
        ),
        secret=("code_hash",),
        people=(
            Person(
                "店员",
                "t.user_id = $1",
                shows=("merchant_id", "role", "state", "joined_at", "ended_at"),
            ),
        ),
        stays="何时在哪家店工作。",
    ),
    PersonalTable(
        "products",
        "商品",
        plain=(
            "id", "merchant_id", "state", "name", "category", "unit", "sold_by", "price_fen",
            "per_500g_fen", "weight_g", "intro", "image_ids", "created_at", "version",
        ),
    ),
    PersonalTable(
        "lots",
        "进货批次",
        plain=(
            "id", "product_id", "state", "label", "supplier_name", "origin", "quantity",
            "harvested_on", "arrived_on", "best_before", "certificate_no", "image_ids",
            "recorded_by_id", "recorded_at", "recalled_at", "recalled_by_id", "recall_reason",
            "version",
        ),
        sealed=(Sealed("supplier_sealed", "lots.supplier"),),
        people=(
            Person(
                "商户负责人",
                _OF_OWNER,
                shows=("label", "supplier_name", "supplier_sealed", "origin", "arrived_on"),
                erases=(Erase(_SUPPLIER_LEFT, sets={"supplier_sealed": "''"}, hold=_LOT_LAW),),
            ),
        ),
        keeps=(
            Keep(
                "进货批次的供货人地址和电话",
                _LOT_DAYS,
                "t.recorded_at",
                _LOT_LAW_TEXT,
                left=_SUPPLIER_LEFT,
                sets={"supplier_sealed": "''"},
            ),
        ),
        stays="批次、产地和日期,用于追溯。",
    ),
)  # fmt: skip
