"""What WeChat Pay answers and notifies, as far as we read it; amounts are whole fen.

Fields that we do not know are ignored, those we read must be of their kind.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

_Number = Annotated[str, Field(min_length=1, max_length=64)]
_Fen = Annotated[int, Field(ge=0, le=100_000_000_000)]

TradeStateCode = Literal[
    "SUCCESS", "REFUND", "NOTPAY", "CLOSED", "REVOKED", "USERPAYING", "PAYERROR"
]
RefundStateCode = Literal["SUCCESS", "CLOSED", "PROCESSING", "ABNORMAL"]
TransferState = Literal[
    "ACCEPTED",
    "PROCESSING",
    "WAIT_USER_CONFIRM",
    "TRANSFERING",
    "SUCCESS",
    "FAIL",
    "CANCELING",
    "CANCELLED",
]
# The money has moved, or never will under this number.
TRANSFER_FINAL: frozenset[TransferState] = frozenset({"SUCCESS", "FAIL", "CANCELLED"})


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Prepay(_Read):
    """A payment that may be made for two hours; ask again for another one."""

    prepay_id: str = Field(min_length=1, max_length=64)


class Payer(_Read):
    """Who paid."""

    openid: str


class TradeAmount(_Read):
    """What was asked for; the payer's share of it may be less by coupons, which we never use."""

    total: _Fen
    currency: str = "CNY"


class Transaction(_Read):
    """A payment as WeChat knows it; the same in an answer and in a notice."""

    appid: str
    mchid: str
    out_trade_no: _Number
    trade_state: TradeStateCode
    transaction_id: str | None = Field(default=None, max_length=64)
    payer: Payer | None = None
    amount: TradeAmount | None = None


class RefundAmount(_Read):
    """What goes back, and what was paid."""

    refund: _Fen
    total: _Fen
    currency: str = "CNY"


class RefundAnswer(_Read):
    """A refund as an answer tells it."""

    refund_id: _Number
    out_refund_no: _Number
    out_trade_no: _Number
    status: RefundStateCode
    amount: RefundAmount


class RefundNotice(_Read):
    """A refund as a notice tells it: other names, and the merchant's number."""

    mchid: str
    refund_id: _Number
    out_refund_no: _Number
    out_trade_no: _Number
    refund_status: RefundStateCode
    amount: RefundAmount


class TransferBill(_Read):
    """A transfer to a person; `package_info` while it waits for their confirmation."""

    out_bill_no: _Number
    transfer_bill_no: _Number
    state: TransferState
    package_info: str | None = Field(default=None, max_length=2048)
    transfer_amount: _Fen | None = None
    openid: str | None = None
    fail_reason: str | None = Field(default=None, max_length=256)


class TransferNotice(TransferBill):
    """A transfer that ended, as a notice tells it."""

    mch_id: str


class CancelledTransfer(_Read):
    """That a transfer is being taken back; its state follows by query."""

    out_bill_no: _Number
    transfer_bill_no: _Number
    state: TransferState


class BillLink(_Read):
    """Where a day's bill can be had, for half a minute, and what it must hash to."""

    hash_type: Literal["SHA1"]
    hash_value: str = Field(pattern=r"^[0-9a-fA-F]{40}$")
    download_url: str = Field(max_length=2048)


class Refusal(_Read):
    """Why not: branch on the code, never on the message."""

    code: str = Field(pattern=r"^[A-Z0-9_]{1,64}$")


class Resource(_Read):
    """What is sealed inside a notice."""

    original_type: str = Field(max_length=32)
    algorithm: Literal["AEAD_AES_256_GCM"]
    ciphertext: str = Field(min_length=1, max_length=65_536)
    associated_data: str = Field(default="", max_length=64)
    nonce: str = Field(max_length=64)


class Notice(_Read):
    """A notice as it comes; its number is the same in every repeat."""

    id: str = Field(min_length=1, max_length=64)
    event_type: str = Field(min_length=1, max_length=64)
    resource: Resource
