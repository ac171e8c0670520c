"""Runners: who there is, and one of them with points, appeals, findings and what was decided."""

from uuid import UUID

from starlette.responses import Response

from api.console import queries
from api.console.edge import id_of
from api.console.forms import filled, required, version
from api.console.page import Here, Page
from api.console.words import WORDS
from api.identity.queries import nicknames
from api.kit.pagination import PageQuery
from api.points.merit_schemas import FindingAnswer, FindingQuery
from api.points.routes import list_appeals, read_ledger, read_points, reverse_entry
from api.points.schemas import AppealQuery, ReversalIn
from api.points.staff_routes import decide_finding, list_findings
from api.runners import routes as runners
from api.runners.routes import RunnerQuery
from api.runners.schemas import Decision, RunnerOut, TierEdit
from api.runners.service.standing import managed_runner

PAST_MAX = 30


async def show_list(here: Here) -> Response:
    """Runners of the community, by state, shift and tier; those who may work where nothing else is
    asked for.
    """
    asked = {"state": "approved", **here.query}
    query = filled(RunnerQuery, asked, community_id=str(here.place_id))
    page = await runners.list_runners(query, here.session, here.caller)
    names = await nicknames(here.session, user_ids=[runner.id for runner in page.items])
    return here.show("runners/list.html", page=page, query=query, names=names, words=WORDS)


async def show_runner(here: Here, runner_id: UUID) -> Response:
    """One runner: at work, points with why, appeals, findings, shifts and decisions."""
    row = await managed_runner(here.session, runner_id=runner_id, caller=here.caller, lock=False)
    ledger = filled(PageQuery, {"cursor": here.query.get("cursor", "")})
    place, runner = str(row.community_id), str(runner_id)
    appeals = filled(AppealQuery, {}, place=place, runner=runner)
    findings = filled(FindingQuery, {}, place_id=place, runner_id=runner)
    # The service shows points of those who may carry only.
    is_shown = row.state == "approved"
    return here.show(
        "runners/runner.html",
        runner=RunnerOut.model_validate(row),
        name=(await nicknames(here.session, user_ids=[runner_id]))[runner_id],
        points=await read_points(runner_id, here.session, here.caller) if is_shown else None,
        ledger=await read_ledger(runner_id, ledger, here.session, here.caller)
        if is_shown
        else None,
        appeals=(await list_appeals(appeals, here.session, here.caller, here.parts)).items,
        findings=(await list_findings(findings, here.session, here.caller)).items,
        past=await queries.past_of_runner(here.session, runner_id=runner_id, limit=PAST_MAX),
        words=WORDS,
    )


async def suspend(here: Here, runner_id: UUID) -> Response:
    """Let somebody carry no more, and say why."""
    body = filled(Decision, required(here.form, "reason"))
    await runners.suspend(runner_id, body, here.session, here.caller, here.parts)
    return here.go(f"/runners/{runner_id}", done="suspended")


async def reinstate(here: Here, runner_id: UUID) -> Response:
    """Let somebody carry again, and say why."""
    body = filled(Decision, required(here.form, "reason"))
    await runners.reinstate(runner_id, body, here.session, here.caller, here.parts)
    return here.go(f"/runners/{runner_id}", done="reinstated")


async def set_tier(here: Here, runner_id: UUID) -> Response:
    """Give another tier, and say why."""
    body = filled(TierEdit, here.form)
    await runners.set_tier(runner_id, body, here.session, here.caller, here.parts)
    return here.go(f"/runners/{runner_id}", done="tier")


async def reverse(here: Here, runner_id: UUID) -> Response:
    """Take back an entry that was recorded by mistake."""
    body = filled(ReversalIn, here.form)
    await reverse_entry(id_of(here.form.get("entry_id", "")), body, here.session, here.caller)
    return here.go(f"/runners/{runner_id}", done="reversed")


async def decide(here: Here, runner_id: UUID) -> Response:
    """Say what was found where the system saw something odd."""
    body = filled(FindingAnswer, here.form)
    finding_id = id_of(here.form.get("finding_id", ""))
    await decide_finding(finding_id, body, here.session, here.caller, version(here.form))
    return here.go(f"/runners/{runner_id}", done="finding")


_ONE = "/runners/{runner_id:uuid}"
_READ = ("runners_read_application", "points_read_points", "points_read_ledger",
         "points_list_findings")  # fmt: skip
PAGES = (
    Page("GET", "/runners", show_list, grants=("runners_list_runners",)),
    Page("GET", _ONE, show_runner, grants=_READ),
    Page("POST", f"{_ONE}/suspend", suspend, grants=("runners_suspend",)),
    Page("POST", f"{_ONE}/reinstate", reinstate, grants=("runners_reinstate",)),
    Page("POST", f"{_ONE}/tier", set_tier, grants=("runners_set_tier",)),
    Page("POST", f"{_ONE}/reverse", reverse, grants=("points_reverse_entry",)),
    Page("POST", f"{_ONE}/finding", decide, grants=("points_decide_finding",)),
)
