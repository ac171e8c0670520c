"""What staff do about a cycle: begin it, cut it off, call it off, say how much there is."""

from uuid import UUID

from starlette.responses import Response

from api.console.forms import filled
from api.console.page import Here, Page
from api.cycles.routes import cancel, close_now, open_now, restock
from api.cycles.schemas import StockIn


async def begin(here: Here, cycle_id: UUID) -> Response:
    """Take orders from now on."""
    await open_now(cycle_id, here.session, here.caller)
    return here.go(f"/cycles/{cycle_id}", done="opened")


async def cut_off(here: Here, cycle_id: UUID) -> Response:
    """Take no more orders; it closes once the last payment is known."""
    await close_now(cycle_id, here.session, here.caller)
    return here.go(f"/cycles/{cycle_id}", done="cut_off")


async def call_off(here: Here, cycle_id: UUID) -> Response:
    """Cancel it; everybody is given all their money back."""
    await cancel(cycle_id, here.session, here.caller)
    return here.go(f"/cycles/{cycle_id}", done="called_off")


async def set_stock(here: Here, cycle_id: UUID, item_id: UUID) -> Response:
    """Say how many of an item there are in all."""
    body = filled(StockIn, here.form)
    await restock(cycle_id, item_id, body, here.session, here.caller)
    return here.go(f"/cycles/{cycle_id}", done="stock")


_ONE = "/cycles/{cycle_id:uuid}"
PAGES = (
    Page("POST", f"{_ONE}/open", begin, grants=("cycles_open_now",)),
    Page("POST", f"{_ONE}/close", cut_off, grants=("cycles_close_now",)),
    Page("POST", f"{_ONE}/cancel", call_off, grants=("cycles_cancel",)),
    Page("POST", f"{_ONE}/items/{{item_id:uuid}}/stock", set_stock, grants=("cycles_restock",)),
)
