"""Approvals: households, runners, merchants; each with its reason, in one list of each."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.responses import Response

from api.console.forms import filled, required
from api.console.page import Here, Page
from api.console.words import WORDS
from api.identity.queries import nicknames
from api.merchants import staff_routes as merchants
from api.merchants.schemas import MerchantDecision, StaffMerchantQuery
from api.people.routes.staff import (
    approve_membership as let_in,
)
from api.people.routes.staff import (
    list_memberships,
)
from api.people.routes.staff import (
    reject_membership as turn_away,
)
from api.people.schemas import MembershipQuery, MembershipRefusal
from api.runners import routes as runners
from api.runners.routes import RunnerQuery
from api.runners.schemas import ApplicationOut, Decision, Reason, RunnerOut

SHOWN_MAX = "100"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Somebody who wants to carry, and what was checked."""

    runner: RunnerOut
    nickname: str
    application: ApplicationOut | None


async def show_approvals(here: Here) -> Response:
    """All that waits at this place; runners and merchants apply to a whole community."""
    return here.show(
        "approvals/approvals.html",
        memberships=await _memberships(here),
        applicants=await _applicants(here) if here.is_whole else [],
        merchants=await _merchants(here) if here.is_whole else [],
        may_decide=here.may("runners_approve"),
        words=WORDS,
    )


async def approve_membership(here: Here, membership_id: UUID) -> Response:
    """Let somebody into a household."""
    await let_in(membership_id, here.session, here.caller, here.parts)
    return here.go("/approvals", done="approved")


async def reject_membership(here: Here, membership_id: UUID) -> Response:
    """Say that they do not live there, and why."""
    body = filled(MembershipRefusal, here.form)
    await turn_away(membership_id, body, here.session, here.caller, here.parts)
    return here.go("/approvals", done="rejected")


async def check_identity(here: Here, runner_id: UUID) -> Response:
    """Note that the card was seen."""
    body = filled(Reason, here.form)
    await runners.check_identity(runner_id, body, here.session, here.caller, here.parts)
    return here.go("/approvals", done="checked")


async def approve_runner(here: Here, runner_id: UUID) -> Response:
    """Let somebody carry."""
    body = filled(Decision, here.form)
    await runners.approve(runner_id, body, here.session, here.caller, here.parts)
    return here.go("/approvals", done="approved")


async def reject_runner(here: Here, runner_id: UUID) -> Response:
    """Refuse an application, and say why."""
    body = filled(Decision, required(here.form, "reason"))
    await runners.reject(runner_id, body, here.session, here.caller, here.parts)
    return here.go("/approvals", done="rejected")


async def approve_merchant(here: Here, merchant_id: UUID) -> Response:
    """Let a shop sell."""
    body = filled(MerchantDecision, here.form)
    await merchants.approve(merchant_id, body, here.session, here.caller, here.parts)
    return here.go("/approvals", done="approved")


async def reject_merchant(here: Here, merchant_id: UUID) -> Response:
    """Refuse a shop, and say why."""
    body = filled(MerchantDecision, required(here.form, "reason"))
    await merchants.reject(merchant_id, body, here.session, here.caller, here.parts)
    return here.go("/approvals", done="rejected")


async def _memberships(here: Here) -> list[Any]:
    query = filled(
        MembershipQuery, {}, place_id=str(here.place_id), state="requested", limit=SHOWN_MAX
    )
    return (await list_memberships(query, here.session, here.caller, here.parts)).items


async def _applicants(here: Here) -> list[Applicant]:
    query = filled(
        RunnerQuery, {}, community_id=str(here.place_id), state="applied", limit=SHOWN_MAX
    )
    found = (await runners.list_runners(query, here.session, here.caller)).items
    names = await nicknames(here.session, user_ids=[runner.id for runner in found])
    return [
        Applicant(
            runner,
            names[runner.id],
            await runners.read_application(runner.id, here.session, here.caller, here.parts)
            if here.may("runners_read_application")
            else None,
        )
        for runner in found
    ]


async def _merchants(here: Here) -> list[Any]:
    query = filled(
        StaffMerchantQuery, {}, community_id=str(here.place_id), state="applied", limit=SHOWN_MAX
    )
    return (await merchants.list_merchants(query, here.session, here.caller, here.parts)).items


_MEMBERSHIP = "/memberships/{membership_id:uuid}"
_RUNNER = "/runners/{runner_id:uuid}"
_MERCHANT = "/merchants/{merchant_id:uuid}"
PAGES = (
    Page(
        "GET",
        "/approvals",
        show_approvals,
        grants=("people_list_memberships", "runners_list_runners", "merchants_list_merchants"),
    ),
    Page(
        "POST",
        f"{_MEMBERSHIP}/approve",
        approve_membership,
        grants=("people_approve_membership",),
    ),
    Page("POST", f"{_MEMBERSHIP}/reject", reject_membership, grants=("people_reject_membership",)),
    Page("POST", f"{_RUNNER}/identity", check_identity, grants=("runners_check_identity",)),
    Page("POST", f"{_RUNNER}/approve", approve_runner, grants=("runners_approve",)),
    Page("POST", f"{_RUNNER}/reject", reject_runner, grants=("runners_reject",)),
    Page("POST", f"{_MERCHANT}/approve", approve_merchant, grants=("merchants_approve",)),
    Page("POST", f"{_MERCHANT}/reject", reject_merchant, grants=("merchants_reject",)),
)
