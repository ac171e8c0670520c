"""Shapes of jobs, by who looks and at which stage."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from pydantic.types import StrictStr

from api.jobs.details import Details, ParcelCode
from api.kit.http.fields import Answer, Body, CleanText, Fen, GeoPoint, Moment, Note, Pattern
from api.people.schemas import Ask
from api.uploads.schemas import PhotoOut, UploadIds

Code = Annotated[StrictStr, Pattern("^[0-9]{4}$", "not four digits"), Field(examples=["4821"])]
StopState = Literal["pending", "delivered", "failed"]
JobState = Literal[
    "waiting",
    "open",
    "accepted",
    "picked_up",
    "delivered",
    "failed",
    "returned",
    "expired",
    "cancelled",
]


class Proof(Body):
    """What is shown at a step; `GET /v1/errand-kinds` says what each kind asks for."""

    photo_ids: UploadIds = ()
    spent_fen: Fen | None = Field(default=None, description="小票或凭证上的金额。")
    client_at: Moment | None = Field(
        default=None,
        description="手机上的时间;没有信号时可稍后补传。",
        examples=["2026-11-21T12:20:00+08:00"],
    )


class PickUp(Proof):
    """Proof of the pickup, or of the beginning."""

    code: Code | None = Field(default=None, description="取件码,由寄件人告知。", examples=["4821"])
    parcel_codes: Annotated[
        tuple[ParcelCode, ...], Field(max_length=400, description="已取到的快递的取件码。")
    ] = ()


class Deliver(Proof):
    """Proof of the delivery."""

    code: Code | None = Field(default=None, description="收货码,由收货人告知。", examples=["4821"])


class Saying(Body):
    """Words in excuse; the tables under `/v1/policies` say which reasons ask for them."""

    text: Note = Field(default="", description="情况说明,只有工作人员和本人可见。")
    upload_ids: UploadIds = ()


class Release(Saying):
    """Why a job is handed back."""

    reason: Literal[
        "handed_back",
        "weather",
        "lift_broken",
        "gate_refused",
        "customer_unreachable",
        "platform_estimate",
        "goods_forbidden",
    ] = Field(default="handed_back", examples=["weather"])


class Fail(Saying):
    """Why it could not be delivered."""

    reason: Literal[
        "nobody_there",
        "refused",
        "damaged",
        "address_wrong",
        "kept_back",
        "weather",
        "lift_broken",
        "gate_refused",
        "platform_estimate",
        "runner_unable",
        "lost",
    ] = Field(examples=["nobody_there"])


class ContactOut(Answer):
    """A contact; the phone is masked for the runner."""

    door: str = Field(examples=["2单元301"])
    name: str = Field(examples=["张阿姨"])
    phone: str | None = Field(examples=["138****8000"])
    second_phone: str | None = Field(
        default=None,
        description="先打 `phone`(家人),没人接再打这个(下单人)。",
        examples=["139****9000"],
    )


class SpotOut(Answer):
    """Where something is fetched or brought."""

    place: str = Field(description="楼栋或店铺。", examples=["3号楼"])
    point: GeoPoint
    contact: ContactOut | None = Field(
        default=None, description="接单后、完成前,骑手可见;本人与工作人员始终可见。"
    )


class ProofOut(Answer):
    """What was shown at a step."""

    photo_ids: tuple[UUID, ...] = ()
    spent_fen: int | None = Field(default=None, examples=[4280])
    at: datetime
    client_at: datetime | None = None


class StopOut(SpotOut):
    """One drop-off."""

    n: int = Field(examples=[1])
    state: StopState
    floor: int
    has_lift: bool
    order_id: UUID | None = Field(default=None, description="骑手看不到订单号。")
    receipt_code: str | None = Field(default=None, description="收货码,仅下单人可见。")
    at_door: bool = Field(default=False, description="可以放门口,拍照代替收货码。")
    with_photos: bool = Field(default=False, description="取货和送达都要拍照。")
    details: Details | None = Field(
        default=None, description="要做什么;接单后、完成前,骑手可见;本人与工作人员始终可见。"
    )
    is_kept_back: bool = Field(
        default=False, description="先别交给收货人(例如袋里有被召回的商品),等商家处理。"
    )
    fail_reason: str | None = None
    proof: ProofOut | None = None
    closed_at: datetime | None = None
    may_be_called: bool = Field(
        description="收货的人(代家人下单时是家人)是否愿意接电话;不愿意时骑手看不到其电话。"
    )
    leave_at_door: bool = Field(description="收货的人希望放在门口即可。")
    asks: list[Ask] = Field(
        description="收货的人请上门的人:敲门大声些、说话慢些、多等一会、纸条写大字。",
        examples=[["knock_loudly"]],
    )


class JobOut(Answer):
    """A job."""

    id: UUID
    kind: str = Field(examples=["fetch"])
    state: JobState
    fee_fen: int | None = Field(
        description="这一趟付给骑手的;一趟送多户时,收货的人看不到。", examples=[350]
    )
    advance_fen: int = Field(description="最多垫付多少。", examples=[0])
    weight_g: int = Field(description="一趟送多户时,收货的人只看到自己的。", examples=[2000])
    trip_m: float = Field(description="取货点到送货点的距离。", examples=[412.3])
    pickup: SpotOut
    pickup_code: str | None = Field(default=None, description="取件码,仅下单人可见。")
    stops: list[StopOut] = Field(description="一趟送多户时,收货的人只看到自己的。")
    photos: list[PhotoOut] = Field(
        default=[], description="凭证和要打印的照片;骑手在任务期间可见,本人与工作人员始终可见。"
    )
    runner_id: UUID | None
    ready_at: datetime
    due_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    picked_up_at: datetime | None
    pickup_proof: ProofOut | None = None
    closed_at: datetime | None
    version: int


class ReleaseRowOut(Answer):
    """One reason for handing a job back, before the pickup."""

    reason: str = Field(examples=["weather"])
    fault: str = Field(description="谁的责任。", examples=["nobody"])
    evidence: str = Field(description="需要的说明:无、文字、照片。", examples=["text"])
    points: str = Field(description="记入积分的事实。", examples=["released_excused"])
    zh: str
    en: str


class FailureRowOut(ReleaseRowOut):
    """One reason for failing, after the pickup."""

    percent: int = Field(description="收取跑腿费的百分之几,其余退回。", examples=[100])
    is_gone: bool = Field(description="货没了或坏了;接龙商品的货款由平台赔给商户。")


class FailurePolicy(Answer):
    """The published tables of handing back and of failing."""

    releases: list[ReleaseRowOut]
    failures: list[FailureRowOut]


class ProofToken(Answer):
    """Fetched while there is a signal; with it a proof made without one may be sent later."""

    token: str = Field(examples=["1795200000.6f0c2b1d9e8a4c7f5b3d2a106f0c2b1d"])
    from_at: datetime = Field(description="手机时间从这一刻起算。")
    until_at: datetime = Field(description="手机时间最晚到这一刻。")
    send_by: datetime = Field(description="最晚在这一刻补传;再晚仍会送达,但按收到的时间算。")


class LateProof(Body):
    """A proof that was made without a signal."""

    code: Code | None = Field(default=None, description="收货码,由收货人告知。", examples=["4821"])
    photo_ids: UploadIds = ()
    spent_fen: Fen | None = Field(default=None, description="凭证上的金额。")
    client_at: Moment = Field(
        description="手机上送达的时间。", examples=["2026-11-21T12:20:00+08:00"]
    )
    token: Annotated[CleanText, Field(min_length=1, max_length=64)]


class LateProofOut(Answer):
    """What became of a late proof."""

    verdict: Literal["counted", "outside_window", "sent_too_late", "moved_on"] = Field(
        description="按手机时间算;不在时间窗内;补传太晚;任务已变化,已留存给工作人员。",
        examples=["counted"],
    )
    proven_at: datetime | None = Field(description="算作送达的时间;没有算送达时为空。")
    job_state: JobState


class LegOut(Answer):
    """One visit of the route."""

    job_id: UUID
    stop: int = Field(description="0 为取货或退回,1 起为第几站。", examples=[0])
    act: Literal["pick_up", "deliver", "return"] = Field(
        description="去那里做什么:取货、送达,或把没送成的物品退回取货点。", examples=["pick_up"]
    )
    point: GeoPoint
    walk_m: float = Field(description="从上一处走来多少米。", examples=[182.4])
    arrives_at: datetime = Field(description="预计到达,已计入此前各处等待和取送的用时。")
    done_at: datetime = Field(description="预计在这里取好或交付的时间,按以往在此处的用时推算。")


class RouteOut(Answer):
    """The jobs at hand and the order in which to walk them."""

    jobs: list[JobOut]
    route: list[LegOut]


class Track(Answer):
    """Where the runner is, from pickup to hand-over."""

    state: JobState
    point: GeoPoint | None = Field(description="取货后、送达前可见。")
    position_at: datetime | None
    stop_state: StopState | None = Field(
        default=None, description="一趟送多户时,自己那一站;送到或送不成以后看不到骑手的位置。"
    )
    expected_at: datetime | None = Field(
        default=None,
        description="预计何时送到,接单后可见:按骑手手上全部任务的路线和取送用时推算,随时更新。",
    )
