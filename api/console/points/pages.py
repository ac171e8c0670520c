"""Appeals against points: what was taken off and why, what the runner says, the answer."""

from dataclasses import dataclass
from uuid import UUID

from starlette.responses import Response

from api.console.forms import filled, hundredths, version
from api.console.page import Here, Page
from api.console.words import WORDS
from api.identity.queries import nicknames
from api.points.queries import ledger
from api.points.routes import decide_appeal, list_appeals
from api.points.schemas import AppealAnswer, AppealOut, AppealQuery, EntryOut
from api.points.service.knowing import known_rules
from api.points.views import entries_out
from scoring.rules import Rules


@dataclass(frozen=True, slots=True)
class Contested:
    """An appeal beside the entry it is about."""

    appeal: AppealOut
    entry: EntryOut | None
    runner: str


async def show_appeals(here: Here) -> Response:
    """Those that wait for an answer, or those of a state."""
    state = here.query.get("state", "filed")
    query = filled(AppealQuery, {**here.query, "state": state}, place=str(here.place_id))
    page = await list_appeals(query, here.session, here.caller, here.parts)
    rules = await known_rules(here.session)
    names = await nicknames(here.session, user_ids=[a.runner_id for a in page.items])
    contested = [
        Contested(appeal, await _entry(here, appeal.entry_id, rules), names[appeal.runner_id])
        for appeal in page.items
    ]
    return here.show("points/appeals.html", contested=contested, page=page, state=state,
                     states=WORDS["appeal_word"])  # fmt: skip


async def answer(here: Here, appeal_id: UUID) -> Response:
    """Uphold, reduce or reverse, with reasons the runner reads."""
    body = filled(AppealAnswer, here.form, **_left(here))
    await decide_appeal(appeal_id, body, here.session, here.caller, here.parts, version(here.form))
    return here.go("/appeals", done="answered")


def _left(here: Here) -> dict[str, str]:
    """What is left of the deduction, typed in points, in hundredths of one."""
    if here.form.get("outcome") != "reduce":
        return {}
    return {"left_cp": hundredths(here.form.get("left", ""), name="left_cp")}


async def _entry(here: Here, entry_id: UUID | None, rules: Rules) -> EntryOut | None:
    row = None if entry_id is None else await ledger.entry(here.session, entry_id=entry_id)
    if row is None:
        return None
    return entries_out(rules, [row], penalties={}, filed=[], now=here.now)[0]


PAGES = (
    Page("GET", "/appeals", show_appeals, grants=("points_read_appeal", "points_read_ledger")),
    Page("POST", "/appeals/{appeal_id:uuid}", answer, grants=("points_decide_appeal",)),
)
