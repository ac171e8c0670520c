"""Applying to be a runner, completing the application, having it checked, withdrawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import emit
from api.events.registry import EventKind
from api.identity.caller import Caller
from api.kit.crypto import Vault
from api.places.service import community_of_place
from api.runners import queries
from api.runners.catalogue import statements
from api.runners.events import (
    RUNNER_APPLICATION_CHANGED,
    RUNNER_APPLIED,
    RUNNER_CONTACT_READ,
    RUNNER_IDENTITY_CHECKED,
    RUNNER_WITHDRAWN,
)
from api.runners.models import Runner, RunnerApplication
from api.runners.rules import KINDS
from api.runners.service.checking import (
    EmergencyContact,
    open_emergency_contact,
    seal_emergency_contact,
    the_application,
)
from api.runners.service.permitting import refresh_permission
from api.runners.service.standing import managed_runner, the_runner


@dataclass(frozen=True, slots=True)
class Said:
    """What an applicant says; ``None`` leaves what was said before."""

    kinds: Sequence[str] | None = None
    is_adult: bool | None = None
    # Name and version of each statement agreed to.
    statements: Sequence[tuple[str, str]] = ()
    emergency_contact: EmergencyContact | None = None


async def apply(
    session: AsyncSession,
    *,
    community_id: UUID,
    said: Said,
    vault: Vault,
    caller: Caller,
    is_volunteer: bool = False,
) -> Runner:
    """Apply to run in a community; whoever was rejected or withdrew may apply again.

    A volunteer takes jobs without a fee, and only while an emergency lasts.

    Raises:
        AppError: not_found, already_applied, under_age, statement_outdated.
    """
    community = await community_of_place(session, place_id=community_id)
    before = await queries.runner(session, runner_id=caller.user_id, lock=True)
    from_state = before.state if before else None
    _refuse(said)
    version = await queries.apply(
        session,
        runner_id=caller.user_id,
        community_id=community.id,
        kinds=list(KINDS),
        capacity=community.settings.capacity,
        is_volunteer=is_volunteer,
        now=caller.now,
    )
    if version is None:
        raise AppError("already_applied")
    await _write(session, said=said, vault=vault, caller=caller)
    await emit(
        session,
        RUNNER_APPLIED,
        subject_id=caller.user_id,
        subject_seq=version,
        actor=caller.actor,
        now=caller.now,
        community_id=community.id,
        from_state=from_state,
        to_state="applied",
    )
    return await the_runner(session, runner_id=caller.user_id)


async def change_application(
    session: AsyncSession, *, said: Said, vault: Vault, is_production: bool, caller: Caller
) -> RunnerApplication:
    """Complete or change one's application; another wish takes effect at once.

    Raises:
        AppError: not_found, application_closed, under_age, statement_outdated.
    """
    runner = await queries.runner(session, runner_id=caller.user_id, lock=True)
    if runner is None:
        raise AppError("not_found")
    if runner.state in ("rejected", "withdrawn"):
        raise AppError("application_closed")
    _refuse(said)
    fields = await _write(session, said=said, vault=vault, caller=caller)
    await _tell(session, RUNNER_APPLICATION_CHANGED, runner, caller, fields=fields)
    await refresh_permission(
        session,
        runner_id=runner.id,
        is_production=is_production,
        actor=caller.actor,
        now=caller.now,
    )
    return await the_application(session, runner_id=runner.id)


async def withdraw(session: AsyncSession, *, caller: Caller) -> Runner:
    """Stop being a runner, or take the application back; one may apply again.

    Raises:
        AppError: not_found, runner_has_jobs, decision_made.
    """
    runner = await queries.runner(session, runner_id=caller.user_id, lock=True)
    if runner is None:
        raise AppError("not_found")
    if runner.load:
        raise AppError("runner_has_jobs")
    before = runner.state
    moved = await queries.move(
        session, runner_id=runner.id, event="withdraw", now=caller.now, shift="offline"
    )
    if moved is None:
        raise AppError("decision_made")
    await emit(
        session,
        RUNNER_WITHDRAWN,
        subject_id=runner.id,
        subject_seq=moved.version,
        actor=caller.actor,
        now=caller.now,
        community_id=runner.community_id,
        from_state=before,
        to_state="withdrawn",
    )
    return await the_runner(session, runner_id=runner.id)


async def check_identity(
    session: AsyncSession, *, runner_id: UUID, reason: str, caller: Caller
) -> RunnerApplication:
    """Note that the caller looked at the applicant's papers; once is enough.

    Raises:
        AppError: not_found, role_missing.
    """
    runner = await managed_runner(session, runner_id=runner_id, caller=caller)
    if await queries.check_identity(
        session, runner_id=runner_id, checked_by=caller.user_id, now=caller.now
    ):
        await _tell(session, RUNNER_IDENTITY_CHECKED, runner, caller, reason=reason)
    return await the_application(session, runner_id=runner_id)


async def read_contact(
    session: AsyncSession, *, runner_id: UUID, reason: str, vault: Vault, caller: Caller
) -> EmergencyContact:
    """The emergency contact in full, for who manages; that it was read is kept with the reason.

    Raises:
        AppError: not_found, role_missing.
    """
    runner = await managed_runner(session, runner_id=runner_id, caller=caller)
    row = await the_application(session, runner_id=runner_id)
    contact = open_emergency_contact(row, vault=vault)
    if contact is None:
        raise AppError("not_found", "no emergency contact")
    await _tell(session, RUNNER_CONTACT_READ, runner, caller, reason=reason)
    return contact


def _refuse(said: Said) -> None:
    if said.is_adult is False:
        raise AppError("under_age")
    known = statements()
    for name, version in said.statements:
        if known[name].version != version:
            raise AppError("statement_outdated", f"{name} is now {known[name].version}")


async def _write(session: AsyncSession, *, said: Said, vault: Vault, caller: Caller) -> list[str]:
    """Store what was said; the names of the columns that were written."""
    values: dict[str, Any] = {}
    if said.kinds is not None:
        values["kinds"] = [k for k in KINDS if k in said.kinds]
    if said.is_adult is not None:
        values["is_adult"] = said.is_adult
    for name, version in said.statements:
        values |= {f"{name}_version": version, "stated_at": caller.now}
    if said.emergency_contact is not None:
        values["emergency_contact_sealed"] = seal_emergency_contact(
            said.emergency_contact, runner_id=caller.user_id, vault=vault
        )
    await queries.write_application(session, runner_id=caller.user_id, values=values)
    return sorted(values)


async def _tell(
    session: AsyncSession, kind: EventKind, runner: Runner, caller: Caller, **data: Any
) -> None:
    await emit(
        session,
        kind,
        subject_id=runner.id,
        subject_seq=await queries.touch(session, runner_id=runner.id),
        actor=caller.actor,
        now=caller.now,
        community_id=runner.community_id,
        **data,
    )
