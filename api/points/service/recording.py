"""Staff record what they found true of a runner; an entry of the ledger follows.

A record never changes. What was recorded wrongly is taken back by an entry (`reversing`), and what
costs points can be appealed against, which somebody else answers (`appealing`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, malformed
from api.events.log import emit
from api.identity.caller import MANAGERS, STAFF, Caller
from api.kit.crypto import Vault
from api.kit.ids import new_id
from api.people.service.joining import same_household
from api.points.events import RECORD_MADE
from api.points.models import PointsRecord
from api.points.queries import ledger, records
from api.points.rules import RECORD_DAYS, RECORDED_BY_MANAGERS
from api.points.service.appealing import place_path_of
from api.uploads.service import claim

EVIDENCE_COLUMN = "points_records.evidence"


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found true; `severity` of complaints, `minutes` of volunteering."""

    kind: str
    happened_at: datetime
    severity: str | None
    minutes: int | None
    evidence: str
    upload_ids: Sequence[UUID]


async def record(
    session: AsyncSession, *, runner_id: UUID, found: Found, vault: Vault, caller: Caller
) -> PointsRecord:
    """Record it, as staff of the runner's place; complaints and fraud as a manager.

    Raises:
        AppError: role_missing, not_found, malformed_request, not_yet_happened, own_decision,
            upload_unknown.
    """
    roles = MANAGERS if found.kind in RECORDED_BY_MANAGERS else STAFF
    caller.require_anywhere(roles)
    if await ledger.runner_of(session, runner_id=runner_id) is None:
        raise AppError("not_found")
    path = await place_path_of(session, runner_id=runner_id)
    caller.require_there(roles, path)
    _refuse_incomplete(found)
    if found.happened_at > caller.now:
        raise AppError("not_yet_happened")
    if found.happened_at < caller.now - timedelta(days=RECORD_DAYS):
        raise malformed("happened_at", f"more than {RECORD_DAYS} days ago")
    if await same_household(session, a=caller.user_id, b=runner_id):
        raise AppError("own_decision")
    row_id = new_id()
    await claim(
        session, upload_ids=found.upload_ids, owner_id=caller.user_id, purpose="evidence",
        subject_id=row_id, now=caller.now,
    )  # fmt: skip
    row = PointsRecord(
        id=row_id,
        runner_id=runner_id,
        place_path=path,
        kind=found.kind,
        happened_at=found.happened_at,
        severity=found.severity,
        minutes=found.minutes,
        evidence_sealed=vault.seal(found.evidence, column=EVIDENCE_COLUMN, row=row_id),
        recorded_by_id=caller.user_id,
        recorded_at=caller.now,
    )
    await records.add(session, row=row)
    await emit(
        session,
        RECORD_MADE,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        community_id=path[-1],
        runner_id=str(runner_id),
        kind=row.kind,
    )
    return row


def _refuse_incomplete(found: Found) -> None:
    if (found.kind == "complaint.upheld") != (found.severity is not None):
        raise malformed("severity", "of a complaint, and of nothing else")
    if (found.kind == "volunteer.hours") != (found.minutes is not None):
        raise malformed("minutes", "of volunteering, and of nothing else")
