"""Events of merchants, of who works for them, of their products and lots."""

from api.events.registry import declare

MERCHANT_APPLIED = declare("merchant.applied")
MERCHANT_APPROVED = declare("merchant.approved", "reason")
MERCHANT_REJECTED = declare("merchant.rejected", "reason")
MERCHANT_SUSPENDED = declare("merchant.suspended", "reason")
MERCHANT_REINSTATED = declare("merchant.reinstated", "reason")
MERCHANT_WITHDRAWN = declare("merchant.withdrawn")
MERCHANT_CHANGED = declare("merchant.changed", "fields")
MERCHANT_CONTACT_READ = declare("merchant.contact_read", "reason")
MEMBER_FOUNDED = declare("merchant_member.founded", "merchant_id", "role")
MEMBER_INVITED = declare("merchant_member.invited", "merchant_id", "role")
MEMBER_JOINED = declare("merchant_member.joined", "merchant_id", "role")
MEMBER_LAPSED = declare("merchant_member.lapsed", "merchant_id")
MEMBER_ENDED = declare("merchant_member.ended", "merchant_id")
PRODUCT_ADDED = declare("product.added", "merchant_id")
PRODUCT_CHANGED = declare("product.changed", "merchant_id", "fields")
PRODUCT_SHOWN = declare("product.shown", "merchant_id")
PRODUCT_HIDDEN = declare("product.hidden", "merchant_id")
PRODUCT_REMOVED = declare("product.removed", "merchant_id")
LOT_RECORDED = declare("lot.recorded", "merchant_id", "product_id")
# Whoever knows who got of this lot tells them.
LOT_RECALLED = declare("lot.recalled", "merchant_id", "product_id", "reason")
