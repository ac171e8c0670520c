"""What must always hold of merchants, their people, products and lots."""

from api.kit.invariants import Invariant, moves_recorded
from api.merchants.states import LOT, MEMBER, MERCHANT, PRODUCT

INVARIANTS = (
    *moves_recorded(("MC1", "MC2", "MC3"), MERCHANT, "merchants"),
    *moves_recorded(("MC4", "MC5", "MC6"), MEMBER, "merchant_members"),
    *moves_recorded(("MC7", "MC8", "MC9"), PRODUCT, "products"),
    *moves_recorded(("MC10", "MC11", "MC12"), LOT, "lots"),
    Invariant(
        "MC13",
        "every merchant has its owner at work",
        """
SELECT m.id FROM merchants AS m
WHERE NOT EXISTS (SELECT 1 FROM merchant_members AS w WHERE w.merchant_id = m.id
    AND w.state = 'active' AND w.role = 'owner' AND w.user_id = m.owner_id)
""",
    ),
    Invariant(
        "MC14",
        "whoever works for an approved merchant holds the role at its community",
        """
SELECT w.id FROM merchant_members AS w
JOIN merchants AS m ON m.id = w.merchant_id JOIN users AS u ON u.id = w.user_id
WHERE w.state = 'active' AND m.state = 'approved' AND u.state <> 'closed'
  AND NOT EXISTS (SELECT 1 FROM grants AS g WHERE g.user_id = w.user_id
    AND g.role = 'merchant_staff' AND g.place_id = m.community_id AND g.revoked_at IS NULL)
""",
    ),
)
