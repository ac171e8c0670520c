"""Texts and photos of the board, checked by WeChat: failing closed, whatever comes or does not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from api.bootstrap import build
from api.events.log import SYSTEM
from api.identity.service import grant
from api.kit.clock import unix_s
from api.kit.db import read_now
from api.kit.simulated import set_clock
from api.settings import Settings
from api.wechat.opinions import read_opinion, read_pushed_opinion
from api.wechat.push_signing import signature
from tests.contract.problems import said
from tests.fixtures.builders.agreeing import at_table, proposed, signed
from tests.fixtures.builders.boards import LOUD, seen
from tests.fixtures.builders.people import Person, agree
from tests.fixtures.builders.photos import photo
from tests.fixtures.builders.racing import at_once
from tests.fixtures.builders.sql import change, value
from tests.fixtures.builders.worlds import World, make_world
from tests.fixtures.working import tick
from tests.wechat.conftest import PUSH_KEY, PUSH_TOKEN, MiniProgramWorld, openid
from tests.wechat.content import seal_push
from tests.wechat.standin import APPID

AMEI = openid("Amei1")
BASE = "https://linli.example.org"
_TEXT, _MEDIA = "/wxa/msg_sec_check", "/wxa/media_check_async"


@dataclass(slots=True)
class Checked:
    """A neighbourhood whose texts WeChat checks, and one author there."""

    mini: MiniProgramWorld
    world: World
    author: Person

    async def write(self, *, photos: int = 0, text: str = LOUD) -> str:
        """A post; its id. Whoever must be asked was asked."""
        uploads = [await photo(self.author, purpose="post") for _ in range(photos)]
        body = {
            "place_id": self.world.community_id, "kind": "dispute", "category": "noise",
            "text": text, "upload_ids": uploads,
        }  # fmt: skip
        post = await self.author.post("/v1/posts", body)
        await tick(self.mini.parts)
        return post["id"]

    async def post(self, post_id: str) -> dict[str, Any]:
        """What its author sees of a post."""
        return await self.author.get(f"/v1/posts/{post_id}")

    async def state(self, post_id: str) -> tuple[str, str | None]:
        """State, and why a person has to look."""
        post = await self.post(post_id)
        return post["state"], post["held_why"]

    async def pushes(self, message: dict[str, Any], **instead: str) -> httpx.Response:
        """WeChat pushes a message, sealed."""
        async with self.mini.parts.database.session() as session:
            at = str(unix_s(await read_now(session)))
        sealed = seal_push(message, appid=instead.pop("appid", APPID), aes_key=PUSH_KEY)
        query = {
            "signature": signature(PUSH_TOKEN, at, "n"), "timestamp": at, "nonce": "n",
            "encrypt_type": "aes", "msg_signature": signature(PUSH_TOKEN, at, "n", sealed),
            **instead,
        }  # fmt: skip
        return await self.mini.http.post(
            "/v1/wechat/messages", params=query, json={"Encrypt": sealed}
        )

    def opinion(self, trace_id: str, suggest: Any = "pass") -> dict[str, Any]:
        """What WeChat pushes about a photo; it comes from WeChat itself, and not from a person."""
        told = self.mini.wechat.content.result(trace_id, suggest, appid=APPID, at_s=1795233605)
        return {**told, "FromUserName": "gh_wechat"}

    def numbers(self) -> list[str]:
        """The photos that WeChat was let look at, oldest first."""
        return list(self.mini.wechat.content.waiting)

    async def later(self, **by: float) -> None:
        """Move our clock ahead, and let timers work."""
        async with self.mini.parts.database.session() as session:
            at = await read_now(session) + timedelta(**by)
            await set_clock(session, settings=self.mini.settings, at=at, speed=1)
            await session.commit()
        await tick(self.mini.parts)


@pytest.fixture
async def checked(mini: MiniProgramWorld) -> Checked:
    """A community, its author signed in through WeChat."""
    before = mini.parts
    said_now = {**mini.settings.model_dump(), "wechat_media_base": BASE}
    for name, alias in (("database_url", "DATABASE_URL"), ("redis_url", "REDIS_URL")):
        said_now[alias] = said_now.pop(name)
    settings = Settings.model_validate(said_now)
    before.settings = settings
    mini.settings = settings
    world = await make_world(mini.http, before)
    author = await mini.person(AMEI)
    await agree(author, "photos")
    async with before.database.transaction() as (session, now):
        await grant(
            session, user_id=UUID(author.id), role="resident",
            place_id=UUID(world.community_id), actor=SYSTEM, now=now,
        )  # fmt: skip
    return Checked(mini, world, author)


def test_an_opinion_is_read_as_it_may_come() -> None:
    """Labels as text or as numbers; what we do not know, a failed check, is no approval."""
    pushed = {"trace_id": "T", "appid": APPID, "errcode": 0, "result": {"suggest": "pass"}}

    assert ("pass", 100) == _pair(read_opinion({"suggest": "pass", "label": "100"}))
    assert ("risky", 20001) == _pair(read_opinion({"suggest": "risky", "label": 20001}))
    assert [("review", 0)] * 3 == [
        _pair(read_opinion(x)) for x in (None, {"suggest": "PASS"}, {"suggest": ["pass"]})
    ]
    assert ("T", ("pass", 0)) == _told(pushed)
    assert ("T", ("review", 0)) == _told({**pushed, "errcode": -1008})
    assert [None, None] == [_told({**pushed, **x}) for x in ({"appid": "wx2"}, {"trace_id": ""})]


async def test_a_text_is_public_once_words_and_every_photo_passed(checked: Checked) -> None:
    """Forged, foreign and unknown opinions change nothing; repeats neither, also in one moment."""
    post_id = await checked.write(photos=2)
    first, second = checked.numbers()
    waiting = await checked.state(post_id)
    await checked.pushes(checked.opinion(first))
    refused = [
        said(await checked.pushes(checked.opinion(second), msg_signature="f" * 40)),
        said(await checked.pushes(checked.opinion(second), appid="wx0000000000000002")),
    ]
    await checked.pushes({**checked.opinion(second), "appid": "wx0000000000000002"})
    await checked.pushes({**checked.opinion(second), "trace_id": "unknown"})
    await tick(checked.mini.parts)
    half = await checked.state(post_id)
    await at_once(*(checked.pushes(checked.opinion(second)) for _ in range(3)))
    await tick(checked.mini.parts)
    await checked.pushes(checked.opinion(second, "risky"))
    await tick(checked.mini.parts)
    asked = [a.json for a in checked.mini.wechat.wire.asked if a.path == _MEDIA]
    fetched = await checked.mini.http.get(asked[0]["media_url"].removeprefix(BASE))

    assert [(403, "push_not_signed")] * 2 == refused
    assert [("pending_review", None)] * 2 == [waiting, half]
    assert ("published", None) == await checked.state(post_id)
    assert {3} == {a["scene"] for a in asked}
    assert (200, "image/jpeg") == (fetched.status_code, fetched.headers["content-type"])


async def test_while_wechat_is_away_a_text_waits_and_is_tried_again(checked: Checked) -> None:
    """Held with its reason, in front of staff; shown by itself when a later try passes."""
    checked.mini.wechat.next_codes = [-1] * 3
    post_id = await checked.write()
    away = await checked.state(post_id)
    queue = await checked.world.admin.get(
        "/v1/posts/queue", params={"place_id": checked.world.community_id}
    )
    asked = checked.mini.wechat.calls(_TEXT)
    await tick(checked.mini.parts)
    too_soon = checked.mini.wechat.calls(_TEXT)
    await checked.later(seconds=25)

    assert ("pending_review", "check_unavailable") == away
    assert [post_id] == [p["id"] for p in queue["items"]]
    assert asked == too_soon
    assert ("published", None) == await checked.state(post_id)


async def test_after_ten_tries_only_a_person_decides(checked: Checked) -> None:
    """The author was last seen too long ago by then."""
    checked.mini.wechat.secret = "another"
    post_id = await checked.write()
    for _ in range(10):
        await checked.later(minutes=16)
    checked.mini.wechat.secret = checked.mini.settings.wechat_secret.get_secret_value()
    await checked.later(minutes=16)
    held = await checked.post(post_id)
    await checked.world.admin.post(f"/v1/posts/{post_id}/publish", **seen(held))

    assert ("pending_review", "check_unavailable") == (held["state"], held["held_why"])
    assert ("published", None) == await checked.state(post_id)


async def test_what_wechat_worries_about_or_cannot_check_waits_for_a_person(
    checked: Checked,
) -> None:
    """Risky, doubtful, or by somebody whom WeChat has not seen for two hours."""
    checked.mini.wechat.content.words = {"刷单": "risky", "加我": "review"}
    risky, doubtful = await checked.write(text="刷单"), await checked.write(text="加我")
    checked.mini.wechat.clock_s += 7_300
    absent = await checked.write(text="好久不见")

    assert [
        ("pending_review", "wechat_risky"),
        ("pending_review", "wechat_review"),
        ("pending_review", "not_checkable"),
    ] == [await checked.state(post_id) for post_id in (risky, doubtful, absent)]


async def test_an_answer_counts_for_the_version_that_was_asked_about(checked: Checked) -> None:
    """What was edited meanwhile is checked anew; a late result of the old one opens nothing."""
    post_id = await checked.write(photos=1)
    (old,) = checked.numbers()
    post = await checked.post(post_id)
    body = {"text": "改过的", "upload_ids": [post["photos"][0]["upload_id"]]}
    await checked.author.put(f"/v1/posts/{post_id}", body, **seen(post))
    await tick(checked.mini.parts)
    await checked.pushes(checked.opinion(old))
    await tick(checked.mini.parts)
    still = await checked.state(post_id)
    await checked.pushes(checked.opinion(checked.numbers()[1]))
    await tick(checked.mini.parts)

    assert ("pending_review", None) == still
    assert ("published", None) == await checked.state(post_id)


async def test_an_opinion_may_come_too_early_too_late_or_never(checked: Checked) -> None:
    """Before its number is written it is found later; after 35 minutes a person has to look, and
    a late approval still counts; what is told of a decided text does not."""
    checked.mini.wechat.content.numbers = ["early", "late", "never"]
    checked.mini.wechat.content.waiting = {"early": AMEI}
    await checked.pushes(checked.opinion("early"))
    await tick(checked.mini.parts)
    early = await checked.state(await checked.write(photos=1))
    late, never = await checked.write(photos=1, text="晚"), await checked.write(photos=1, text="没")
    await checked.later(minutes=36)
    overdue = {await checked.state(late), await checked.state(never)}
    await checked.pushes(checked.opinion("late"))
    rejected = await checked.post(never)
    decision = {"code": "other"}
    await checked.world.admin.post(f"/v1/posts/{never}/reject", decision, **seen(rejected))
    await checked.pushes(checked.opinion("never"))
    await tick(checked.mini.parts)

    assert ("published", None) == early
    assert {("pending_review", "no_answer")} == overdue
    assert [("published", None), ("rejected", None)] == [
        await checked.state(late), await checked.state(never)
    ]  # fmt: skip


async def test_two_workers_ask_once(checked: Checked) -> None:
    """A check that somebody asks for is nobody else's, until its lease is over."""
    post_id = await checked.write()
    parts = build(checked.mini.settings)
    await parts.open()
    try:
        await tick(parts)
        await tick(checked.mini.parts)
    finally:
        await parts.close()

    assert 1 == checked.mini.wechat.calls(_TEXT)
    assert 1 == await value(
        checked.mini.parts, "SELECT tries FROM content_checks WHERE post_id = $1", UUID(post_id)
    )


async def test_what_is_told_of_a_case_is_checked_as_what_is_posted(checked: Checked) -> None:
    """It waits while WeChat is away, a forged approval opens nothing, what is risky is never seen;
    what passed is seen, and an answer about words that were taken off changes nothing."""
    world, content = checked.world, checked.mini.wechat.content
    table = await at_table(world)
    assert table.other is not None
    await signed(table, await proposed(world, table))
    path, reader = f"{table.path}/outcome", table.staff
    content.words = {"刷单": "risky"}
    # The mediator is whom WeChat saw just now.
    await change(
        checked.mini.parts,
        f"UPDATE users SET openid = NULL WHERE openid = '{AMEI}'",
        f"UPDATE users SET openid = '{AMEI}' WHERE id = '{table.mediator.id}'",
    )

    async def drafted(text: str, *, away: bool = False) -> dict[str, Any]:
        checked.mini.wechat.next_codes = [-1] * 3 if away else []
        draft = await table.mediator.post(path, {"text": text})
        for party in (table.asker, table.other):
            assert party is not None
            await party.post(f"{path}/consent", {"text_hash": draft["text_hash"]})
        await tick(checked.mini.parts)
        return draft

    async def stands() -> tuple[str, str | None]:
        row = (await reader.get(path))["items"][0]
        return row["check"], row["held_why"]

    risky = await drafted("双方不再刷单。")
    worried = await stands()
    unseen = [
        await reader.refused(
            "POST", f"{path}/publish", json={"text_hash": risky["text_hash"], **more}
        )
        for more in ({}, {"despite": "not_checkable"})
    ]
    await table.mediator.post(f"{path}/take-back")
    fine = await drafted("双方约定了时间。", away=True)
    away = await stands()
    content.waiting = {"forged": AMEI}
    await checked.pushes(checked.opinion("forged"))
    await tick(checked.mini.parts)
    still = await stands()
    early = await reader.refused("POST", f"{path}/publish", json={"text_hash": fine["text_hash"]})
    await checked.later(seconds=25)
    passed = await stands()
    published = await reader.post(f"{path}/publish", {"text_hash": fine["text_hash"]})
    await table.asker.post(f"{path}/decline", {})
    await drafted("另一份文字。", away=True)
    await table.mediator.post(f"{path}/take-back")
    asked = checked.mini.wechat.calls(_TEXT)
    await checked.later(minutes=16)

    assert ("held", "wechat_risky") == worried
    assert [(409, "outcome_unchecked")] * 2 == unseen
    assert [("held", "check_unavailable")] * 2 == [away, still]
    assert (409, "outcome_unchecked") == early
    assert ("passed", None) == passed
    assert "published" == published["state"]
    # Nobody asks about what was taken off.
    assert asked == checked.mini.wechat.calls(_TEXT)


def _pair(opinion: Any) -> tuple[str, int]:
    return opinion.suggest, opinion.label


def _told(message: dict[str, Any]) -> tuple[str, tuple[str, int]] | None:
    found = read_pushed_opinion(message, appid=APPID)
    return None if found is None else (found[0], _pair(found[1]))
