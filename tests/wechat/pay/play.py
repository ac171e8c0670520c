"""WeChat Pay played by hand, beside `linli up --demo`: ``make play``.

With ``--up`` it starts `linli up --demo` so that payments go here instead of into the sandbox, and
stops it in the end; without, it prints what to export before that. Then it does what is typed: pay
as the person would, refund as the bank would, tell, lose, forge, write bills with a fault.
"""

import argparse
import asyncio
import json
import os
import re
import shlex
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import httpx

from tests.wechat.pay.bills import AnyFault, BillFault, PayoutFault, day_of, trade_bill
from tests.wechat.pay.entries import No
from tests.wechat.pay.sending import Forgery
from tests.wechat.pay.standin import PayStandIn, platform_pem
from tests.wechat.pay.vectors import APPID, KEY_ID, MCHID, MERCHANT_KEY, SERIAL, V3_KEY, pem
from tests.wechat.standin import SECRET, StandIn

_KINDS: tuple[Forgery, ...] = get_args(Forgery)
_FAULTS: tuple[AnyFault, ...] = (*get_args(BillFault), *get_args(PayoutFault))
_LOG = Path(".linli/play.log")
_START_S = 90
# Development codes make people whose openid WeChat would never give.
_OPENIDS = re.compile(r"o[\w-]{27}|dev:\w{1,40}")
_HELP = """orders              what was announced, and what became of it
pay NUMBER          pay it (the first letters suffice)
tell                deliver what is due
repeat              deliver the last notice again
forge KIND          deliver the last notice forged: {kinds}
lose                never deliver what waits
bank STATE          end every refund: SUCCESS, ABNORMAL, CLOSED
transfers           what was offered to runners
confirm             take every transfer that waits
fail REASON         let every transfer that waits fail: PAYEE_ACCOUNT_ABNORMAL, …
empty               leave nothing on the account that runners are paid from
later SECONDS       move this clock ahead, by which signatures are dated: 300 at most
days N              move its days ahead, or back (-1: what is paid now was paid yesterday)
bill                today's bill, as it will be tomorrow
fault NUMBER FAULT  have a line of the bills wrong: {faults}
"""


def _settings(url: str, mini_url: str) -> dict[str, str]:
    return {
        "LINLI_SANDBOX_PAYMENTS": "false",
        "LINLI_WECHAT_APPID": APPID,
        "LINLI_WECHAT_SECRET": SECRET,
        "LINLI_WECHAT_BASE_URL": mini_url,
        "LINLI_WECHAT_PAY_MCHID": MCHID,
        "LINLI_WECHAT_PAY_SERIAL": SERIAL,
        "LINLI_WECHAT_PAY_PRIVATE_KEY": pem("PRIVATE KEY", MERCHANT_KEY),
        "LINLI_WECHAT_PAY_V3_KEY": V3_KEY,
        "LINLI_WECHAT_PAY_PLATFORM_KEYS": json.dumps({KEY_ID: platform_pem()}),
        "LINLI_WECHAT_PAY_NOTIFY_BASE": "https://linli.example.org",
        "LINLI_WECHAT_PAY_BASE_URL": url,
    }


@dataclass(frozen=True, slots=True)
class Play:
    """WeChat Pay, and where our API is; one act for each word that may be typed."""

    wechat: PayStandIn
    client: httpx.AsyncClient

    async def do(self, line: str) -> str:
        """Do what one line says; what came of it."""
        word, _, more = line.strip().partition(" ")
        act = getattr(self, word, None) if word.isalpha() and word != "do" else None
        rows = (
            await act(more)
            if callable(act)
            else [_HELP.format(kinds=", ".join(_KINDS), faults=", ".join(_FAULTS))]
        )
        return "\n".join(rows) or "nothing"

    async def orders(self, _: str) -> list[str]:
        """What was announced."""
        return [f"{n} {o.state} {o.total} fen" for n, o in self.wechat.book.orders.items()]

    async def pay(self, number: str) -> list[str]:
        """Pay as the person would."""
        book = self.wechat.book
        order = next(o for n, o in book.orders.items() if n.startswith(number))
        book.pay(list(order.prepay_ids)[-1], order.said["payer"]["openid"])
        return [f"paid as {order.transaction_id}"]

    async def tell(self, _: str) -> list[str]:
        """Deliver what is due."""
        return [f"answered {status}" for status in await self.wechat.deliver(self.client)]

    async def repeat(self, _: str) -> list[str]:
        """Deliver the last notice once more."""
        answer = await self.wechat.send(self.client, self.wechat.post.made[-1])
        return [f"answered {answer.status_code}"]

    async def forge(self, kind: str) -> list[str]:
        """Deliver the last notice, forged."""
        forgery = next(k for k in _KINDS if k.startswith(kind))
        answer = await self.wechat.send(self.client, self.wechat.post.made[-1], forgery)
        return [f"answered {answer.status_code}"]

    async def lose(self, _: str) -> list[str]:
        """Deliver nothing of what waits."""
        self.wechat.post.lose_all()
        return ["lost"]

    async def bank(self, state: str) -> list[str]:
        """End refunds as the bank would."""
        book = self.wechat.book
        waiting = [n for n, refund in book.refunds.items() if refund.state == "PROCESSING"]
        for number in waiting:
            book.finish_refund(number, state or "SUCCESS")
        return [f"{number} {book.refunds[number].state}" for number in waiting]

    async def confirm(self, _: str) -> list[str]:
        """Take transfers as runners would."""
        book = self.wechat.book
        offered = [b for b in book.transfers.values() if b.state == "WAIT_USER_CONFIRM"]
        for bill in offered:
            book.confirm(bill.package, bill.said["openid"])
        return [f"{bill.said['out_bill_no']} {bill.state}" for bill in offered]

    async def transfers(self, _: str) -> list[str]:
        """What was offered to runners."""
        found = self.wechat.book.transfers.items()
        return [f"{n} {b.state} {b.said['transfer_amount']} fen" for n, b in found]

    async def fail(self, reason: str) -> list[str]:
        """Let transfers fail as WeChat would."""
        book = self.wechat.book
        offered = [b for b in book.transfers.values() if b.state == "WAIT_USER_CONFIRM"]
        for bill in offered:
            book.end_transfer(bill, "FAIL", reason or "PAYEE_ACCOUNT_ABNORMAL")
        return [f"{bill.said['out_bill_no']} {bill.state}" for bill in offered]

    async def empty(self, _: str) -> list[str]:
        """Leave nothing on the operating account."""
        self.wechat.book.operating_fen = 0
        return ["every further transfer is refused with NOT_ENOUGH"]

    async def later(self, seconds: str) -> list[str]:
        """Move WeChat's clock ahead."""
        self.wechat.offset_s += float(seconds)
        return [f"{self.wechat.offset_s:.0f} s ahead"]

    async def bill(self, _: str) -> list[str]:
        """The bill of today."""
        wechat = self.wechat
        text = trade_bill(wechat.book, day_of(wechat.today()), wechat.bill_faults)
        return [text or "nothing yet"]

    async def days(self, number: str) -> list[str]:
        """Move WeChat's days."""
        self.wechat.ahead_s += float(number) * 86_400
        return [f"it is {day_of(self.wechat.today())} at WeChat"]

    async def fault(self, said: str) -> list[str]:
        """Have a line of its bills wrong."""
        number, _, fault = said.partition(" ")
        books = (*self.wechat.book.orders, *self.wechat.book.refunds)
        known = next(n for n in books if n.startswith(number))
        self.wechat.bill_faults[known] = next(f for f in _FAULTS if f.startswith(fault))
        return [f"{known}: {self.wechat.bill_faults[known]}"]


@asynccontextmanager
async def _linli(api: str, settings: dict[str, str]) -> AsyncGenerator[None]:
    """`linli up --demo` with these settings, while we play."""
    address = urlsplit(api)
    _LOG.parent.mkdir(exist_ok=True)
    with _LOG.open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "api.cli", "up", "--demo", "--still",
            "--host", address.hostname or "", "--port", str(address.port),
            env={**os.environ, **settings}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        await _ready(api, process)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _ready(api: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient(base_url=api) as client:
        for _ in range(_START_S):
            if process.returncode is not None:
                break
            try:
                if (await client.get("/readyz")).is_success:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(1)
    raise SystemExit(f"linli did not come up at {api}: see {_LOG}")


async def _play(api: str, *, brings_up: bool) -> None:
    wechat = PayStandIn()
    wechat.book.openids = _OPENIDS
    async with (
        wechat.serving() as url,
        StandIn(pay=wechat).serving() as mini_url,
        httpx.AsyncClient(base_url=api, timeout=10) as client,
    ):
        settings = _settings(url, mini_url)
        if brings_up:
            async with _linli(api, settings):
                print(f"邻里 is up at {api}, its log is {_LOG}. Who can sign in stands there.")
                await _listen(Play(wechat, client))
        else:
            print("\n".join(f"export {n}={shlex.quote(v)}" for n, v in settings.items()))
            print(f"# then: linli up --demo, at {api}")
            await _listen(Play(wechat, client))


async def _listen(play: Play) -> None:
    print("An empty line tells what can be done; the end of input stops.")
    while line := await asyncio.to_thread(sys.stdin.readline):
        try:
            print(await play.do(line))
        except (No, RuntimeError, IndexError, ValueError, httpx.HTTPError) as error:
            print(f"no: {error!r}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api", default="http://127.0.0.1:8000", help="where linli listens")
    parser.add_argument("--up", action="store_true", help="start linli up --demo, and stop it")
    chosen = parser.parse_args()
    asyncio.run(_play(chosen.api, brings_up=chosen.up))
