"""Proving a pickup or a delivery: what a kind asks for must be shown, and be right."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError, FieldError
from api.jobs.details import ParcelDetails, open_details
from api.jobs.models import Job, Stop
from api.kinds import KINDS, Part
from api.kit.crypto import Vault
from api.uploads.service import claim


@dataclass(frozen=True, slots=True)
class Shown:
    """What a runner shows at one step; ``client_at`` is the phone's time."""

    code: str | None = None
    parcel_codes: tuple[str, ...] = ()
    photo_ids: tuple[UUID, ...] = ()
    spent_fen: int | None = None
    client_at: datetime | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """What of it is there, in a fixed order."""
        given: dict[Part, bool] = {
            "code": self.code is not None,
            "parcel_codes": bool(self.parcel_codes),
            "photo_ids": bool(self.photo_ids),
            "spent_fen": self.spent_fen is not None,
        }
        return tuple(part for part, is_given in given.items() if is_given)

    @property
    def label(self) -> str:
        """What was shown, in one word for events; ``none`` where nothing was asked for."""
        return "+".join(self.parts) or "none"

    def as_data(self, *, now: datetime) -> dict[str, Any]:
        """As it is stored: codes are not, for they have done their work."""
        return {
            "kind": self.label,
            "at": now.isoformat(),
            "client_at": self.client_at.isoformat() if self.client_at else None,
            "photo_ids": [str(p) for p in self.photo_ids],
            "spent_fen": self.spent_fen,
        }

    def as_json(self, *, now: datetime) -> str:
        """The same, as text."""
        return orjson.dumps(self.as_data(now=now)).decode()


def pickup_parts(job: Job, stops: list[Stop]) -> tuple[Part, ...]:
    """What must be shown at the pickup: what the kind asks, and photos where anyone wants them."""
    return _with_photos(KINDS[job.kind].pickup_proof, any(s.with_photos for s in stops))


def delivery_parts(job: Job, stop: Stop, *, by_code: bool) -> tuple[Part, ...]:
    """What must be shown at a stop; left at the door, a photo stands for the code."""
    parts = KINDS[job.kind].delivery_proof
    if stop.at_door and not by_code:
        kept: tuple[Part, ...] = tuple(p for p in parts if p != "code")
        return _with_photos(kept, True)
    return _with_photos(parts, stop.with_photos)


def check_shown(shown: Shown, parts: tuple[Part, ...], *, advance_fen: int) -> None:
    """Refuse what is missing, what nobody asked for, and what exceeds the money in front.

    Photos are always welcome.

    Raises:
        AppError: proof_missing, malformed_request, spent_over_ceiling.
    """
    missing = [p for p in parts if p not in shown.parts]
    if missing:
        fields = tuple(FieldError(p, "needed as proof of this step") for p in missing)
        raise AppError("proof_missing", ", ".join(missing), fields=fields)
    extra = [p for p in shown.parts if p not in (*parts, "photo_ids")]
    if extra:
        fields = tuple(FieldError(p, "no proof of this step") for p in extra)
        raise AppError("malformed_request", ", ".join(extra), fields=fields)
    if shown.spent_fen is not None and shown.spent_fen > advance_fen:
        raise AppError("spent_over_ceiling", f"at most {advance_fen} fen, or ask for consent")


def check_parcel_codes(shown: Shown, stops: list[Stop], *, vault: Vault) -> None:
    """Every parcel of every stop, by the code its station gave out; no more, no less.

    Raises:
        AppError: code_wrong.
    """
    expected: list[str] = []
    for stop in stops:
        details = open_details(stop.details_sealed, n=stop.n, row=stop.job_id, vault=vault)
        expected += details.parcel_codes if isinstance(details, ParcelDetails) else ()
    if sorted(shown.parcel_codes) != sorted(expected):
        raise AppError("code_wrong", "not the codes of this errand's parcels")


async def claim_photos(session: AsyncSession, shown: Shown, *, job: Job, now: datetime) -> None:
    """Bind the photos of a proof to the job, so that nobody shows them twice.

    Raises:
        AppError: upload_unknown.
    """
    assert job.runner_id is not None
    await claim(
        session,
        upload_ids=shown.photo_ids,
        owner_id=job.runner_id,
        purpose="proof",
        subject_id=job.id,
        now=now,
    )


def _with_photos(parts: tuple[Part, ...], wanted: bool) -> tuple[Part, ...]:
    return (*parts, "photo_ids") if wanted and "photo_ids" not in parts else parts
