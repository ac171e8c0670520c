"""The access token: shared, fetched once, renewed in time, replaced when it dies in flight."""

import asyncio

import pytest

from api.bootstrap import Parts, build
from api.wechat.gateway import GatewayUnavailable, PhoneNumber
from tests.wechat.conftest import MiniProgramWorld

_FETCH = "/cgi-bin/stable_token"
PHONE = "13912340987"


async def _asks(mini: MiniProgramWorld, parts: Parts) -> PhoneNumber:
    return await parts.mini_program.phone_number(code=mini.wechat.phone_code(PHONE))


async def test_processes_share_one_token_and_fetch_it_once(mini: MiniProgramWorld) -> None:
    """Twenty calls at once in one process, then another process: one fetch in all."""
    other = build(mini.settings)
    found = await asyncio.gather(*(_asks(mini, mini.parts) for _ in range(20)))
    found.append(await _asks(mini, other))
    await other.close()

    assert [PhoneNumber(PHONE, "86")] * 21 == found
    assert 1 == mini.wechat.calls(_FETCH)


async def test_the_shared_token_is_sealed_and_ends_before_it_is_too_old(
    mini: MiniProgramWorld,
) -> None:
    """Redis never holds it in plain, and forgets it with five minutes left."""
    await _asks(mini, mini.parts)
    token = mini.wechat.wire.asked[-1].query["access_token"]
    (key,) = [k async for k in mini.parts.redis.client.scan_iter(match="linli:wechat:*")]

    assert token.encode() not in await mini.parts.redis.client.get(key)
    assert 6880 <= await mini.parts.redis.client.ttl(key) <= 6900


@pytest.mark.parametrize("is_revoked", [True, False])
async def test_a_token_that_dies_in_flight_is_replaced_once(
    mini: MiniProgramWorld, is_revoked: bool
) -> None:
    """40001 or 42001: dropped, fetched, asked again with the same code; nobody notices."""
    await _asks(mini, mini.parts)
    if is_revoked:
        mini.wechat.revoke_tokens()
    else:
        mini.wechat.clock_s += 7201
    found = await asyncio.gather(*(_asks(mini, mini.parts) for _ in range(5)))

    assert [PhoneNumber(PHONE, "86")] * 5 == found
    assert 2 == mini.wechat.calls(_FETCH)


async def test_a_process_takes_the_token_that_another_fetched_meanwhile(
    mini: MiniProgramWorld,
) -> None:
    """Its own is refused, the shared one is newer: no fetch of its own."""
    other = build(mini.settings)
    await _asks(mini, mini.parts)
    await _asks(mini, other)
    mini.wechat.revoke_tokens()
    await _asks(mini, mini.parts)
    await _asks(mini, other)
    await other.close()

    assert 2 == mini.wechat.calls(_FETCH)


async def test_a_token_that_is_refused_again_is_our_mistake(mini: MiniProgramWorld) -> None:
    """Twice 40001 is no accident: no third try."""
    mini.wechat.next_codes = [0, 40001, 0, 40001]

    with pytest.raises(GatewayUnavailable):
        await _asks(mini, mini.parts)
    assert 4 == len(mini.wechat.wire.asked)


async def test_who_waits_for_a_token_shares_its_failure(mini: MiniProgramWorld) -> None:
    """Five at once while WeChat is down: one fetch with its repeats, not five after another."""
    mini.wechat.wire.mishaps.extend(["500"] * 3)
    failed = await asyncio.gather(
        *(_asks(mini, mini.parts) for _ in range(5)), return_exceptions=True
    )

    assert [GatewayUnavailable] * 5 == [type(f) for f in failed]
    assert 3 == mini.wechat.calls(_FETCH)
    assert PhoneNumber(PHONE, "86") == await _asks(mini, mini.parts)


async def test_without_redis_each_process_keeps_its_own(mini: MiniProgramWorld) -> None:
    """Redis is away: one fetch, and the token is remembered."""
    alone = build(mini.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1"}))
    found = [await _asks(mini, alone) for _ in range(2)]
    await alone.close()

    assert [PhoneNumber(PHONE, "86")] * 2 == found
    assert 1 == mini.wechat.calls(_FETCH)
