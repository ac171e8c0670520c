"""Settings: what production refuses, and what is bounded everywhere."""

from typing import Any

import pytest
from pydantic import ValidationError

from api.bootstrap import build
from api.settings import Settings
from tests.wechat.pay.vectors import MERCHANT_KEY, PLATFORM_KEY, pem

PRODUCTION: dict[str, Any] = {
    "environment": "production",
    "DATABASE_URL": "postgresql://linli@db/linli",
    "REDIS_URL": "redis://redis",
    "data_key": "01" * 32,
    "index_key": "02" * 32,
}


def test_production_starts_with_stores_and_keys() -> None:
    """Nothing else is required."""
    assert "production" == Settings.model_validate(PRODUCTION).environment


@pytest.mark.parametrize(
    "toy",
    [
        {"dev_login": True},
        {"sandbox_payments": True},
        {"sandbox_messages": True},
        {"simulated_clock": True},
        {"chaos": "1:0.01:kill"},
    ],
)
def test_production_refuses_toys(toy: dict[str, Any]) -> None:
    """Each by its name."""
    with pytest.raises(ValidationError, match=f"LINLI_{next(iter(toy)).upper()}"):
        Settings.model_validate({**PRODUCTION, **toy})


@pytest.mark.parametrize("missing", ["DATABASE_URL", "REDIS_URL", "data_key", "index_key"])
def test_production_refuses_to_start_without(missing: str) -> None:
    """Stores and keys have no default there."""
    with pytest.raises(ValidationError, match=missing.upper()):
        Settings.model_validate({**PRODUCTION, missing: ""})


@pytest.mark.parametrize("key", ["", "01", "0g" * 32, "01" * 33, "01" * 31])
def test_keys_are_64_hexadecimal_digits(key: str) -> None:
    """The process does not start on a shorter one."""
    with pytest.raises(ValueError, match="LINLI_DATA_KEY"):
        build(Settings.model_validate({**PRODUCTION, "data_key": key or "x"}))


@pytest.mark.parametrize(
    "half",
    [
        {"wechat_appid": "wx0000000000000001"},
        {"wechat_secret": "s"},
        {"wechat_push_key": "k"},
        {"wechat_appid": "gh_1", "wechat_secret": "s"},
        {"wechat_base_url": "http://127.0.0.1:1"},
        {"wechat_base_url": "https://api.weixin.qq.com/path"},
    ],
)
def test_production_refuses_half_a_mini_program(half: dict[str, Any]) -> None:
    """Appid and secret belong together, and neither travels in the open."""
    with pytest.raises(ValidationError, match=r"(?i)wechat"):
        Settings.model_validate({**PRODUCTION, **half})


def test_a_push_key_is_an_encoding_aes_key() -> None:
    """43 characters; the process does not start on another."""
    said = {"wechat_push_token": "t", "wechat_push_key": "x" * 42}
    with pytest.raises(ValueError, match="LINLI_WECHAT_PUSH_KEY"):
        build(Settings.model_validate({**PRODUCTION, **said}))


PAY: dict[str, Any] = {
    "wechat_appid": "wx0000000000000001",
    "wechat_secret": "s",
    "wechat_pay_mchid": "1900000001",
    "wechat_pay_serial": "TESTSERIAL0001",
    "wechat_pay_private_key": pem("PRIVATE KEY", MERCHANT_KEY).replace("\n", "\\n"),
    "wechat_pay_v3_key": "0123456789abcdef0123456789ABCDEF",
    "wechat_pay_platform_keys": {"PUB_KEY_ID_1": pem("PUBLIC KEY", PLATFORM_KEY)},
    "wechat_pay_notify_base": "https://linli.example.org",
}


def test_production_is_paid_through_wechat_where_all_of_it_is_set() -> None:
    """Line ends of a key may be written as backslash and n, as environments hold one line."""
    assert "wechat" == build(Settings.model_validate({**PRODUCTION, **PAY})).gateway.name
    assert "none" == build(Settings.model_validate(PRODUCTION)).gateway.name


def test_development_keeps_the_sandbox() -> None:
    """Also with a merchant's keys at hand."""
    said = {**PRODUCTION, **PAY, "environment": "development", "sandbox_payments": True}

    assert "sandbox" == build(Settings.model_validate(said)).gateway.name


@pytest.mark.parametrize("missing", [name for name in PAY if name != "wechat_secret"])
def test_production_refuses_half_a_merchant(missing: str) -> None:
    """Number, certificate, keys and address belong together, and with the appid."""
    empty: object = {} if missing == "wechat_pay_platform_keys" else ""
    with pytest.raises(ValidationError, match=r"(?i)wechat"):
        Settings.model_validate({**PRODUCTION, **PAY, missing: empty})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("wechat_pay_private_key", "x"),
        ("wechat_pay_v3_key", "x" * 31),
        ("wechat_pay_platform_keys", {"PUB_KEY_ID_1": "x"}),
        ("wechat_pay_notify_base", "http://linli.example.org"),
        ("wechat_pay_notify_base", "https://linli.example.org/?a=b"),
        ("wechat_pay_base_url", "http://127.0.0.1:1"),
        ("wechat_pay_mchid", "19 1"),
    ],
)
def test_a_merchant_that_cannot_be_read_does_not_start(name: str, wrong: object) -> None:
    """Named by its setting, before anybody pays."""
    with pytest.raises(ValueError, match=f"(?i){name}"):
        build(Settings.model_validate({**PRODUCTION, **PAY, name: wrong}))


@pytest.mark.parametrize("url", ["redis://redis", "redis://redis/0", "redis://:pw@redis:6380/1",
                                 "rediss://redis:6380", "unix:///run/redis.sock?db=2"])  # fmt: skip
def test_every_form_of_a_redis_address_is_taken(url: str) -> None:
    """A port is optional, as redis-py has it."""
    assert build(Settings.model_validate({**PRODUCTION, "REDIS_URL": url})).limits is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"environment": "staging"},
        {"requests_at_once": 0},
        {"requests_waiting": -1},
        {"wait_s": 0},
        {"request_deadline_s": float("inf")},
        {"body_bytes": 100},
        {"body_bytes": 10_000_000},
        {"database_connections": 0},
        {"calls_per_minute_user": 0},
    ],
)
def test_settings_have_bounds(wrong: dict[str, Any]) -> None:
    """Nothing can be switched off by a zero or a very large number."""
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_keys_are_not_shown() -> None:
    """Settings may end up in a log."""
    wechat = {"wechat_appid": "wx0000000000000001", "wechat_secret": "5ecre7"}
    shown = repr(Settings.model_validate({**PRODUCTION, **PAY, **wechat}))

    assert "01010101" not in shown
    assert "5ecre7" not in shown
    assert PAY["wechat_pay_v3_key"] not in shown
    assert "BEGIN PRIVATE" not in shown
