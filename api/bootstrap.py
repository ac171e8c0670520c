"""The composition root: API, workers, command line and tests all get their parts here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from api.feed.bell import FeedBell
from api.feed.service import newest
from api.feed.waiting import WaitingRoom
from api.kit.chaos import Chaos
from api.kit.crypto import Vault
from api.kit.db import Database
from api.kit.images.workshop import Workshop
from api.kit.ratelimit import LocalLimiter, SharedLimiter
from api.kit.redis_line import RedisLine
from api.live.hub import Hub
from api.observability.metrics import observe_wechat
from api.settings import Settings
from api.wechat.gateway import (
    Bills,
    GatewayUnavailable,
    Identity,
    MiniProgram,
    NotConfigured,
    Opinion,
    PaymentGateway,
    PhoneNumber,
    RefundState,
    Refused,
    Scene,
    Sent,
    Shipping,
    ShippingOutcome,
    Trade,
)
from api.wechat.messenger import Messenger, SandboxMessenger
from api.wechat.mini_program import RealMiniProgram
from api.wechat.pay.client import WeChatPay
from api.wechat.pay.gateway import WeChatPayGateway
from api.wechat.pay.notices import NoticeKeys
from api.wechat.pay.sealing import read_v3_key
from api.wechat.pay.signing import MerchantKey, PlatformKeys, read_merchant_key
from api.wechat.payouts import NoPayouts, Payouts, WeChatPayouts
from api.wechat.push_signing import PushKeys, read_key
from api.wechat.sandbox import SandboxGateway
from api.wechat.sandbox_payouts import SandboxPayouts
from api.wechat.shares import NoShares, Shares, WeChatShares


class NoGateway:
    """Stands where no payment is configured: everything is unavailable, nothing is pretended."""

    name = "none"
    mchid = ""

    async def bills(self, *, day: date) -> Bills:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def prepare(
        self,
        *,
        out_trade_no: str,
        amount_fen: int,
        title: str,
        openid: str,
        expires_at: datetime | None,
        is_frozen: bool = False,
    ) -> dict[str, object]:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def query(self, *, out_trade_no: str) -> Trade:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def close(self, *, out_trade_no: str) -> None:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")

    async def aclose(self) -> None:
        """Nothing to let go of."""

    async def refund(
        self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int
    ) -> RefundState:
        """Refuse."""
        raise GatewayUnavailable("no payment gateway is configured")


class NoMiniProgram:
    """Stands where no mini-program is configured: nobody is known, nothing is sent."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def identify(self, *, code: str) -> Identity:
        """Refuse."""
        raise GatewayUnavailable("no mini-program is configured")

    async def phone_number(self, *, code: str) -> PhoneNumber:
        """Refuse."""
        raise GatewayUnavailable("no mini-program is configured")

    async def send_subscribe(
        self, *, openid: str, template_id: str, data: Mapping[str, str], page: str | None
    ) -> Sent | Refused:
        """Refuse."""
        raise GatewayUnavailable("no mini-program is configured")

    async def upload_shipping(self, *, shipping: Shipping) -> ShippingOutcome:
        """Refuse."""
        raise GatewayUnavailable("no mini-program is configured")

    async def check_text(self, *, openid: str, content: str, scene: Scene) -> Opinion:
        """Refuse."""
        raise NotConfigured("no mini-program is configured")

    async def check_picture(self, *, openid: str, url: str, scene: Scene) -> str:
        """Refuse."""
        raise NotConfigured("no mini-program is configured")


@dataclass(slots=True)
class Parts:
    """Everything a process is made of."""

    settings: Settings
    database: Database
    redis: RedisLine
    vault: Vault
    chaos: Chaos
    by_user: LocalLimiter
    by_address: LocalLimiter
    limits: SharedLimiter
    gateway: PaymentGateway
    payouts: Payouts
    shares: Shares
    workshop: Workshop
    bell: FeedBell
    room: WaitingRoom
    hub: Hub
    messenger: Messenger
    mini_program: MiniProgram
    push_keys: PushKeys | None
    # What notices of WeChat Pay are checked with; none: nobody's are taken.
    notice_keys: NoticeKeys | None

    async def open(self) -> None:
        """Open the stores; Redis may be away."""
        await self.database.open()

    async def close(self) -> None:
        """Close the stores, in order, within seconds."""
        await self.room.close()
        await self.hub.close()
        await self.bell.close()
        await self.mini_program.close()
        await self.gateway.aclose()
        await self.redis.close()
        await self.database.close()


def build(settings: Settings) -> Parts:
    """Put the parts together; nothing is opened yet."""
    database = Database(
        settings.database_url,
        connections=settings.database_connections,
        hot_connections=settings.hot_connections,
    )
    notice_keys = _notice_keys(settings)
    vault = _vault(settings)
    redis = RedisLine(settings.redis_url)
    bell = FeedBell(redis)
    mini_program = _mini_program(settings, line=redis, vault=vault)
    gateway = _gateway(settings, database=database, keys=notice_keys)
    return Parts(
        settings=settings,
        database=database,
        redis=redis,
        vault=vault,
        chaos=Chaos(settings.chaos),
        by_user=LocalLimiter(per_minute=settings.calls_per_minute_user),
        by_address=LocalLimiter(per_minute=settings.calls_per_minute_address),
        limits=SharedLimiter(redis),
        gateway=gateway,
        payouts=_payouts(gateway, database=database),
        shares=WeChatShares(gateway.client)
        if isinstance(gateway, WeChatPayGateway)
        else NoShares(),
        workshop=Workshop(at_once=settings.images_at_once),
        bell=bell,
        room=WaitingRoom(
            bell,
            look=partial(newest, database),
            seats=settings.sync_seats,
            seats_each=settings.sync_seats_each,
        ),
        hub=Hub(database, bell, lines=settings.live_lines, lines_each=settings.live_lines_each),
        messenger=SandboxMessenger(database) if settings.sandbox_messages else mini_program,
        mini_program=mini_program,
        push_keys=_push_keys(settings),
        notice_keys=notice_keys,
    )


def _gateway(settings: Settings, *, database: Database, keys: NoticeKeys | None) -> PaymentGateway:
    if settings.sandbox_payments:
        return SandboxGateway(database)
    if keys is None:
        return NoGateway()
    client = WeChatPay(
        appid=keys.appid,
        key=_merchant_key(settings),
        platform=keys.platform,
        base_url=settings.wechat_pay_base_url,
        notify_base=settings.wechat_pay_notify_base,
        observe=observe_wechat,
    )
    return WeChatPayGateway(client)


def _payouts(gateway: PaymentGateway, *, database: Database) -> Payouts:
    """People are paid out where they pay: by the same merchant, or in the same sandbox."""
    match gateway:
        case SandboxGateway():
            return SandboxPayouts(database)
        case WeChatPayGateway():
            return WeChatPayouts(gateway.client)
        case _:
            return NoPayouts()


def _merchant_key(settings: Settings) -> MerchantKey:
    try:
        return read_merchant_key(
            mchid=settings.wechat_pay_mchid,
            serial=settings.wechat_pay_serial,
            pem=settings.wechat_pay_private_key.get_secret_value().replace("\\n", "\n"),
        )
    except ValueError as error:
        raise ValueError("LINLI_WECHAT_PAY_PRIVATE_KEY must be an RSA key as PEM") from error


def _notice_keys(settings: Settings) -> NoticeKeys | None:
    if not settings.wechat_pay_mchid:
        return None
    try:
        v3_key = read_v3_key(settings.wechat_pay_v3_key.get_secret_value())
    except ValueError as error:
        raise ValueError("LINLI_WECHAT_PAY_V3_KEY must have 32 letters and digits") from error
    try:
        platform = PlatformKeys(settings.wechat_pay_platform_keys)
    except ValueError as error:
        raise ValueError(
            "LINLI_WECHAT_PAY_PLATFORM_KEYS must name a public key or certificates as PEM"
        ) from error
    return NoticeKeys(
        mchid=settings.wechat_pay_mchid,
        appid=settings.wechat_appid,
        platform=platform,
        v3_key=v3_key,
    )


def _mini_program(settings: Settings, *, line: RedisLine, vault: Vault) -> MiniProgram:
    if not settings.wechat_appid:
        return NoMiniProgram()
    return RealMiniProgram(
        appid=settings.wechat_appid,
        secret=settings.wechat_secret.get_secret_value(),
        base_url=settings.wechat_base_url,
        release=settings.wechat_release,
        line=line,
        vault=vault,
        observe=observe_wechat,
    )


def _push_keys(settings: Settings) -> PushKeys | None:
    token, key = (
        s.get_secret_value() for s in (settings.wechat_push_token, settings.wechat_push_key)
    )
    if not token:
        return None
    try:
        return PushKeys(token, read_key(key) if key else None, settings.wechat_appid)
    except ValueError as error:
        raise ValueError("LINLI_WECHAT_PUSH_KEY must be an EncodingAESKey") from error


def _vault(settings: Settings) -> Vault:
    data_key = _key(settings.data_key.get_secret_value(), "LINLI_DATA_KEY")
    index_key = _key(settings.index_key.get_secret_value(), "LINLI_INDEX_KEY")
    old_data = _keys(settings.data_keys_old.get_secret_value(), "LINLI_DATA_KEYS_OLD")
    old_index = _keys(settings.index_keys_old.get_secret_value(), "LINLI_INDEX_KEYS_OLD")
    if {data_key, *old_data} & {index_key, *old_index}:
        raise ValueError("LINLI_DATA_KEY and LINLI_INDEX_KEY must differ, those of before too")
    return Vault(
        data_key=data_key,
        index_key=index_key,
        old_data_keys=old_data,
        old_index_keys=old_index,
    )


def _keys(listed: str, name: str) -> tuple[bytes, ...]:
    return tuple(_key(digits.strip(), name) for digits in listed.split(",") if digits.strip())


def _key(hex_digits: str, name: str) -> bytes:
    try:
        key = bytes.fromhex(hex_digits)
    except ValueError:
        key = b""
    if len(key) != 32:
        raise ValueError(f"{name} must be 64 hexadecimal digits (32 bytes)")
    return key
