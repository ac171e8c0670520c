"""Events of packing."""

from api.events.registry import declare

PACKING_CLAIMED = declare("packing.claimed")
PACKING_RELEASED = declare("packing.released")
PACKING_PACKED = declare("packing.packed", "refund_fen")
# The first bag of a cycle was claimed.
CYCLE_PACKING = declare("cycle.packing_begun")
# So many pieces of an item came; what is short is shared from now on.
CYCLE_ARRIVED = declare("cycle.item_arrived", "item_id", "there_count")
# Of which lots an item is packed from now on.
CYCLE_LOTS_NOTED = declare("cycle.lots_noted", "item_id", "lot_ids")
