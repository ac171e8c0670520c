"""Subscribe messages: who carries them, and the sandbox that plays WeChat for development.

The sandbox keeps its own count of consents, as WeChat does, and refuses what WeChat refuses; what
it took can be read in its table. Refused in production.
"""

from collections.abc import Mapping
from typing import Protocol

import orjson

from api.kit.db import Database, run
from api.kit.ids import new_id
from api.wechat.fitting import fit
from api.wechat.gateway import GatewayUnavailable, Refused, Sent

_CONSENT_SQL = """
INSERT INTO sandbox_consents AS s (openid, template_id, left_count) VALUES ($1, $2, 1)
ON CONFLICT (openid, template_id) DO UPDATE SET left_count = s.left_count + 1
"""
_USE_SQL = """
UPDATE sandbox_consents SET left_count = left_count - 1
WHERE openid = $1 AND template_id = $2 AND left_count > 0 RETURNING openid
"""
_KEEP_SQL = """
INSERT INTO sandbox_messages (id, openid, template_id, data, page)
VALUES ($1, $2, $3, $4::jsonb, $5)
"""


class Messenger(Protocol):
    """Whoever carries subscribe messages; see `MiniProgram.send_subscribe`."""

    async def send_subscribe(
        self, *, openid: str, template_id: str, data: Mapping[str, str], page: str | None
    ) -> Sent | Refused:
        """Send one message.

        Raises:
            FieldUnfit: a value that its field cannot hold.
            OutcomeUnknown: it may have been sent; do not send it again.
            Throttled, GatewayUnavailable: it was not sent.
        """
        ...


class SandboxMessenger:
    """Answers at once and as WeChat would, unless told to be unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.is_available = True

    async def send_subscribe(
        self, *, openid: str, template_id: str, data: Mapping[str, str], page: str | None
    ) -> Sent | Refused:
        """Keep one message, on one consent."""
        if not self.is_available:
            raise GatewayUnavailable("the sandbox was told to be away")
        fields = fit(data)
        message_id = new_id()
        async with self._database.session() as session:
            if not await run(session, _USE_SQL, openid, template_id):
                return Refused("no_grant")
            written = orjson.dumps(fields).decode()
            await run(session, _KEEP_SQL, message_id, openid, template_id, written, page)
            await session.commit()
        return Sent(str(message_id))

    async def consent(self, *, openid: str, template_id: str) -> None:
        """What a person does in WeChat's dialog: accept one message."""
        async with self._database.session() as session:
            await run(session, _CONSENT_SQL, openid, template_id)
            await session.commit()
