"""A WeChat of the test's own, and the product with its mini-program there."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI

from api.bootstrap import Parts, build
from api.doctor import examine
from api.kit.db import Database
from api.settings import Settings
from tests.fixtures.builders.people import Person
from tests.wechat.standin import APPID, SECRET, StandIn

PUSH_TOKEN = "AAAAA"
PUSH_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass(slots=True)
class MiniProgramWorld:
    """A server that knows WeChat, and no places yet."""

    wechat: StandIn
    settings: Settings
    parts: Parts
    http: httpx.AsyncClient

    async def opens(self, code: str, **more: object) -> httpx.Response:
        """Signing in with a code; where our own server is too busy, again."""
        headers = more.pop("headers", {})
        while True:
            answer = await self.http.post(
                "/v1/sessions", json={"code": code, **more}, headers=headers
            )
            if answer.status_code != 503 or answer.json()["code"] != "busy":
                return answer

    async def person(self, openid: str) -> Person:
        """Somebody who signed in through WeChat."""
        answer = await self.opens(self.wechat.login_code(openid))
        assert answer.status_code == 201, answer.text
        return Person(self.http, answer.json()["token"], answer.json()["user_id"])


def openid(name: str) -> str:
    """An openid of the real form, for somebody."""
    return f"o6Test{name:_<22}"


@pytest.fixture
async def wechat() -> AsyncGenerator[tuple[StandIn, str]]:
    """WeChat, and where it is."""
    stand_in = StandIn()
    async with stand_in.serving() as url:
        yield stand_in, url


def at_wechat(settings: Settings, url: str) -> Settings:
    """Settings of a server whose mini-program is at this WeChat."""
    more = {
        "wechat_appid": APPID,
        "wechat_secret": SECRET,
        "wechat_base_url": url,
        "wechat_push_token": PUSH_TOKEN,
        "wechat_push_key": PUSH_KEY,
    }
    said = {**settings.model_dump(), **more}
    for name, alias in (("database_url", "DATABASE_URL"), ("redis_url", "REDIS_URL")):
        said[alias] = said.pop(name)
    return Settings.model_validate(said)


@pytest.fixture
async def mini(
    http: httpx.AsyncClient,
    wechat: tuple[StandIn, str],
    settings: Settings,
    server: tuple[FastAPI, str],
    database: Database,
) -> AsyncGenerator[MiniProgramWorld]:
    """The product as in production, but for where its WeChat is; the doctor finds nothing after."""
    (stand_in, url), (app, _) = wechat, server
    configured = at_wechat(settings, url)
    before, app.state.parts = app.state.parts, build(configured)
    parts: Parts = app.state.parts
    await parts.redis.client.flushdb()
    await parts.open()
    yield MiniProgramWorld(stand_in, configured, parts, http)
    findings = await examine(database)
    await parts.close()
    app.state.parts = before
    assert [] == [(f.invariant.name, f.keys) for f in findings]
