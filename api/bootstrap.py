"""The composition root: API, workers, command line and tests all get their parts here."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import redis.asyncio as aioredis
from redis.exceptions import RedisError

from api.kit.chaos import Chaos
from api.kit.crypto import Vault
from api.kit.db import Database
from api.kit.images.workshop import Workshop
from api.kit.ratelimit import LocalLimiter, SharedLimiter
from api.settings import Settings
from api.wechat.gateway import GatewayUnavailable, PaymentGateway, RefundState, Trade
from api.wechat.sandbox import SandboxGateway


class NoGateway:
    """Stands where no payment is configured: everything is unavailable, nothing is pretended."""

    name = "none"

    async def prepare(self, *, out_trade_no: str, amount_fen: int, title: str) -> dict[str, object]:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def query(self, *, out_trade_no: str) -> Trade:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def refund(
        self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int
    ) -> RefundState:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")


@dataclass(slots=True)
class Parts:
    """Everything a process is made of."""

    settings: Settings
    database: Database
    redis: "aioredis.Redis"
    vault: Vault
    chaos: Chaos
    by_user: LocalLimiter
    by_address: LocalLimiter
    limits: SharedLimiter
    gateway: PaymentGateway
    workshop: Workshop

    async def open(self) -> None:
        """Open the stores; Redis may be away."""
        await self.database.open()

    async def close(self) -> None:
        """Close the stores, in order, within seconds."""
        with suppress(RedisError, OSError, TimeoutError):
            async with asyncio.timeout(2):
                await self.redis.aclose()
                await self.limits.close()
        await self.database.close()


def build(settings: Settings) -> Parts:
    """Put the parts together; nothing is opened yet."""
    database = Database(
        settings.database_url,
        connections=settings.database_connections,
        hot_connections=settings.hot_connections,
    )
    gateway: PaymentGateway = SandboxGateway(database) if settings.sandbox_payments else NoGateway()
    if settings.data_key == settings.index_key:
        raise ValueError("LINLI_DATA_KEY and LINLI_INDEX_KEY must differ")
    return Parts(
        settings=settings,
        database=database,
        redis=aioredis.Redis.from_url(  # pyright: ignore[reportUnknownMemberType]
            settings.redis_url, socket_timeout=1, socket_connect_timeout=1
        ),
        vault=Vault(
            data_key=_key(settings.data_key.get_secret_value(), "LINLI_DATA_KEY"),
            index_key=_key(settings.index_key.get_secret_value(), "LINLI_INDEX_KEY"),
        ),
        chaos=Chaos(settings.chaos),
        by_user=LocalLimiter(per_minute=settings.calls_per_minute_user),
        by_address=LocalLimiter(per_minute=settings.calls_per_minute_address),
        limits=SharedLimiter(settings.redis_url),
        gateway=gateway,
        workshop=Workshop(at_once=settings.images_at_once),
    )


def _key(hex_digits: str, name: str) -> bytes:
    try:
        key = bytes.fromhex(hex_digits)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError(f"{name} must be 64 hexadecimal digits (32 bytes)")
    return key
