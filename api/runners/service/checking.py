"""What of an application is checked, and what is still missing."""

from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.kit.crypto import Vault
from api.runners import queries
from api.runners.catalogue import statements
from api.runners.models import RunnerApplication

CONTACT_COLUMN = "runner_applications.emergency_contact"


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """Whom to call when something happens to the runner."""

    name: str
    phone: str
    relation: str


async def checks_done(session: AsyncSession, *, runner_id: UUID) -> dict[str, bool]:
    """Each check before approval, and whether it is done."""
    row = await the_application(session, runner_id=runner_id)
    said = {"health": row.health_version, "consent": row.consent_version}
    return {
        "identity": await is_identity_known(session, application=row),
        "adult": row.is_adult,
        "statements": all(said[name] == s.version for name, s in statements().items()),
        "emergency_contact": row.emergency_contact_sealed is not None,
    }


async def is_identity_known(session: AsyncSession, *, application: RunnerApplication) -> bool:
    """Whether it is known who the applicant is: today where staff looked at their papers.

    A real name verified elsewhere is to be asked for here, and nowhere else.
    """
    return application.identity_checked_at is not None


async def the_application(session: AsyncSession, *, runner_id: UUID) -> RunnerApplication:
    """The application of a runner.

    Raises:
        AppError: not_found.
    """
    row = await queries.application(session, runner_id=runner_id)
    if row is None:
        raise AppError("not_found")
    return row


def seal_emergency_contact(contact: EmergencyContact, *, runner_id: UUID, vault: Vault) -> bytes:
    """A contact, sealed for one application."""
    text = orjson.dumps([contact.name, contact.phone, contact.relation]).decode()
    return vault.seal(text, column=CONTACT_COLUMN, row=runner_id)


def open_emergency_contact(row: RunnerApplication, *, vault: Vault) -> EmergencyContact | None:
    """The contact of an application, if one was given."""
    if row.emergency_contact_sealed is None:
        return None
    sealed = bytes(row.emergency_contact_sealed)
    return EmergencyContact(*orjson.loads(vault.open(sealed, column=CONTACT_COLUMN, row=row.id)))
