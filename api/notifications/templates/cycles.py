"""What people are told about cycles of vegetables; of their own orders the orders tell them."""

from api.notifications.templates.shape import NOBODY, Template

CYCLES: dict[str, tuple[Template, ...]] = {
    "cycle.drafted": NOBODY,
    "cycle.changed": NOBODY,
    "cycle.opened": NOBODY,
    "cycle.cut_off": NOBODY,
    "cycle.closed": NOBODY,
    "cycle.cancelled": NOBODY,
    "cycle.packing_begun": NOBODY,
    "cycle.item_arrived": NOBODY,
    "packing.claimed": NOBODY,
    "packing.released": NOBODY,
    "packing.packed": NOBODY,
}
