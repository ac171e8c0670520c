"""What is shown of applications and courses."""

from sqlmodel.ext.asyncio.session import AsyncSession

from api.identity.caller import Caller
from api.kit.crypto import Vault, mask_name, mask_phone
from api.places.service import community_of_place
from api.runners import queries
from api.runners.catalogue import training
from api.runners.models import RunnerApplication
from api.runners.rules import missing_checks, required_checks
from api.runners.schemas import ApplicationOut, CourseList, CourseOut
from api.runners.service.checking import checks_done, open_emergency_contact
from api.runners.service.standing import the_runner


async def application_out(
    session: AsyncSession, *, row: RunnerApplication, is_production: bool, vault: Vault
) -> ApplicationOut:
    """An application with what is missing; the contact masked, for whoever looks."""
    runner = await the_runner(session, runner_id=row.id)
    community = await community_of_place(session, place_id=runner.community_id)
    required = required_checks(community.settings.runner_checks, is_production=is_production)
    contact = open_emergency_contact(row, vault=vault)
    return ApplicationOut(
        id=row.id,
        state=runner.state,  # pyright: ignore[reportArgumentType]
        kinds=row.kinds,
        is_adult=row.is_adult,
        health_version=row.health_version,
        consent_version=row.consent_version,
        emergency_contact=contact
        and f"{mask_name(contact.name)} {mask_phone(contact.phone)}({contact.relation})",
        identity_checked_at=row.identity_checked_at,
        missing=missing_checks(await checks_done(session, runner_id=row.id), required),
    )


async def courses_out(session: AsyncSession, *, caller: Caller) -> CourseList:
    """All courses, with what the caller has passed."""
    passed = await queries.courses(session, runner_id=caller.user_id, now=caller.now)
    items = [
        CourseOut(
            name=m.name,
            zh=m.zh,
            en=m.en,
            kinds=list(m.kinds),
            valid_days=m.valid_days,
            passed_until=passed.get(m.name),
        )
        for m in training().modules
    ]
    return CourseList(version=training().version, pass_percent=training().pass_percent, items=items)
