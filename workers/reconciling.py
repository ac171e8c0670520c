"""A loop of its own for reconciliation: a bill may take a minute, and no timer waits for it."""

import asyncio

import structlog

from api.bootstrap import Parts
from api.kit.db import is_passing
from api.reconciliation.service.fetching import reconcile_next

_log = structlog.get_logger(__name__)

_POLL_S = 30.0


async def reconcile_once(parts: Parts) -> bool:
    """Compare the next day whose turn it is; false: none's."""
    fee_ppm = parts.settings.wechat_pay_fee_ppm
    return await reconcile_next(parts.database, parts.gateway, fee_ppm=fee_ppm)


async def reconcile_forever(parts: Parts, *, stopping: asyncio.Event) -> None:
    """Compare until told to stop."""
    while not stopping.is_set():
        try:
            if await reconcile_once(parts):
                continue
        except Exception as error:
            if not is_passing(error):
                _log.exception("reconciling_failed")
        try:
            async with asyncio.timeout(_POLL_S):
                await stopping.wait()
        except TimeoutError:
            pass
