"""A proof from a stairwell: made without a signal, sent later, judged by a token.

The token is signed for one runner and one job while the phone is online. Whatever the phone claims
counts only inside the token's window; outside of it the delivery still happens, at the server's
time. Where the job has moved on meanwhile the proof is kept for staff. So a late proof is never
lost, and never counts for more than it can show.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.identity.caller import Caller
from api.jobs import queries
from api.jobs.events import JOB_PROOF_JUDGED
from api.jobs.models import Job
from api.jobs.rules import Verdict, judge_late_proof
from api.jobs.service.carrying import deliver
from api.jobs.service.moving import own_job, refuse_unless, tell, the_job
from api.jobs.service.proving import Shown, claim_photos
from api.jobs.service.stating import Said, keep_statement
from api.kit.clock import unix_s
from api.kit.crypto import Vault, same

_PURPOSE = "late-proof"


@dataclass(frozen=True, slots=True)
class Issued:
    """A token, and when it was issued, to the second."""

    token: str
    at: datetime


async def issue_token(
    session: AsyncSession, *, job_id: UUID, vault: Vault, caller: Caller
) -> Issued:
    """A token for a job that the caller carries.

    Raises:
        AppError: not_found, job_moved_on.
    """
    refuse_unless(await own_job(session, job_id=job_id, caller=caller), "deliver")
    issued_unix_s = unix_s(caller.now)
    token = _token(vault, job_id, caller, issued_unix_s=issued_unix_s)
    return Issued(token, datetime.fromtimestamp(issued_unix_s, UTC))


async def prove_late(
    session: AsyncSession,
    *,
    job_id: UUID,
    n: int,
    shown: Shown,
    token: str,
    vault: Vault,
    caller: Caller,
) -> tuple[Job, datetime | None, Literal["moved_on"] | Verdict]:
    """Deliver a stop with a proof that was made earlier; since when it counts, and why.

    Raises:
        AppError: not_found, proof_token_invalid, upload_unknown, and what `carrying.deliver`
            refuses.
    """
    client_at = shown.client_at
    assert client_at is not None
    issued_at = _issued_at(token, vault=vault, job_id=job_id, caller=caller)
    job = await queries.job(session, job_id=job_id, lock=True)
    if issued_at is None:
        is_own = job is not None and job.runner_id == caller.user_id
        raise AppError("proof_token_invalid" if is_own else "not_found")
    stops = await queries.stops(session, job_ids=[job_id])
    stop = next((s for s in stops if s.n == n), None)
    if job is None or stop is None:
        raise AppError("not_found")
    if stop.state == "delivered" and job.runner_id == caller.user_id:
        raise AppError("stop_closed")
    if job.runner_id != caller.user_id or job.state != "picked_up" or stop.state != "pending":
        said = Said(f"{client_at.isoformat()} 送达,{caller.now.isoformat()} 补传")
        statement_id = await keep_statement(
            session, said=said, act="late_proof", reason="moved_on", author_id=caller.user_id,
            order_id=stop.order_id, vault=vault, now=caller.now,
        )  # fmt: skip
        assert statement_id is not None
        await claim_photos(
            session, shown, owner_id=caller.user_id, subject_id=statement_id, now=caller.now
        )
        return job, None, "moved_on"
    proven_at, verdict = judge_late_proof(issued_at=issued_at, client_at=client_at, now=caller.now)
    job = await deliver(
        session, job_id=job_id, n=n, shown=shown, caller=caller, handed_at=proven_at
    )
    await note_proven(
        session, job, n=n, client_at=client_at, proven_at=proven_at, verdict=verdict, caller=caller
    )
    return await the_job(session, job_id=job_id), proven_at, verdict


async def note_proven(
    session: AsyncSession,
    job: Job,
    *,
    n: int,
    client_at: datetime,
    proven_at: datetime,
    verdict: Verdict,
    caller: Caller,
) -> None:
    """Note since when a stop that was just delivered counts as delivered, and why."""
    await queries.set_proven(session, job_id=job.id, n=n, proven_at=proven_at)
    version = await queries.touch(session, job_id=job.id, state=job.state)
    assert version is not None, "the job was locked"
    await tell(
        session, JOB_PROOF_JUDGED, job, version, caller.actor, caller.now,
        stop=n, client_at=client_at.isoformat(), proven_at=proven_at.isoformat(), verdict=verdict,
    )  # fmt: skip


def _token(vault: Vault, job_id: UUID, caller: Caller, *, issued_unix_s: int) -> str:
    text = f"{caller.user_id}|{job_id}|{issued_unix_s}"
    return f"{issued_unix_s}.{vault.sign(text, purpose=_PURPOSE)}"


def _issued_at(token: str, *, vault: Vault, job_id: UUID, caller: Caller) -> datetime | None:
    """When a token for this runner and job was issued; ``None``: it is no such token."""
    digits = token.partition(".")[0]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return None
    if not same(token, _token(vault, job_id, caller, issued_unix_s=int(digits))):
        return None
    return datetime.fromtimestamp(int(digits), UTC)
