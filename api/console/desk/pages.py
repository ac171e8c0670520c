"""The first page: what waits, and who is where at this moment, as the line tells it."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from api.console import queries
from api.console.page import Here, Page
from api.console.plan import Spot, sheet_around
from api.console.queries import Building, LiveJob, LiveRunner
from api.identity.caller import STAFF
from api.live.service import open_ticket
from api.places.service import community_of_place, place_of_staff


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something on the plan, and where."""

    what: Building | LiveJob | LiveRunner
    spot: Spot


async def show_desk(here: Here) -> Response:
    """The page whole; who has no place here is led to what they pack."""
    if here.workplace is None:
        return here.go("/cycles")
    waiting = await queries.waiting(here.session, place_id=here.place_id)
    return here.show("desk/desk.html", waiting=waiting, **await _live(here))


async def show_now(here: Here) -> Response:
    """The part that changes, asked for when the line tells of something."""
    return here.show("desk/now.html", **await _live(here))


async def open_line(here: Here) -> Response:
    """A ticket for the line, as the cookie of the console opens nothing else."""
    return JSONResponse({"ticket": await open_ticket(here.session, caller=here.caller)})


async def _live(here: Here) -> dict[str, Any]:
    """Jobs that wait or are on their way, runners at work, and the plan of both.

    A grid worker sees the jobs of the grid; runners belong to the whole community.
    """
    place = await place_of_staff(
        here.session, place_id=here.place_id, roles=STAFF, caller=here.caller
    )
    community = await community_of_place(here.session, place_id=place.id)
    jobs = await queries.live_jobs(
        here.session, community_id=community.id, place_id=place.id, now=here.now
    )
    runners = (
        await queries.live_runners(here.session, community_id=community.id)
        if place.id == community.id
        else []
    )
    buildings = await queries.buildings(here.session, place_id=place.id)
    at = [r for r in runners if r.lat is not None and r.lng is not None]
    sheet = sheet_around(
        place.lat,
        place.lng,
        radius_m=round(community.settings.radius_m),
        points=[(t.lat, t.lng) for t in (*buildings, *jobs, *at)],  # pyright: ignore[reportArgumentType]
    )

    def drawn(things: list[Any]) -> list[Drawn]:
        return [Drawn(thing, sheet.spot(thing.lat, thing.lng)) for thing in things]

    return {
        "community": community,
        "jobs": jobs,
        "runners": runners,
        "sheet": sheet,
        "plan": {"buildings": drawn(buildings), "jobs": drawn(jobs), "runners": drawn(at)},
    }


_SEEN = ("orders_read_order", "jobs_track")
PAGES = (
    # A packer is led on to what they pack.
    Page("GET", "/", show_desk, grants=_SEEN, also=("merchant_staff",)),
    Page("GET", "/now", show_now, grants=_SEEN, is_polled=True),
    Page("POST", "/line", open_line, grants=_SEEN, is_polled=True),
)
