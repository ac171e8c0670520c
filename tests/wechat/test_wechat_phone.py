"""Phone numbers: vouched for by WeChat, one account's only, joined where staff prepared one."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from api.bootstrap import Parts
from api.cli.main import _grant
from api.kit.db import read_now
from api.kit.simulated import set_clock
from tests.contract.problems import said
from tests.fixtures.builders.people import Person, sign_in
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import change, rows
from tests.wechat.conftest import MiniProgramWorld, openid

AMEI, BOWEN = openid("Amei1"), openid("Bowen2")
PHONE, OTHER = "13912340987", "13512348765"


async def _binds(mini: MiniProgramWorld, person: Person, phone: str) -> httpx.Response:
    body = {"code": mini.wechat.phone_code(phone)}
    return await person.call("POST", "/v1/me/phone", json=body)


async def _later(parts: Parts, **by: float) -> None:
    async with parts.database.session() as session:
        at = await read_now(session) + timedelta(**by)
        await set_clock(session, settings=parts.settings, at=at, speed=1)
        await session.commit()


@pytest.mark.parametrize("country_code", [86, "86"])
async def test_a_number_is_sealed_masked_and_found(
    mini: MiniProgramWorld, country_code: str | int
) -> None:
    """The owner sees its ends; nothing at rest and no event holds it; signing in finds it."""
    mini.wechat.country_code = country_code
    person = await mini.person(AMEI)
    bound = await _binds(mini, person, PHONE)
    again = await _binds(mini, await mini.person(AMEI), PHONE)
    kept = await rows(mini.parts, "SELECT u::text FROM users AS u")
    kept = [*kept, *await rows(mini.parts, "SELECT e::text FROM events AS e")]

    assert {"phone_masked": "139****0987", "joined": False} == bound.json() == again.json()
    assert [] == [row for row in kept if PHONE in row[0]]
    assert person.id == (await sign_in(mini.http, f"dev:{PHONE}")).id


async def test_a_code_that_is_no_good_asks_for_another_tap(mini: MiniProgramWorld) -> None:
    """Used, old, another app's, a login code: 409, and the next tap binds."""
    person = await mini.person(AMEI)
    used, old = mini.wechat.phone_code(OTHER), mini.wechat.phone_code(PHONE)
    taken = await person.call("POST", "/v1/me/phone", json={"code": used})
    mini.wechat.clock_s += 301
    foreign = mini.wechat.phone_code(PHONE, appid="wx0000000000000002")
    login = mini.wechat.login_code(AMEI)
    seen = [
        await person.refused("POST", "/v1/me/phone", json={"code": code})
        for code in (used, old, foreign, login, "made-up-code")
    ]

    assert 200 == taken.status_code
    assert [(409, "phone_code_invalid")] * 5 == seen
    assert 200 == (await _binds(mini, person, PHONE)).status_code


async def test_numbers_that_are_not_ours_to_take_are_refused(mini: MiniProgramWorld) -> None:
    """From abroad; vouched for to another app; from nobody, as WeChat is away."""
    person = await mini.person(AMEI)
    mini.wechat.country_code = 852
    abroad = said(await _binds(mini, person, "61234567"))
    mini.wechat.country_code, mini.wechat.watermark_appid = 86, "wx0000000000000002"
    foreign = said(await _binds(mini, person, PHONE))
    mini.wechat.wire.mishaps.extend(["500"] * 3)
    away = said(await _binds(mini, person, PHONE))
    mini.wechat.next_codes = [45009]
    throttled = said(await _binds(mini, person, PHONE))

    assert [
        (409, "phone_not_mainland"),
        (503, "phone_unavailable"),
        (503, "phone_unavailable"),
        (429, "rate_limited"),
    ] == [abroad, foreign, away, throttled]


async def test_a_number_belongs_to_one_account(mini: MiniProgramWorld) -> None:
    """Also where two take it in one moment; the other is told so, and keeps what they had."""
    amei, bowen = await mini.person(AMEI), await mini.person(BOWEN)
    raced = await at_once(_binds(mini, amei, PHONE), _binds(mini, bowen, PHONE))

    assert {"ok": 1, "phone_taken": 1} == dict(outcomes(raced))
    assert 1 == len(await rows(mini.parts, "SELECT 1 FROM users WHERE phone_index IS NOT NULL"))


async def test_changing_a_number_needs_a_fresh_sign_in_and_ends_other_sessions(
    mini: MiniProgramWorld,
) -> None:
    """ASVS 7.5.1: after five minutes 403, before the code is spent; others are out at once."""
    first, other = await mini.person(AMEI), await mini.person(AMEI)
    await _binds(mini, first, PHONE)
    after_first = await other.call("GET", "/v1/me")
    await _later(mini.parts, minutes=6)
    code = mini.wechat.phone_code(OTHER)
    stale = await first.refused("POST", "/v1/me/phone", json={"code": code})
    fresh = await mini.person(AMEI)
    changed = await fresh.call("POST", "/v1/me/phone", json={"code": code})
    seen = [(await p.call("GET", "/v1/me")).status_code for p in (first, fresh)]

    assert (401, "not_signed_in") == said(after_first)
    assert (403, "login_too_old") == stale
    assert (200, "135****8765") == (changed.status_code, changed.json()["phone_masked"])
    assert [401, 200] == seen


async def test_an_account_prepared_for_a_number_is_joined(mini: MiniProgramWorld) -> None:
    """`linli grant` came first: its role passes over, the empty account closes, once."""
    assert await _grant(mini.parts, PHONE, "admin", None)
    prepared = await sign_in(mini.http, f"dev:{PHONE}")
    person = await mini.person(AMEI)
    joined = await _binds(mini, person, PHONE)
    told = await rows(
        mini.parts,
        "SELECT subject_id, data ->> 'into' FROM events WHERE name = 'user.joined'",
    )

    assert joined.json()["joined"] is True
    assert [{"role": "admin", "place_id": None}] == (await person.get("/v1/me"))["grants"]
    assert (401, "not_signed_in") == await prepared.refused("GET", "/v1/me")
    assert [(UUID(prepared.id), person.id)] == [tuple(row) for row in told]
    assert person.id == (await sign_in(mini.http, f"dev:{PHONE}")).id


async def test_a_banned_number_is_not_for_the_taking(mini: MiniProgramWorld) -> None:
    """Nobody gets round a ban by a new WeChat account."""
    await _grant(mini.parts, PHONE, "admin", None)
    await change(mini.parts, "UPDATE users SET state = 'banned' WHERE phone_index IS NOT NULL")

    assert (409, "phone_taken") == said(await _binds(mini, await mini.person(AMEI), PHONE))


async def test_development_codes_bind_numbers_in_development_only(
    mini: MiniProgramWorld,
) -> None:
    """`dev:<phone>`: WeChat is not even asked; where they are off it is, and knows no such code."""
    person = await mini.person(AMEI)
    body = {"code": f"dev:{PHONE}"}
    bound = await person.post("/v1/me/phone", body)
    asked = mini.wechat.calls("/wxa/business/getuserphonenumber")
    mini.parts.settings = mini.settings.model_copy(update={"dev_login": False})
    refused = await (await mini.person(BOWEN)).refused("POST", "/v1/me/phone", json=body)

    assert ("139****0987", 0) == (bound["phone_masked"], asked)
    assert (409, "phone_code_invalid") == refused


async def test_the_same_request_under_its_key_is_answered_again(mini: MiniProgramWorld) -> None:
    """The code was spent by the first; the repeat costs nothing."""
    person = await mini.person(AMEI)
    body = {"code": mini.wechat.phone_code(PHONE)}
    first, again = [
        await person.call("POST", "/v1/me/phone", json=body, key="k1") for _ in range(2)
    ]

    assert (200, first.content) == (again.status_code, again.content)
    assert 1 == mini.wechat.calls("/wxa/business/getuserphonenumber")
