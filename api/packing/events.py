"""Events of packing."""

from api.events.registry import declare

PACKING_CLAIMED = declare("packing.claimed")
PACKING_RELEASED = declare("packing.released")
PACKING_PACKED = declare("packing.packed", "refund_fen")
# Goods of a lot that is called back are in it; and they are out.
PACKING_KEPT_BACK = declare("packing.kept_back")
PACKING_TAKEN_OUT = declare("packing.taken_out")
# The first bag of a cycle was claimed.
CYCLE_PACKING = declare("cycle.packing_begun")
# So many pieces of an item came; what is short is shared from now on.
CYCLE_ARRIVED = declare("cycle.item_arrived", "item_id", "there_count")
# Of which lots an item is packed from now on.
CYCLE_LOTS_NOTED = declare("cycle.lots_noted", "item_id", "lot_ids")
# Bags may leave and be fetched from now on.
CYCLE_DELIVERING = declare("cycle.delivery_begun")
CYCLE_BUILDING_LEFT = declare("cycle.building_left", "building_id", "job_ids")
# Every order of it is final.
CYCLE_COMPLETED = declare("cycle.completed")
COLLECTION_READY = declare("collection.ready")
COLLECTION_COLLECTED = declare("collection.collected", "how")
COLLECTION_LAPSED = declare("collection.lapsed")
