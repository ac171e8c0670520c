"""What an operator can set, all from the environment, all bounded."""

from functools import lru_cache
from typing import Annotated, Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TemplateId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]


class Settings(BaseSettings):
    """Settings of one process; every name is read as ``LINLI_<NAME>`` but the two store URLs."""

    model_config = SettingsConfigDict(env_prefix="LINLI_", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = "development"
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")

    # 32 bytes as hex: encryption of personal data, and the keyed hash that finds it.
    data_key: SecretStr = SecretStr("")
    index_key: SecretStr = SecretStr("")
    # Keys of before, separated by commas: they still open and find until `linli rotate-keys` is
    # through, and are taken away then.
    data_keys_old: SecretStr = SecretStr("")
    index_keys_old: SecretStr = SecretStr("")

    dev_login: bool = False
    sandbox_payments: bool = False
    sandbox_messages: bool = False
    simulated_clock: bool = False

    # The mini-program at WeChat; without both there is no real signing in.
    wechat_appid: str = Field(default="", pattern=r"^(wx[0-9a-f]{16})?$")
    wechat_secret: SecretStr = SecretStr("")
    wechat_base_url: str = Field(default="https://api.weixin.qq.com", pattern=r"^https?://[^/]+$")
    # Subscribe messages as JSON: our keys (notifications/templates) to the ids at WeChat.
    wechat_templates: dict[str, TemplateId] = {}
    wechat_release: Literal["formal", "trial", "developer"] = "formal"
    # Message push: the token, and the EncodingAESKey (43 characters). With the key, only sealed
    # messages are taken; without it WeChat's signature does not cover what a message says.
    wechat_push_token: SecretStr = SecretStr("")
    wechat_push_key: SecretStr = SecretStr("")

    # Where WeChat fetches the photos that it is to check, such as https://linli.example.org;
    # without it a person looks at every photo.
    wechat_media_base: str = Field(default="", pattern=r"^(https://[^/?#]{1,200})?$")

    # WeChat Pay, all of it or nothing: our merchant number, the serial and the private key (PEM) of
    # its API certificate, the APIv3 key (32 letters and digits), WeChat Pay's keys as JSON
    # ({"PUB_KEY_ID_…": PEM}, or in the older mode {"serial": certificate PEM}), and where
    # WeChat reaches us. With LINLI_SANDBOX_PAYMENTS the sandbox stands in its place.
    wechat_pay_mchid: str = Field(default="", pattern=r"^([0-9]{8,12})?$")
    wechat_pay_serial: str = Field(default="", pattern=r"^([0-9A-Za-z]{8,64})?$")
    wechat_pay_private_key: SecretStr = SecretStr("")
    wechat_pay_v3_key: SecretStr = SecretStr("")
    wechat_pay_platform_keys: dict[str, str] = {}
    wechat_pay_notify_base: str = Field(default="", pattern=r"^(https://[^/?#]{1,200})?$")
    wechat_pay_base_url: str = Field(
        default="https://api.mch.weixin.qq.com", pattern=r"^https?://[^/]+$"
    )

    # What a runner may withdraw, in fen, within what the merchant number's product page allows
    # (商家转账): one transfer, and a day on clocks in China.
    withdrawal_min_fen: int = Field(default=100, ge=10, le=100_000)
    withdrawal_max_fen: int = Field(default=200_000, ge=10, le=10_000_000)
    withdrawal_day_max_fen: int = Field(default=500_000, ge=10, le=50_000_000)
    withdrawal_day_max_count: int = Field(default=3, ge=1, le=100)
    # What a payment costs by our contract with WeChat Pay, in millionths: 6000 is 0.60 %.
    wechat_pay_fee_ppm: int = Field(default=6000, ge=0, le=50_000)
    # How much of a payment for goods WeChat lets us share with the merchant (分账比例), in percent
    # of what is left of it after the fee; 0: nothing is shared, merchants have a statement only.
    wechat_pay_sharing_percent: int = Field(default=0, ge=0, le=100)

    chaos: str = ""  # "seed:probability:kill|raise[:point,point]", see kit/chaos.py.
    docs: bool = True

    database_connections: int = Field(default=16, ge=2, le=100)
    hot_connections: int = Field(default=16, ge=2, le=100)
    # About as many at work as there are connections: the rest wait in the gate, where waiting is
    # cheap and bounded, and not in a pool, where it ends in 503.
    requests_at_once: int = Field(default=24, ge=4, le=2000)
    requests_waiting: int = Field(default=1000, ge=0, le=10_000)
    # Where thousands come in one minute (joining a cycle): so many at work, fewer than there are
    # hot connections, and so many more that may wait. All others are told at once to come again.
    crowd_at_once: int = Field(default=12, ge=1, le=100)
    crowd_waiting: int = Field(default=200, ge=0, le=10_000)
    wait_s: float = Field(default=2.0, gt=0, le=10)
    # From the whole request to its answer, which is there within 8 s even then.
    request_deadline_s: float = Field(default=7.0, gt=0, le=60)
    body_bytes: int = Field(default=65_536, ge=1024, le=1_048_576)
    # Clients that wait for a change, in one process and for one person; see api/feed/waiting.py.
    sync_seats: int = Field(default=2000, ge=1, le=20_000)
    sync_seats_each: int = Field(default=3, ge=1, le=20)
    # Lines that are told what happens, in one process and of one person; see api/live.
    live_lines: int = Field(default=5000, ge=1, le=50_000)
    live_lines_each: int = Field(default=3, ge=1, le=20)
    calls_per_minute_user: int = Field(default=1200, ge=1)
    calls_per_minute_address: int = Field(default=6000, ge=1)
    logins_per_minute: int = Field(default=30, ge=1)
    orders_per_minute: int = Field(default=6, ge=1)

    # Bodies of images held in memory at once (10 MB each), and images decoded at once (up to half a
    # gigabyte each), by one process.
    uploads_at_once: int = Field(default=4, ge=1, le=64)
    images_at_once: int = Field(default=2, ge=1, le=16)
    # What one person may upload: tries in a minute; pictures and received bytes in 24 hours.
    uploads_per_minute: int = Field(default=20, ge=1)
    uploads_per_day: int = Field(default=200, ge=1)
    upload_bytes_per_day: int = Field(default=314_572_800, ge=1)

    pump_poll_s: float = Field(default=0.02, gt=0, le=5)
    timer_poll_s: float = Field(default=0.5, gt=0, le=60)

    @model_validator(mode="after")
    def _wechat_is_whole(self) -> "Settings":
        if bool(self.wechat_appid) != bool(self.wechat_secret.get_secret_value()):
            raise ValueError("LINLI_WECHAT_APPID and LINLI_WECHAT_SECRET belong together")
        if self.wechat_push_key.get_secret_value() and not self.wechat_push_token:
            raise ValueError("LINLI_WECHAT_PUSH_KEY needs LINLI_WECHAT_PUSH_TOKEN")
        return self

    @model_validator(mode="after")
    def _wechat_pay_is_whole(self) -> "Settings":
        parts = {
            "LINLI_WECHAT_PAY_MCHID": self.wechat_pay_mchid,
            "LINLI_WECHAT_PAY_SERIAL": self.wechat_pay_serial,
            "LINLI_WECHAT_PAY_PRIVATE_KEY": self.wechat_pay_private_key.get_secret_value(),
            "LINLI_WECHAT_PAY_V3_KEY": self.wechat_pay_v3_key.get_secret_value(),
            "LINLI_WECHAT_PAY_PLATFORM_KEYS": self.wechat_pay_platform_keys,
            "LINLI_WECHAT_PAY_NOTIFY_BASE": self.wechat_pay_notify_base,
        }
        missing = [name for name, value in parts.items() if not value]
        if missing and len(missing) < len(parts):
            raise ValueError(f"WeChat Pay needs all or nothing: {', '.join(missing)}")
        if not missing and not self.wechat_appid:
            raise ValueError("WeChat Pay needs LINLI_WECHAT_APPID")
        return self

    @model_validator(mode="after")
    def _refuse_toys_in_production(self) -> "Settings":
        if self.environment != "production":
            return self
        toys = {
            "LINLI_DEV_LOGIN": self.dev_login,
            "LINLI_SANDBOX_PAYMENTS": self.sandbox_payments,
            "LINLI_SANDBOX_MESSAGES": self.sandbox_messages,
            "LINLI_SIMULATED_CLOCK": self.simulated_clock,
            "LINLI_CHAOS": bool(self.chaos),
        }
        if on := [name for name, is_on in toys.items() if is_on]:
            raise ValueError(f"refused in production: {', '.join(on)}")
        missing = [
            name
            for name, value in (
                ("DATABASE_URL", self.database_url),
                ("REDIS_URL", self.redis_url),
                ("LINLI_DATA_KEY", self.data_key.get_secret_value()),
                ("LINLI_INDEX_KEY", self.index_key.get_secret_value()),
            )
            if not value
        ]
        if missing:
            raise ValueError(f"required in production: {', '.join(missing)}")
        if not self.wechat_base_url.startswith("https://"):
            raise ValueError("LINLI_WECHAT_BASE_URL must be https in production")
        if not self.wechat_pay_base_url.startswith("https://"):
            raise ValueError("LINLI_WECHAT_PAY_BASE_URL must be https in production")
        return self


@lru_cache(maxsize=1)
def read_settings() -> Settings:
    """The process's settings, read from the environment once."""
    return Settings()
