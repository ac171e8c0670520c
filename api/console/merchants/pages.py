"""Merchants: who there is, and one of them with goods, people and what staff may decide."""

from uuid import UUID

from starlette.responses import Response

from api.console.forms import filled, required
from api.console.page import Here, Page
from api.console.words import WORDS
from api.identity.queries import nicknames
from api.merchants import staff_routes as staff
from api.merchants.product_routes import list_products
from api.merchants.product_schemas import ProductQuery
from api.merchants.routes import list_members, read_application
from api.merchants.schemas import MerchantDecision, StaffMerchantQuery


async def show_list(here: Here) -> Response:
    """Merchants of the community, of every state."""
    query = filled(StaffMerchantQuery, here.query, community_id=str(here.place_id))
    page = await staff.list_merchants(query, here.session, here.caller, here.parts)
    return here.show("merchants/list.html", page=page, query=query, words=WORDS)


async def show_merchant(here: Here, merchant_id: UUID) -> Response:
    """One merchant, with all goods and everybody who works there."""
    shop = await read_application(merchant_id, Response(), here.session, here.caller, here.parts)
    asked = filled(ProductQuery, {"cursor": here.query.get("cursor", "")}, shelf="all")
    goods = await list_products(merchant_id, asked, here.session, here.caller, here.parts)
    members = (await list_members(merchant_id, here.session, here.caller)).items
    return here.show(
        "merchants/merchant.html",
        shop=shop,
        goods=goods,
        members=members,
        names=await nicknames(here.session, user_ids=[member.user_id for member in members]),
        words=WORDS,
    )


async def suspend(here: Here, merchant_id: UUID) -> Response:
    """Let a shop sell no more, and say why."""
    body = filled(MerchantDecision, required(here.form, "reason"))
    await staff.suspend(merchant_id, body, here.session, here.caller, here.parts)
    return here.go(f"/merchants/{merchant_id}", done="suspended")


async def reinstate(here: Here, merchant_id: UUID) -> Response:
    """Let a shop sell again, and say why."""
    body = filled(MerchantDecision, required(here.form, "reason"))
    await staff.reinstate(merchant_id, body, here.session, here.caller, here.parts)
    return here.go(f"/merchants/{merchant_id}", done="reinstated")


_ONE = "/merchants/{merchant_id:uuid}"
_READ = ("merchants_read_application", "merchants_list_members")
PAGES = (
    Page("GET", "/merchants", show_list, grants=("merchants_list_merchants",)),
    Page("GET", _ONE, show_merchant, grants=_READ),
    Page("POST", f"{_ONE}/suspend", suspend, grants=("merchants_suspend",)),
    Page("POST", f"{_ONE}/reinstate", reinstate, grants=("merchants_reinstate",)),
)
