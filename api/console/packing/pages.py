"""Packing the vegetables of a cycle: what came, which bags, what went into each."""

from collections.abc import Mapping
from uuid import UUID

from starlette.responses import Response

from api.console import queries
from api.console.edge import id_of
from api.console.forms import filled, made
from api.console.page import PACKERS, Here, Page
from api.console.words import WORDS
from api.cycles.routes import list_cycles, read_cycle
from api.cycles.schemas import CycleOut, CycleQuery
from api.cycles.service.seeing import is_run_by, seen_cycle
from api.errors import AppError
from api.merchants.routes import list_mine
from api.packing import routes as packing
from api.packing.schemas import Arrived, LabelsQuery, PackBag, PackingQuery, PutLine, SheetQuery

# The fields of a line on the form of a bag: `count.<item>` and, where it is weighed, `g.<item>`.
_COUNT, _GRAMS = "count.", "g."


async def show_cycles(here: Here) -> Response:
    """Cycles of the community, page by page, or of the shops one works for; the newest first."""
    cycles, cursor = await _cycles(here)
    return here.show("packing/cycles.html", cycles=cycles, next_cursor=cursor,
                     state=here.query.get("state"), states=WORDS["cycle_word"])  # fmt: skip


async def show_cycle(here: Here, cycle_id: UUID) -> Response:
    """How it stands and what was ordered; once it is closed what is to be fetched, and how many
    bags go to which building.
    """
    row = await seen_cycle(here.session, cycle_id=cycle_id, caller=here.caller)
    if not await is_run_by(here.session, row, caller=here.caller):
        raise AppError("role_missing")
    cycle = await read_cycle(cycle_id, here.session, here.caller, Response())
    ordered = await queries.ordered(here.session, cycle_id=cycle_id)
    if cycle.closed_at is None:
        return here.show("packing/still_open.html", cycle=cycle, ordered=ordered)
    picking = await packing.read_picking_list(cycle_id, here.session, here.caller)
    packed = await packing.read_packing_list(
        cycle_id, PackingQuery(), here.session, here.caller, here.parts
    )
    return here.show(
        "packing/cycle.html", cycle=cycle, ordered=ordered, lines=picking.items,
        buildings=packed.buildings,
    )  # fmt: skip


async def show_building(here: Here, cycle_id: UUID, building_id: UUID) -> Response:
    """The bags of one building in walking order, each to be claimed and packed."""
    cycle = await read_cycle(cycle_id, here.session, here.caller, Response())
    found = await packing.read_packing_list(
        cycle_id, PackingQuery(building_id=building_id), here.session, here.caller, here.parts
    )
    building = next(b for b in found.buildings if b.building_id == building_id)
    return here.show("packing/building.html", cycle=cycle, building=building, units=found.units,
                     words=WORDS)  # fmt: skip


async def note_arrival(here: Here, cycle_id: UUID, item_id: UUID) -> Response:
    """Say how many of an item really came."""
    body = filled(Arrived, here.form)
    await packing.note_arrival(cycle_id, item_id, body, here.session, here.caller)
    return here.go(f"/cycles/{cycle_id}", done="arrived")


async def claim(here: Here, cycle_id: UUID, bag_id: UUID) -> Response:
    """Take a bag to pack it."""
    await packing.claim(cycle_id, bag_id, here.session, here.caller)
    return _to_building(here, cycle_id, "claimed", bag_id)


async def release(here: Here, cycle_id: UUID, bag_id: UUID) -> Response:
    """Let somebody else pack it."""
    await packing.release(cycle_id, bag_id, here.session, here.caller)
    return _to_building(here, cycle_id, "released", bag_id)


async def pack(here: Here, cycle_id: UUID, bag_id: UUID) -> Response:
    """Say what went into the bag; what is short follows the buyer's wish."""
    body = made(PackBag, lines=_lines(here.form), answer=here.form.get("answer") or None)
    await packing.pack(cycle_id, bag_id, body, here.session, here.caller)
    return _to_building(here, cycle_id, "packed", bag_id)


async def print_labels(here: Here, cycle_id: UUID) -> Response:
    """The labels of a cycle, or of one building."""
    query = filled(LabelsQuery, here.query)
    return await packing.print_labels(cycle_id, query, here.session, here.caller, here.parts)


async def print_sheet(here: Here, cycle_id: UUID) -> Response:
    """The sheet of one building."""
    query = filled(SheetQuery, here.query)
    return await packing.print_packing_sheet(cycle_id, query, here.session, here.caller, here.parts)


async def print_picking(here: Here, cycle_id: UUID) -> Response:
    """What is to be fetched, on paper."""
    return await packing.print_picking_sheet(cycle_id, here.session, here.caller)


async def _cycles(here: Here) -> tuple[list[CycleOut], str | None]:
    if here.is_whole:
        query = filled(CycleQuery, here.query, community_id=str(here.place_id))
        page = await list_cycles(query, here.session, here.caller)
        return page.items, page.next_cursor
    found: list[CycleOut] = []
    for shop in (await list_mine(here.session, here.caller, here.parts)).items:
        query = filled(CycleQuery, {}, merchant_id=str(shop.id))
        found += (await list_cycles(query, here.session, here.caller)).items
    return found, None


def _lines(form: Mapping[str, str]) -> tuple[PutLine, ...]:
    """What went in, line by line; an empty weight is none."""
    item_ids = [name.removeprefix(_COUNT) for name in form if name.startswith(_COUNT)]
    return tuple(
        filled(
            PutLine,
            {
                "item_id": item_id,
                "packed_count": form[_COUNT + item_id],
                "packed_g": form.get(_GRAMS + item_id, ""),
            },
        )
        for item_id in item_ids
    )


def _to_building(here: Here, cycle_id: UUID, done: str, bag_id: UUID) -> Response:
    building_id = here.form.get("building_id", "")
    path = f"/cycles/{cycle_id}"
    if building_id:
        path += f"/buildings/{id_of(building_id)}"
    response = here.go(path, done=done)
    response.headers["location"] += f"#bag-{bag_id}"
    return response


_ONE = "/cycles/{cycle_id:uuid}"
_BAG = f"{_ONE}/bags/{{bag_id:uuid}}"
_LIST = ("packing_read_packing_list",)
PAGES = (
    Page("GET", "/cycles", show_cycles, grants=("cycles_list_cycles",), also=PACKERS),
    Page("GET", _ONE, show_cycle, grants=("packing_read_picking_list", *_LIST), also=PACKERS),
    Page("GET", f"{_ONE}/buildings/{{building_id:uuid}}", show_building, grants=_LIST,
         also=PACKERS),
    Page("POST", f"{_ONE}/items/{{item_id:uuid}}/arrival", note_arrival,
         grants=("packing_note_arrival",), also=PACKERS),
    Page("POST", f"{_BAG}/claim", claim, grants=("packing_claim",), also=PACKERS),
    Page("POST", f"{_BAG}/release", release, grants=("packing_release",), also=PACKERS),
    Page("POST", f"{_BAG}/pack", pack, grants=("packing_pack",), also=PACKERS),
    Page("GET", f"{_ONE}/labels.pdf", print_labels, grants=("packing_print_labels",),
         also=PACKERS),
    Page("GET", f"{_ONE}/sheet.pdf", print_sheet, grants=("packing_print_packing_sheet",),
         also=PACKERS),
    Page("GET", f"{_ONE}/picking.pdf", print_picking, grants=("packing_print_picking_sheet",),
         also=PACKERS),
)  # fmt: skip
