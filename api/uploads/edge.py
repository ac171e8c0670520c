"""The edge of an upload: who, how much already, then the body, then the picture, then the row.

A stranger's body is never read. The picture is decoded outside of any transaction, by a process of
its own; what follows is one transaction as on every `Edge`, the answer kept under the key in it.
"""

import hashlib
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute

from api.consents.service import require_consent
from api.errors import AppError, malformed
from api.identity.caller import Caller
from api.identity.edge import (
    Edge,
    Handler,
    Parts,
    Visit,
    bearer_hash,
    busy_where_passing,
    check_address,
    parts_of,
    refused_where_twin,
    sign_in,
)
from api.kit.db import read_now
from api.kit.http.multipart import read_form
from api.kit.images.header import IMAGE_BYTES_MAX, MAGIC_BYTES, read_kind
from api.kit.images.workshop import Photo
from api.settings import Settings
from api.uploads import queries
from api.uploads.rules import QUOTA_WINDOW, Quota, refuse_beyond
from api.uploads.states import PURPOSES

# The image, and the form around it.
IMAGE_BODY_BYTES_MAX = IMAGE_BYTES_MAX + 65_536
_AT_ONCE_EACH = 2
_FILE_FIELD = "file"


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent, the picture already written anew."""

    purpose: str
    photo: Photo


class UploadEdge(Edge):
    """The route that takes a form with one image."""

    def get_route_handler(self) -> Handler:
        inner = APIRoute.get_route_handler(self)
        sending: Counter[UUID] = Counter()

        async def handle(request: Request) -> Response:
            check_address(request)
            hashed = bearer_hash(request)
            parts = parts_of(request)
            with busy_where_passing(), refused_where_twin():
                caller = await _admitted(request, hashed, parts)
                with _one_of_few(sending, caller.user_id):
                    purpose, image = await _read(request)
                    photo = await parts.workshop.prepare(image)
                request.state.sent = Sent(purpose, photo)
                # A client that tries again draws another boundary: the key stands for the content.
                content = purpose.encode() + hashlib.sha256(image).digest()
                async with parts.database.session() as session:
                    now = await read_now(session)
                    visit = Visit(session, now, replace(caller, now=now))
                    return await self._in_transaction(request, inner, visit, content)

        return handle


def quota_of(settings: Settings) -> Quota:
    """What one person may upload in a day."""
    return Quota(settings.uploads_per_day, settings.upload_bytes_per_day)


async def _admitted(request: Request, hashed: bytes, parts: Parts) -> Caller:
    """Who calls and may still upload; refused before a byte of the body is read.

    Raises:
        AppError: not_signed_in, account_closed, consent_needed, rate_limited, upload_quota_used.
    """
    async with parts.database.session() as session:
        caller = await sign_in(request, session, hashed)
        since = caller.now - QUOTA_WINDOW
        used = await queries.used(session, owner_id=caller.user_id, since=since)
        await require_consent(session, user_id=caller.user_id, purpose="photos")
        await session.commit()
    refuse_beyond(quota_of(parts.settings), used)
    per_minute = parts.settings.uploads_per_minute
    await parts.limits.hit("uploads", str(caller.user_id), per_minute=per_minute)
    return caller


@contextmanager
def _one_of_few(sending: Counter[UUID], user_id: UUID) -> Generator[None]:
    """Let nobody fill the places of this process with slow bodies.

    Raises:
        AppError: upload_in_flight.
    """
    if sending[user_id] >= _AT_ONCE_EACH:
        raise AppError("upload_in_flight", retry_after_s=2)
    sending[user_id] += 1
    try:
        yield
    finally:
        sending[user_id] -= 1
        if not sending[user_id]:
            del sending[user_id]


async def _read(request: Request) -> tuple[str, bytes]:
    form = await read_form(
        request.stream(),
        content_type=request.headers.get("content-type", ""),
        file_field=_FILE_FIELD,
        file_bytes_max=IMAGE_BYTES_MAX,
        look=read_kind,
        look_bytes=MAGIC_BYTES,
    )
    purpose = form.texts.get("purpose")
    if form.texts.keys() - {"purpose"}:
        raise malformed("body", "an unknown part")
    if purpose not in PURPOSES:
        raise malformed("purpose", f"one of {', '.join(PURPOSES)}")
    return purpose, form.file


async def _sent(request: Request) -> Sent:
    return cast("Sent", request.state.sent)


WithSent = Annotated[Sent, Depends(_sent)]
