"""The facts that are scored: what happened, to whom, when, with a typed body per kind."""

from dataclasses import dataclass, field
from typing import ClassVar, Generic, Literal, TypeVar, get_args

Cause = Literal[
    "merchant_wait",
    "traffic_control",
    "customer_unreachable",
    "access_blocked",
    "extra_request",
    "platform_fault",
    "severe_weather",
    "injury",
    "emergency_help",
]
Severity = Literal["minor", "moderate", "serious"]
Outcome = Literal["upheld", "reversed", "reduced"]

CAUSES: tuple[Cause, ...] = get_args(Cause)
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


class ScoringError(ValueError):
    """Facts or rules that cannot be scored; the subclass says what is wrong with them."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """Minutes of a delay that were not the runner's; a whole-excuse cause needs no minutes."""

    cause: Cause
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class OrderCompleted:
    """A delivered order. `late_s` counts from the promised end and is negative when early.

    `weather` is 0 (fair), 1 (bad) or 2 (severe); `floors_no_lift` are floors climbed on foot;
    `care` says that the resident is on the care list. `cell` (conditions of the same difficulty)
    and `building` are names, for the quality estimate.
    """

    kind: ClassVar[str] = "order.completed"
    late_s: int = 0
    excuses: tuple[Excuse, ...] = ()
    weather: int = 0
    weight_g: int = 0
    floors_no_lift: int = 0
    care: bool = False
    proof_required: int = 0
    proof_given: int = 0
    own_household: bool = False
    cell: str | None = None
    building: str | None = None


@dataclass(frozen=True, slots=True)
class ExcuseGranted:
    """A person accepted one more excuse for a delivered order."""

    kind: ClassVar[str] = "excuse.granted"
    order: str
    excuse: Excuse


@dataclass(frozen=True, slots=True)
class RatingRevealed:
    """A resident's stars (1 to 5). `rater_weight` is thousandths, for the quality estimate."""

    kind: ClassVar[str] = "rating.revealed"
    order: str
    stars: int
    tags: tuple[str, ...] = ()
    rater_weight: int = 1_000


@dataclass(frozen=True, slots=True)
class OrderReleased:
    """An accepted order given back before pickup, `after_accept_s` after acceptance."""

    kind: ClassVar[str] = "order.released"
    after_accept_s: int
    excused: bool = False


@dataclass(frozen=True, slots=True)
class OrderAbandoned:
    """An order dropped after pickup."""

    kind: ClassVar[str] = "order.abandoned"
    excused: bool = False


@dataclass(frozen=True, slots=True)
class ShiftNoShow:
    """A shift that the runner signed up for and did not begin."""

    kind: ClassVar[str] = "shift.no_show"
    excused: bool = False


@dataclass(frozen=True, slots=True)
class ComplaintUpheld:
    """A complaint that a person examined and found true."""

    kind: ClassVar[str] = "complaint.upheld"
    severity: Severity


@dataclass(frozen=True, slots=True)
class FraudConfirmed:
    """Falsified proof or collusion, confirmed by a person; the fake facts are reversed apart."""

    kind: ClassVar[str] = "fraud.confirmed"


@dataclass(frozen=True, slots=True)
class TrainingCompleted:
    """A course; `offsets` is the id of the one fact whose penalty it shall lower, or None."""

    kind: ClassVar[str] = "training.completed"
    course: str
    offsets: str | None = None


@dataclass(frozen=True, slots=True)
class VolunteerHours:
    """Minutes of volunteering that the organiser signed."""

    kind: ClassVar[str] = "volunteer.hours"
    minutes: int


@dataclass(frozen=True, slots=True)
class MediationClosed:
    """A mediation that the runner helped to close."""

    kind: ClassVar[str] = "mediation.closed"


@dataclass(frozen=True, slots=True)
class HazardVerified:
    """A reported danger that staff found real."""

    kind: ClassVar[str] = "hazard.verified"


@dataclass(frozen=True, slots=True)
class EmergencyHelped:
    """Help in an emergency, confirmed by staff."""

    kind: ClassVar[str] = "emergency.helped"


@dataclass(frozen=True, slots=True)
class MenteeGraduated:
    """A newcomer whom the runner mentored reached 30 orders without an upheld complaint."""

    kind: ClassVar[str] = "mentee.graduated"
    mentee: str


@dataclass(frozen=True, slots=True)
class RunnerJoined:
    """The runner's first day; of several, the earliest."""

    kind: ClassVar[str] = "runner.joined"


@dataclass(frozen=True, slots=True)
class LeaveStarted:
    """The runner is away; reviews of the tier stand still."""

    kind: ClassVar[str] = "leave.started"


@dataclass(frozen=True, slots=True)
class LeaveEnded:
    """The runner is back."""

    kind: ClassVar[str] = "leave.ended"


@dataclass(frozen=True, slots=True)
class PointsRedeemed:
    """Points spent: they lower what can be spent, never the standing."""

    kind: ClassVar[str] = "points.redeemed"
    cp: int


@dataclass(frozen=True, slots=True)
class AppealFiled:
    """An appeal against the penalty that rests on the fact `target`."""

    kind: ClassVar[str] = "appeal.filed"
    target: str


@dataclass(frozen=True, slots=True)
class AppealDecided:
    """The answer to the filed appeal `appeal`; `new_cp` is the penalty left when reduced."""

    kind: ClassVar[str] = "appeal.decided"
    appeal: str
    outcome: Outcome
    new_cp: int = 0


@dataclass(frozen=True, slots=True)
class EntryReversed:
    """The fact `target` never counted, as long as this one is not reversed itself."""

    kind: ClassVar[str] = "entry.reversed"
    target: str
    reason: str


Body = (
    OrderCompleted
    | ExcuseGranted
    | RatingRevealed
    | OrderReleased
    | OrderAbandoned
    | ShiftNoShow
    | ComplaintUpheld
    | FraudConfirmed
    | TrainingCompleted
    | VolunteerHours
    | MediationClosed
    | HazardVerified
    | EmergencyHelped
    | MenteeGraduated
    | RunnerJoined
    | LeaveStarted
    | LeaveEnded
    | PointsRedeemed
    | AppealFiled
    | AppealDecided
    | EntryReversed
)
B_co = TypeVar("B_co", bound=Body, covariant=True)


@dataclass(frozen=True, slots=True)
class Fact(Generic[B_co]):
    """One thing that happened. `at` is when it happened (unix seconds), not when it was recorded.

    `household` is the one served; None where no household is part of the fact. `recorded_at` is
    for the audit trail: the same fact recorded twice is one fact. None means: as it happened.
    """

    id: str
    runner: str
    at: int
    household: str | None
    body: B_co
    recorded_at: int | None = field(default=None, compare=False)

    @property
    def kind(self) -> str:
        """Return the kind's name, as in stored facts."""
        return self.body.kind

    @property
    def known_from(self) -> int:
        """Return the unix second from which on the fact was on record."""
        return self.at if self.recorded_at is None else self.recorded_at


AnyFact = Fact[Body]
