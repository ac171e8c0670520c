"""Taking in what WeChat pushes, each message once; counting consents to subscribe messages."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Literal, cast
from uuid import UUID

import orjson
import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.events.log import GATEWAY, emit
from api.identity.queries import user_by_openid
from api.kit.clock import unix_s
from api.pushes import queries
from api.pushes.events import MEDIA_ANSWER_RECEIVED, SUBSCRIPTION_CHANGED
from api.wechat.opinions import read_pushed_opinion
from api.wechat.push_signing import NotFromWeChat, PushKeys, check_signature, open_push

_log = structlog.get_logger(__name__)

# Our own rule: WeChat says nothing of the age of a push.
FRESH_S = 300
_ITEMS_MAX = 20
_TEMPLATE_LENGTH_MAX = 64

_MEDIA_CHECK = "wxa_media_check"
Why = Literal["accepted", "used", "returned", "withdrawn"]
# What is added, and whether what was there is kept.
_STEPS: dict[Why, tuple[int, int]] = {
    "accepted": (1, 1),
    "used": (-1, 1),
    "returned": (1, 1),
    "withdrawn": (0, 0),
}

Take = Callable[[AsyncSession, UUID, dict[str, Any], datetime], Awaitable[None]]


def check_plain(keys: PushKeys | None, *, given: str, timestamp: str, nonce: str) -> PushKeys:
    """The keys, where somebody signed a timestamp and a nonce with our token.

    Raises:
        AppError: push_not_signed, also where no token is configured.
    """
    if keys is None:
        raise AppError("push_not_signed")
    try:
        check_signature(given, keys.token, timestamp, nonce)
    except NotFromWeChat as error:
        raise AppError("push_not_signed") from error
    return keys


def read_push(
    keys: PushKeys | None,
    *,
    body: bytes,
    signature: str,
    msg_signature: str,
    timestamp: str,
    nonce: str,
) -> dict[str, Any]:
    """The message in a body, checked; in AES mode opened, and nothing else is taken then.

    Raises:
        AppError: push_not_signed, malformed_json.
    """
    if keys is None or keys.key is None:
        check_plain(keys, given=signature, timestamp=timestamp, nonce=nonce)
        return _object(body)
    sealed = _object(body).get("Encrypt")
    if not isinstance(sealed, str):
        raise AppError("push_not_signed")
    try:
        check_signature(msg_signature, keys.token, timestamp, nonce, sealed)
        return _object(open_push(sealed, key=keys.key, appid=keys.appid))
    except NotFromWeChat as error:
        raise AppError("push_not_signed") from error


def check_fresh(timestamp: str, *, now: datetime) -> None:
    """Refuse what was signed longer ago, or later, than a delivery can explain.

    Raises:
        AppError: push_not_signed.
    """
    if abs(unix_s(now) - int(timestamp)) > FRESH_S:
        raise AppError("push_not_signed", "too old, or from the future")


async def receive(
    session: AsyncSession, *, message: dict[str, Any], appid: str, now: datetime
) -> None:
    """Take in one message; kinds that we do not know, repeats and strangers change nothing."""
    kind, openid = message.get("Event"), message.get("FromUserName")
    if kind == _MEDIA_CHECK:
        await _looked(session, message, appid, now)
        return
    take = _KINDS.get(kind) if isinstance(kind, str) else None
    if take is None or not isinstance(kind, str) or not isinstance(openid, str):
        return
    user = await user_by_openid(session, openid=openid)
    if user is None:
        return
    if await queries.note_push(session, key=_push_key(message), kind=kind, now=now):
        await take(session, user.id, message, now)


async def count_consent(
    session: AsyncSession, *, user_id: UUID, template_id: str, why: Why, now: datetime
) -> int:
    """Count a consent that came, was used up by a message sent, or ended; what is left."""
    add, keep = _STEPS[why]
    counted = await queries.count_consent(
        session, user_id=user_id, template_id=template_id, add=add, keep=keep, now=now
    )
    await _tell(session, counted, user_id=user_id, template_id=template_id, why=why, now=now)
    return counted[2]


async def spend_consent(
    session: AsyncSession, *, user_id: UUID, template_id: str, now: datetime
) -> int | None:
    """Take one consent before a message is sent on it; its number, ``None``: none is left."""
    counted = await queries.spend_consent(
        session, user_id=user_id, template_id=template_id, now=now
    )
    if counted is None:
        return None
    await _tell(session, counted, user_id=user_id, template_id=template_id, why="used", now=now)
    return counted[1]


async def give_back_consent(
    session: AsyncSession, *, user_id: UUID, template_id: str, spent: int, now: datetime
) -> None:
    """Give back what `spend_consent` took, where the message was surely not sent."""
    counted = await queries.give_back_consent(
        session, user_id=user_id, template_id=template_id, spent_version=spent, now=now
    )
    if counted is not None:
        await _tell(
            session, counted, user_id=user_id, template_id=template_id, why="returned", now=now
        )


async def _tell(
    session: AsyncSession,
    counted: tuple[UUID, int, int],
    *,
    user_id: UUID,
    template_id: str,
    why: Why,
    now: datetime,
) -> None:
    row_id, version, left = counted
    await emit(
        session,
        SUBSCRIPTION_CHANGED,
        subject_id=row_id,
        subject_seq=version,
        actor=GATEWAY,
        now=now,
        user_id=str(user_id),
        template_id=template_id,
        left=left,
        why=why,
    )


async def _looked(
    session: AsyncSession, message: dict[str, Any], appid: str, now: datetime
) -> None:
    """WeChat looked at a picture. Who sent it is WeChat; whose it is, tells its number alone."""
    found = read_pushed_opinion(message, appid=appid)
    if found is None:
        return
    trace_id, opinion = found
    answer_id = await queries.keep_answer(session, trace_id=trace_id, opinion=opinion, now=now)
    if answer_id is None:
        return
    await emit(
        session,
        MEDIA_ANSWER_RECEIVED,
        subject_id=answer_id,
        subject_seq=1,
        actor=GATEWAY,
        now=now,
        verdict=opinion.suggest,
    )


async def _answered(
    session: AsyncSession, user_id: UUID, message: dict[str, Any], now: datetime
) -> None:
    """Somebody answered the dialog: each template accepted is one message more."""
    for item in _items(message):
        if item.get("SubscribeStatusString") == "accept":
            await _count(session, user_id, item, "accepted", now)


async def _managed(
    session: AsyncSession, user_id: UUID, message: dict[str, Any], now: datetime
) -> None:
    """Somebody switched a template off in the settings: nothing is left of it."""
    for item in _items(message):
        if item.get("SubscribeStatusString") == "reject":
            await _count(session, user_id, item, "withdrawn", now)


async def _delivered(
    session: AsyncSession, user_id: UUID, message: dict[str, Any], now: datetime
) -> None:
    """What became of a message that was sent; one that did not arrive is only told of."""
    for item in _items(message):
        if str(item.get("ErrorCode", "0")) != "0":
            _log.warning(
                "subscribe_message_not_delivered",
                user_id=str(user_id),
                code=str(item.get("ErrorCode"))[:20],
            )


_KINDS: dict[str, Take] = {
    "subscribe_msg_popup_event": _answered,
    "subscribe_msg_change_event": _managed,
    "subscribe_msg_sent_event": _delivered,
}


async def _count(
    session: AsyncSession, user_id: UUID, item: dict[str, Any], why: Why, now: datetime
) -> None:
    template_id = item.get("TemplateId")
    if isinstance(template_id, str) and 0 < len(template_id) <= _TEMPLATE_LENGTH_MAX:
        await count_consent(session, user_id=user_id, template_id=template_id, why=why, now=now)


def _items(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a message: a list, or the row itself where there is one."""
    found = message.get("List")
    rows = cast("list[Any]", found if isinstance(found, list) else [found])
    return [cast("dict[str, Any]", row) for row in rows[:_ITEMS_MAX] if isinstance(row, dict)]


def _push_key(message: dict[str, Any]) -> bytes:
    """What is equal in a message and its repeats: who, when, what."""
    names = ("FromUserName", "CreateTime", "Event", "List")
    parts = [message.get(name) for name in names]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).digest()


def _object(raw: bytes) -> dict[str, Any]:
    # Not kit's strict reader: message ids have more digits than it lets through.
    try:
        found = orjson.loads(raw)
    except ValueError as error:
        raise AppError(
            "malformed_json", "set the data format of the message push to JSON"
        ) from error
    if not isinstance(found, dict):
        raise AppError("malformed_json")
    return cast("dict[str, Any]", found)
