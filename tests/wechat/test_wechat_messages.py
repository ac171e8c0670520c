"""What people are told through WeChat itself: its own count, its refusals, its broken lines."""

from uuid import UUID

import pytest

from api.bootstrap import build
from api.embedded import StoreUrls
from api.pushes.service import count_consent
from api.settings import Settings
from tests.conftest import settings_for
from tests.fixtures.builders.messages import at_clock, ends, inbox, left
from tests.fixtures.builders.people import agree
from tests.fixtures.builders.staff import granted
from tests.fixtures.builders.worlds import World, make_world
from tests.fixtures.working import drain, tick
from tests.wechat.conftest import MiniProgramWorld, openid
from workers.sending import send_once

AMEI, TEMPLATE = openid("Amei1"), "tmpl_progress"


@pytest.fixture
def settings(database_url: str, stores: StoreUrls) -> Settings:
    """Settings with messages that go to WeChat."""
    real = {"sandbox_messages": False, "wechat_templates": {"order_progress": TEMPLATE}}
    return settings_for(stores, database_url).model_copy(update=real)


async def accepted_order(mini: MiniProgramWorld, *, ours: int, theirs: int) -> World:
    """Somebody from WeChat whose order was accepted, with so many consents by each count."""
    world = await make_world(mini.http, mini.parts)
    await at_clock(world, 12)
    world.people["amei"] = await mini.person(AMEI)
    amei = await granted(world, "amei", "resident", world.community_id)
    for purpose in ("privacy_rules", "notifications"):
        await agree(amei, purpose)
    mini.wechat.consents[AMEI, TEMPLATE] = theirs
    for _ in range(ours):
        async with mini.parts.database.transaction() as (session, now):
            await count_consent(
                session, user_id=UUID(amei.id), template_id=TEMPLATE, why="accepted", now=now
            )
    await world.accepted(amei, await world.runner())
    await drain(mini.parts)
    return world


async def test_a_message_goes_out_in_the_form_that_wechat_checks(mini: MiniProgramWorld) -> None:
    """Once, on one of two consents, to the page of the order."""
    world = await accepted_order(mini, ours=2, theirs=2)
    await tick(mini.parts)
    (message,) = mini.wechat.delivered

    assert (AMEI, TEMPLATE) == (message["touser"], message["template_id"])
    assert message["page"].startswith("pages/order/index?id=")
    assert {"character_string1", "thing2", "time3", "thing4"} == message["data"].keys()
    assert ["sent"] == await ends(mini.parts)
    assert 1 == await left(world.people["amei"], "order_progress")


async def test_where_wechat_says_none_is_left_none_is_left(mini: MiniProgramWorld) -> None:
    """Its count is the true one; it is asked once, and the inbox has it."""
    world = await accepted_order(mini, ours=2, theirs=0)
    await tick(mini.parts)
    amei = world.people["amei"]

    assert ["refused"] == await ends(mini.parts)
    assert 0 == await left(amei, "order_progress")
    assert 1 == mini.wechat.calls("/cgi-bin/message/subscribe/send")
    assert "job.accepted" in [r["kind"] for r in await inbox(amei)]


async def test_what_may_have_left_is_not_sent_again(mini: MiniProgramWorld) -> None:
    """The line breaks after WeChat acted: one message, one consent, whoever tries again."""
    world = await accepted_order(mini, ours=2, theirs=2)
    # So that the line breaks at the message, not at the token for it.
    await mini.parts.mini_program.send_subscribe(
        openid=AMEI, template_id=TEMPLATE, data={"thing1": "试"}, page=None
    )
    mini.wechat.consents[AMEI, TEMPLATE] = 2
    mini.wechat.delivered.clear()
    mini.wechat.wire.mishaps.append("reset after acting")
    other = build(mini.settings)
    await other.open()
    try:
        for parts in (mini.parts, other, mini.parts):
            await send_once(parts)
    finally:
        await other.close()

    assert 1 == len(mini.wechat.delivered)
    assert ["unknown"] == await ends(mini.parts)
    assert 1 == await left(world.people["amei"], "order_progress")


async def test_while_wechat_pushes_answers_the_client_is_not_counted_too(
    mini: MiniProgramWorld,
) -> None:
    """One tap on "accept" is one consent, though both tell of it."""
    amei = await mini.person(AMEI)
    said = {"answers": [{"template": "order_progress", "answer": "accept"}]}
    await amei.post("/v1/me/subscriptions", said)

    assert 0 == await left(amei, "order_progress")
