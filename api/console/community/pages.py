"""Settings of a community: typed, looked at before and after, then applied with a reason."""

from dataclasses import dataclass
from typing import get_args

import orjson
from starlette.responses import Response

from api.console import queries
from api.console.community import rules
from api.console.forms import filled, made, required, version
from api.console.page import Here, Page
from api.console.words import WORDS
from api.errors import AppError, malformed
from api.identity.caller import MANAGERS
from api.kit.http.versions import read_version
from api.places.routes import (
    begin_emergency,
    change_emergency,
    edit_place,
    end_emergency,
    read_emergency,
    read_place,
)
from api.places.schemas import EmergencyEdit, NewEmergency, PlaceEdit
from api.places.service import community_of_staff
from api.places.settings import CommunitySettings, RunnerCheck, check_settings


@dataclass(frozen=True, slots=True)
class Found:
    """The community as it stands."""

    name: str
    settings: CommunitySettings
    version: int


async def show_settings(here: Here) -> Response:
    """All settings of the community that one works at."""
    found = await _found(here)
    state = await read_emergency(here.place_id, here.session, here.caller)
    return here.show(
        "community/settings.html",
        found=found,
        groups=rules.shown_settings(found.settings),
        steps=rules.shown_steps(found.settings),
        checks={code: WORDS["check_word"][code] for code in get_args(RunnerCheck)},
        emergency=state.emergency,
        words=WORDS,
    )


async def preview(here: Here) -> Response:
    """What a change comes to, before anybody applies it; nothing is written.

    Raises:
        AppError: version_changed, somebody was faster; malformed_request.
    """
    found = await _found(here)
    if read_version(version(here.form)) != found.version:
        raise AppError("version_changed")
    wanted = rules.read_form(here.form, found.settings)
    check_settings(wanted)
    return here.show(
        "community/preview.html",
        found=found,
        changes=rules.changes(found.settings, wanted, checks=WORDS["check_word"]),
        priced=rules.priced(found.settings, wanted),
        touched=await queries.touched(
            here.session, community_id=here.place_id, capacity=wanted.capacity
        ),
        wanted=orjson.dumps(wanted.model_dump(mode="json")).decode(),
    )


async def apply(here: Here) -> Response:
    """Change what was looked at, if nobody changed anything since."""
    await _found(here)
    form = required(here.form, "reason")
    try:
        typed = orjson.loads(form.get("wanted", ""))
    except orjson.JSONDecodeError as error:
        raise malformed("settings", "is no JSON") from error
    body = made(PlaceEdit, settings=typed, reason=form["reason"])
    await edit_place(here.place_id, body, here.session, here.caller, Response(), version(here.form))
    return here.go("/settings", done="settings")


async def begin(here: Here) -> Response:
    """Declare an emergency until a moment."""
    body = filled(NewEmergency, here.form, **_until(here))
    await begin_emergency(here.place_id, body, here.session, here.caller)
    return here.go("/settings", done="emergency")


async def change(here: Here) -> Response:
    """Let it last longer or shorter, or say something else."""
    body = filled(EmergencyEdit, here.form, **_until(here))
    await change_emergency(here.place_id, body, here.session, here.caller)
    return here.go("/settings", done="emergency_changed")


async def end(here: Here) -> Response:
    """It is over."""
    await end_emergency(here.place_id, here.session, here.caller)
    return here.go("/settings", done="emergency_over")


async def _found(here: Here) -> Found:
    """The community, for whoever manages all of it.

    Raises:
        AppError: role_missing, not_found.
    """
    await community_of_staff(
        here.session, place_id=here.place_id, roles=MANAGERS, caller=here.caller
    )
    place = await read_place(here.place_id, here.session, here.caller, Response())
    if place.settings is None:
        raise AppError("not_found")
    return Found(place.name, place.settings, place.version)


def _until(here: Here) -> dict[str, str]:
    """A moment as browsers type it, on clocks in China."""
    typed = here.form.get("until", "")
    return {"ends_at": f"{typed}:00+08:00"}


_EDIT = ("places_edit_place",)
PAGES = (
    Page("GET", "/settings", show_settings, grants=(*_EDIT, "places_begin_emergency")),
    Page("POST", "/settings/preview", preview, grants=_EDIT),
    Page("POST", "/settings", apply, grants=_EDIT),
    Page("POST", "/emergency", begin, grants=("places_begin_emergency",)),
    Page("POST", "/emergency/change", change, grants=("places_change_emergency",)),
    Page("POST", "/emergency/end", end, grants=("places_end_emergency",)),
)
