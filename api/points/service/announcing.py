"""New rules: announced seven days ahead, and every runner told what they would have changed.

Nothing can take effect earlier: a version begins where its text says, its text is refused where
that is too soon, and the table refuses it again.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import SYSTEM, emit
from api.identity.caller import Caller
from api.kit.clock import unix_s
from api.kit.ids import new_id
from api.points.events import NOTICE_MADE, RULES_ANNOUNCED
from api.points.models import PointsNotice, PointsRules
from api.points.queries import announced
from api.points.service.knowing import known_rules
from api.points.service.standing import compared
from scoring.rules import load_rules
from scoring.rules.loading import NOTICE_DAYS
from scoring.types import ScoringError


async def announce(session: AsyncSession, *, text: str, caller: Caller) -> PointsRules:
    """Announce a version of the rules for everybody, to take effect when its text says.

    Raises:
        AppError: role_missing, rules_malformed, rules_too_soon, rules_taken.
    """
    caller.require(("admin",), ())
    try:
        (version,) = load_rules(text).versions
    except ScoringError as error:
        raise AppError("rules_malformed", str(error)) from error
    effective_from = datetime.fromtimestamp(version.effective_from, UTC)
    if effective_from < caller.now + timedelta(days=NOTICE_DAYS):
        raise AppError("rules_too_soon")
    known = await known_rules(session)
    # The rules of a time that is announced already stay as announced.
    if known.latest.effective_from >= version.effective_from:
        raise AppError("rules_taken")
    row = PointsRules(
        id=new_id(),
        version=version.version,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        announced_at=caller.now,
        effective_from=effective_from,
        announced_by_id=caller.user_id,
    )
    if any(each.version == version.version for each in known.versions) or not await announced.add(
        session, row=row
    ):
        raise AppError("rules_taken")
    await emit(
        session,
        RULES_ANNOUNCED,
        subject_id=row.id,
        subject_seq=1,
        actor=caller.actor,
        now=caller.now,
        version=row.version,
        effective_from=effective_from.isoformat(),
    )
    return row


async def tell_runner(session: AsyncSession, *, runner_id: UUID, now: datetime) -> bool:
    """Tell a runner what each version still to come makes of their last days, once each."""
    told = await announced.told(session, runner_id=runner_id)
    known = await known_rules(session)
    new = [v for v in known.versions if v.effective_from > unix_s(now) and v.version not in told]
    for version in new:
        since, found = await compared(session, runner_id=runner_id, other=version, now=now)
        row = PointsNotice(
            id=new_id(),
            version=version.version,
            runner_id=runner_id,
            since=since,
            before_cp=found.points_before.total,
            after_cp=found.points_after.total,
            quality_before=found.quality_before.mean,
            quality_after=found.quality_after.mean,
            told_at=now,
        )
        await announced.add_notice(session, row=row)
        await emit(
            session,
            NOTICE_MADE,
            subject_id=row.id,
            subject_seq=1,
            actor=SYSTEM,
            now=now,
            runner_id=str(runner_id),
            version=version.version,
            effective_from=datetime.fromtimestamp(version.effective_from, UTC).isoformat(),
            before_cp=row.before_cp,
            after_cp=row.after_cp,
        )
    return bool(new)
