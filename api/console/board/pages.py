"""邻里喧: what waits for a person's eyes, one text and what is decided about it."""

from uuid import UUID

from starlette.responses import Response

from api.board import staff_routes as staff
from api.board.routes import read_post
from api.board.schemas import Decision, StaffQuery
from api.console.forms import filled, version
from api.console.page import Here, Page
from api.console.words import WORDS
from api.mediation.routes import from_post


async def show_queue(here: Here) -> Response:
    """The queue, the oldest first, and topics that pile up."""
    query = filled(StaffQuery, here.query, place_id=str(here.place_id))
    page = await staff.list_queue(query, here.session, here.caller, here.parts)
    fresh = filled(StaffQuery, {}, place_id=str(here.place_id))
    piles = await staff.list_piles(fresh, here.session, here.caller)
    waiting = [pile for pile in piles.items if pile.state == "raised"]
    return here.show("board/queue.html", page=page, piles=waiting)


async def show_post(here: Here, post_id: UUID) -> Response:
    """One text with its reports."""
    reports = await staff.list_reports(post_id, here.session, here.caller, here.parts)
    post = await read_post(post_id, Response(), here.session, here.caller, here.parts)
    return here.show("board/post.html", post=post, reports=reports.items, words=WORDS)


async def publish(here: Here, post_id: UUID) -> Response:
    """Show the text that was seen to everybody."""
    await staff.publish(post_id, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/posts/{post_id}", done="published")


async def reject(here: Here, post_id: UUID) -> Response:
    """Do not show it, and say why."""
    body = filled(Decision, here.form)
    await staff.reject(post_id, body, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/posts/{post_id}", done="refused")


async def hide(here: Here, post_id: UUID) -> Response:
    """Hide what is shown, and say why."""
    body = filled(Decision, here.form)
    await staff.hide(post_id, body, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/posts/{post_id}", done="hidden")


async def keep(here: Here, post_id: UUID) -> Response:
    """Its reports are unfounded."""
    await staff.keep(post_id, here.session, here.caller, here.parts, version(here.form))
    return here.go(f"/posts/{post_id}", done="kept")


async def mediate(here: Here, post_id: UUID) -> Response:
    """Make a case of a quarrel; the post shows a word of it only."""
    await from_post(post_id, here.session, here.caller, here.parts)
    return here.go(f"/posts/{post_id}", done="case")


_ONE = "/posts/{post_id:uuid}"
PAGES = (
    Page("GET", "/posts", show_queue, grants=("board_list_queue", "board_list_piles")),
    Page("GET", _ONE, show_post, grants=("board_read_post", "board_list_reports")),
    Page("POST", f"{_ONE}/publish", publish, grants=("board_publish",)),
    Page("POST", f"{_ONE}/reject", reject, grants=("board_reject",)),
    Page("POST", f"{_ONE}/hide", hide, grants=("board_hide",)),
    Page("POST", f"{_ONE}/keep", keep, grants=("board_keep",)),
    Page("POST", f"{_ONE}/case", mediate, grants=("mediation_from_post",)),
)
