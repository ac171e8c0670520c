"""Signing in through WeChat: each refusal of WeChat's has its own answer, and a retry that works.

The other side is a stand-in over real HTTP that refuses what WeChat refuses (standin.py).
"""

import asyncio
import io
from collections import Counter

import pytest

from api.kit.clock import monotonic_s
from tests.contract.logs import logs as logs
from tests.contract.problems import said
from tests.fixtures.builders.racing import at_once, outcomes
from tests.fixtures.builders.sql import change, rows, value
from tests.wechat.conftest import MiniProgramWorld, openid
from tests.wechat.standin import SECRET
from tests.wechat.wire import Mishap

AMEI, BOWEN = openid("Amei1"), openid("Bowen2")
_SESSION_KEY = "HyVFkGl5F5OQWJZZaNzBBg=="
_UNAVAILABLE = (503, "login_unavailable")


async def test_who_comes_from_wechat_has_an_account_from_the_first_visit(
    mini: MiniProgramWorld,
) -> None:
    """The same openid is the same person, another one is another."""
    first, again, other = [await mini.person(o) for o in (AMEI, AMEI, BOWEN)]

    assert first.id == again.id != other.id
    assert {"nickname": "微信用户", "grants": []}.items() <= (await first.get("/v1/me")).items()


async def test_ten_first_visits_at_once_make_one_account(mini: MiniProgramWorld) -> None:
    """Each with a code of its own: ten sessions of one person."""
    answers = await at_once(*(mini.opens(mini.wechat.login_code(AMEI)) for _ in range(10)))

    assert [201] * 10 == [a.status_code for a in answers]
    assert 1 == len({a.json()["user_id"] for a in answers})


async def test_a_code_opens_one_session_only(mini: MiniProgramWorld) -> None:
    """Used again: 401, and another code opens."""
    code = mini.wechat.login_code(AMEI)
    seen = [await mini.opens(code) for _ in range(3)]

    assert [201, 401, 401] == [a.status_code for a in seen]
    assert (401, "login_code_invalid") == said(seen[1])
    assert 201 == (await mini.opens(mini.wechat.login_code(AMEI))).status_code


@pytest.mark.parametrize("is_forgetful", [False, True])
async def test_fifty_at_once_with_one_code_open_one_session(
    mini: MiniProgramWorld, is_forgetful: bool
) -> None:
    """Also where WeChat itself would forget that it was used: one code, one session is ours."""
    mini.wechat.is_forgetful = is_forgetful
    code = mini.wechat.login_code(AMEI)
    answers = await at_once(*(mini.opens(code) for _ in range(50)))
    kept = await value(mini.parts, "SELECT count(*) FROM sessions WHERE code_hash IS NOT NULL")

    assert Counter({"login_code_invalid": 49, "ok": 1}) == outcomes(answers)
    assert 1 == kept


async def test_a_code_that_is_no_good_asks_for_another(mini: MiniProgramWorld) -> None:
    """Too old, another app's, or made up: the same clear answer, and a fresh code opens."""
    old = mini.wechat.login_code(AMEI)
    mini.wechat.clock_s += 301
    foreign = mini.wechat.login_code(AMEI, appid="wx0000000000000002")
    seen = [said(await mini.opens(code)) for code in (old, foreign, "made-up-code", AMEI)]

    assert [(401, "login_code_invalid")] * 4 == seen
    assert 201 == (await mini.opens(mini.wechat.login_code(AMEI))).status_code


async def test_whom_wechat_blocks_gets_a_neutral_refusal(mini: MiniProgramWorld) -> None:
    """403, without a reason, without a retry; nobody else is touched."""
    mini.wechat.blocked.add(AMEI)
    refused = await mini.opens(mini.wechat.login_code(AMEI))

    assert (403, "login_blocked") == said(refused)
    assert "" == refused.json()["detail"]
    assert 1 == mini.wechat.calls("/sns/jscode2session")
    await mini.person(BOWEN)


async def test_who_asks_too_often_is_told_when_to_come_back(mini: MiniProgramWorld) -> None:
    """WeChat's own limit: 429 with a minute; after it the next code opens."""
    mini.wechat.next_codes = [45011]
    refused = await mini.opens(mini.wechat.login_code(AMEI))
    mini.wechat.clock_s += 60

    assert (429, "rate_limited") == said(refused)
    assert "60" == refused.headers["retry-after"]
    await mini.person(AMEI)


@pytest.mark.parametrize("mishap", ["reset", "500", "not json", "endless", "a list"])
async def test_a_passing_mishap_is_not_even_seen(mini: MiniProgramWorld, mishap: Mishap) -> None:
    """One more try at WeChat, with the same code, and the person is in."""
    mini.wechat.wire.mishaps.append(mishap)

    await mini.person(AMEI)

    assert 2 == mini.wechat.calls("/sns/jscode2session")


async def test_busy_wechat_is_asked_again(mini: MiniProgramWorld) -> None:
    """-1 twice, then an answer; -1 for ever is a 503 with Retry-After."""
    mini.wechat.next_codes = [-1, -1]
    await mini.person(AMEI)
    mini.wechat.next_codes = [-1] * 3
    refused = await mini.opens(mini.wechat.login_code(AMEI))

    assert _UNAVAILABLE == said(refused)
    assert 3 <= int(refused.headers["retry-after"])


async def test_a_code_spent_by_a_lost_answer_asks_for_another(mini: MiniProgramWorld) -> None:
    """WeChat acted and the line broke: asking again says "used", and a fresh code opens."""
    mini.wechat.wire.mishaps.append("reset after acting")

    assert (401, "login_code_invalid") == said(await mini.opens(mini.wechat.login_code(AMEI)))
    await mini.person(AMEI)


async def test_a_slow_wechat_fails_clean_within_three_seconds_and_then_at_once(
    mini: MiniProgramWorld,
) -> None:
    """F24: 503 within 3 s; after five failures the circuit is open and nobody waits any more."""
    mini.wechat.wire.mishaps.extend(["slow"] * 30)
    codes = [mini.wechat.login_code(AMEI) for _ in range(6)]
    started = monotonic_s()
    slow = await at_once(*(mini.opens(code) for code in codes[:5]))
    slow_s, started = monotonic_s() - started, monotonic_s()
    quick = await mini.opens(codes[5])

    assert [_UNAVAILABLE] * 6 == [said(a) for a in (*slow, quick)]
    assert slow_s < 3
    assert monotonic_s() - started < 0.5


async def test_nothing_is_locked_while_wechat_is_slow(mini: MiniProgramWorld) -> None:
    """No transaction is open during the call: others go on, and no connection is held."""
    person = await mini.person(AMEI)
    mini.wechat.wire.mishaps.extend(["slow"] * 8)
    waiting = [asyncio.create_task(mini.opens(mini.wechat.login_code(BOWEN))) for _ in range(4)]
    while len(mini.wechat.wire.asked) < 5:
        await asyncio.sleep(0.01)
    held = await value(
        mini.parts,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state = 'idle in transaction'",
    )
    await person.get("/v1/me")
    answers = await asyncio.gather(*waiting)

    assert 0 == held
    assert [_UNAVAILABLE] * 4 == [said(a) for a in answers]


async def test_a_wrong_secret_is_loud_for_us_and_plain_for_people(
    mini: MiniProgramWorld, logs: io.StringIO
) -> None:
    """503 for the client, an error in the log and in the metrics for the operator."""
    mini.wechat.secret = "f" * 32
    refused = await mini.opens(mini.wechat.login_code(AMEI))
    metrics = (await mini.http.get("/metrics")).text

    assert _UNAVAILABLE == said(refused)
    assert '"event": "wechat_refused_us"' in logs.getvalue()
    assert "6921a0b1-1f0c2b1d-9e8a4c7f" in logs.getvalue()
    assert 'linli_wechat_calls_total{call="code2session",outcome="40125"}' in metrics


async def test_secrets_and_openids_stand_in_no_answer_and_no_log(
    mini: MiniProgramWorld, logs: io.StringIO
) -> None:
    """Neither our secret nor the session key nor who somebody is at WeChat (and not in events)."""
    person = await mini.person(AMEI)
    texts = [(await person.call("GET", path)).text for path in ("/v1/me", "/v1/me/sessions")]
    code = mini.wechat.login_code(AMEI)
    mini.wechat.wire.mishaps.extend(["500"] * 3)
    texts.append((await mini.opens(code)).text)
    mini.wechat.blocked.add(AMEI)
    texts.append((await mini.opens(code)).text)
    told = [r[0] for r in await rows(mini.parts, "SELECT data::text FROM events")]
    canaries = (AMEI, _SESSION_KEY, SECRET, code, person.token)

    assert [] == [c for c in canaries for t in (*texts, *told, logs.getvalue()) if c in t]


async def test_an_openid_from_a_client_proves_nothing(mini: MiniProgramWorld) -> None:
    """Not as a code, not as a field, not with `dev:` before it."""
    await mini.person(AMEI)
    seen = [said(await mini.opens(code)) for code in (AMEI, f"dev:{AMEI}")]
    seen.append(said(await mini.opens(mini.wechat.login_code(BOWEN), openid=AMEI)))

    assert [(401, "login_code_invalid")] * 2 + [(422, "malformed_request")] == seen


@pytest.mark.parametrize("state", ["banned", "closed"])
async def test_who_is_out_stays_out(mini: MiniProgramWorld, state: str) -> None:
    """A good code of somebody who was banned opens nothing."""
    await mini.person(AMEI)
    await change(mini.parts, f"UPDATE users SET state = '{state}' WHERE openid = '{AMEI}'")

    assert (401, "account_closed") == said(await mini.opens(mini.wechat.login_code(AMEI)))


async def test_signing_in_ends_the_session_that_was_held(mini: MiniProgramWorld) -> None:
    """The new token differs and the old one is dead; a refused attempt ends nothing."""
    old = await mini.person(AMEI)
    bearer = {"Authorization": f"Bearer {old.token}"}
    refused = await mini.opens("made-up-code", headers=bearer)
    alive = await old.call("GET", "/v1/me")
    opened = await mini.opens(mini.wechat.login_code(AMEI), headers=bearer)
    seen = [(await old.call("GET", "/v1/me")).status_code]

    assert (401, "login_code_invalid") == said(refused)
    assert (200, [401]) == (alive.status_code, seen)
    assert opened.json()["token"] != old.token
