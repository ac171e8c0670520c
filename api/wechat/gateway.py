"""WeChat as the product knows it: payments, and the mini-program's own server side.

Real WeChat, the sandbox and "nothing configured" all fit these protocols.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, Protocol

from api.wechat.pay.bills import BillFile

TradeState = Literal["not_paid", "paid", "closed", "unknown"]
RefundState = Literal["processing", "succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class Trade:
    """What the gateway knows of a payment; ``openid``: who paid, where it tells."""

    state: TradeState
    amount_fen: int
    transaction_id: str | None
    openid: str | None = None


@dataclass(frozen=True, slots=True)
class Bills:
    """What the gateway says of one day, as files; ``None``: it has no such bill of that day."""

    trade: BillFile | None
    flow: BillFile | None
    # Of the account that runners are paid from; None: nothing moved there.
    operating: BillFile | None = None


class GatewayUnavailable(Exception):
    """No answer, or none that can be trusted: ask again under the same number."""


class GatewayMisconfigured(GatewayUnavailable):
    """Refused for a reason that only the operator can mend: wrong secret, address not allowed."""


class NotConfigured(GatewayUnavailable):
    """This deployment has no such account at WeChat; asking again changes nothing."""


class OutcomeUnknown(GatewayUnavailable):
    """The call may have had its effect, and may not be repeated blindly."""


class AnswerUnfit(GatewayUnavailable):
    """An answer under our number that is not what we asked for: for a person, and asked again."""

    def __init__(self, why: str, theirs_fen: int) -> None:
        super().__init__(why)
        self.why, self.theirs_fen = why, theirs_fen


class NotEnough(GatewayUnavailable):
    """Our account at WeChat holds too little: once it is topped up, ask under the same number."""


class PaymentRefused(Exception):
    """Refused for good: nothing will come of this number. ``code`` is WeChat's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSuchNumber(PaymentRefused):
    """WeChat knows nothing under this number."""


class Throttled(Exception):
    """WeChat's quota for this call is used up for the moment."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(f"retry after {retry_after_s} s")
        self.retry_after_s = retry_after_s


class CodeNotGood(Exception):
    """A code that is wrong, used, expired or another app's: the client must get a new one."""


class NotCheckable(Exception):
    """WeChat does not check this for this person, as whoever was not seen for two hours."""


class PersonBlocked(Exception):
    """WeChat lets this person in nowhere; there is nothing to try again."""


class PaymentGateway(Protocol):
    """Every call is safe to repeat under the same number, and none runs in a transaction."""

    @property
    def name(self) -> str:
        """What stands in the payment's row."""
        ...

    @property
    def mchid(self) -> str:
        """The merchant number that bills name us by."""
        ...

    async def bills(self, *, day: date) -> Bills:
        """What moved on a day in China; ready after ten o'clock of the next.

        Raises:
            GatewayUnavailable: ask again.
            PaymentRefused: there will be none, such as of a day too long ago.
        """
        ...

    async def prepare(
        self,
        *,
        out_trade_no: str,
        amount_fen: int,
        title: str,
        openid: str,
        expires_at: datetime | None,
        is_frozen: bool = False,
    ) -> dict[str, Any]:
        """Announce a payment; what the client needs for ``wx.requestPayment``.

        ``is_frozen``: the gateway keeps the money until it is shared, or released.

        Raises:
            GatewayUnavailable: ask again.
            PaymentRefused: nothing can be paid under this number any more: query.
        """
        ...

    async def query(self, *, out_trade_no: str) -> Trade:
        """What became of a payment.

        Raises:
            GatewayUnavailable: ask again.
        """
        ...

    async def close(self, *, out_trade_no: str) -> None:
        """Let nobody pay under this number any more; what is paid already stays so: query.

        Raises:
            GatewayUnavailable: ask again.
        """
        ...

    async def aclose(self) -> None:
        """Let go of the connections; safe to call twice."""
        ...

    async def refund(
        self, *, out_trade_no: str, out_refund_no: str, amount_fen: int, total_fen: int
    ) -> RefundState:
        """Send money back, once per ``out_refund_no`` however often it is asked.

        Raises:
            AnswerUnfit: WeChat has a refund of another amount or payment under the number.
            GatewayUnavailable: ask again under the same number.
        """
        ...


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is inside this mini-program. An openid from a client proves nothing."""

    openid: str
    unionid: str | None


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number that WeChat vouches for; ``number`` is without the country code, such as 86."""

    number: str
    country_code: str


RefusedKind = Literal[
    "no_grant",
    "openid_wrong",
    "template_wrong",
    "page_wrong",
    "field_wrong",
    "sending_banned",
    "sensitive_word",
]


@dataclass(frozen=True, slots=True)
class Sent:
    """A subscribe message that WeChat took; it used up one consent."""

    message_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A subscribe message that WeChat will not take, however often it is sent.

    ``no_grant``: the person refused, or the consent is used up; count it as zero.
    ``field``: the field that is wrong, where WeChat named one.
    """

    kind: RefusedKind
    field: str = ""


@dataclass(frozen=True, slots=True)
class Shipping:
    """That what was paid for was delivered; ``kind``: carried, a service, or fetched by them."""

    transaction_id: str
    openid: str
    item: str
    kind: Literal["delivery", "service", "pickup"]
    at: datetime


# told_before: it stands there, and WeChat takes no further correction.
ShippingOutcome = Literal["told", "told_before", "not_shippable"]


Suggest = Literal["pass", "review", "risky"]
Scene = Literal["comment", "forum"]


@dataclass(frozen=True, slots=True)
class Opinion:
    """What WeChat thinks of a text or a picture; ``label``: 100 normal, others name the worry."""

    suggest: Suggest
    label: int


class MiniProgram(Protocol):
    """The server side of the mini-program. No call runs in a transaction."""

    async def close(self) -> None:
        """Let go of the connections; safe to call twice."""
        ...

    async def identify(self, *, code: str) -> Identity:
        """Who holds a ``wx.login`` code; each code is good for once and five minutes.

        Raises:
            CodeNotGood, PersonBlocked, Throttled, GatewayUnavailable.
        """
        ...

    async def phone_number(self, *, code: str) -> PhoneNumber:
        """The number behind a ``getPhoneNumber`` code; each call that succeeds is charged.

        Raises:
            CodeNotGood, Throttled, GatewayUnavailable.
        """
        ...

    async def send_subscribe(
        self, *, openid: str, template_id: str, data: Mapping[str, str], page: str | None
    ) -> Sent | Refused:
        """Send one subscribe message. ``data``: the template's keys (``thing1``) to plain texts,
        which are cut and checked as their types ask.

        Raises:
            FieldUnfit: a value that cannot be cut into its type, such as a date.
            OutcomeUnknown: it may have been sent; do not send it again.
            Throttled, GatewayUnavailable: it was not sent.
        """
        ...

    async def upload_shipping(self, *, shipping: Shipping) -> ShippingOutcome:
        """Tell that something was delivered, without which a payment stays frozen at WeChat.

        WeChat takes it once and one correction; asked again it says that it was told.

        Raises:
            Throttled, GatewayUnavailable: ask again; also while WeChat does not know the payment.
        """
        ...

    async def check_text(self, *, openid: str, content: str, scene: Scene) -> Opinion:
        """What WeChat thinks of a text of at most 2,500 characters by this person.

        Raises:
            NotCheckable: a person has to look.
            NotConfigured, Throttled, GatewayUnavailable: nobody looked.
        """
        ...

    async def check_picture(self, *, openid: str, url: str, scene: Scene) -> str:
        """Let WeChat look at a picture; the number under which its opinion is pushed later.

        Asked twice it looks twice, under two numbers.

        Raises:
            NotCheckable: a person has to look.
            NotConfigured, Throttled, GatewayUnavailable: nobody will look.
        """
        ...
