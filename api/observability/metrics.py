"""Prometheus metrics: requests by route template, events, reactions, timers."""

from datetime import datetime, time, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import Scope

from api.kit.clock import CHINA, unix_s
from api.kit.workdays import KNOWN_UNTIL

REGISTRY = CollectorRegistry()

REQUESTS = Counter(
    "linli_requests",
    "Requests by route and status.",
    ("method", "route", "status"),
    registry=REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "linli_request_seconds",
    "Seconds from the first byte to the answer.",
    ("route",),
    buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1, 3, 8),
    registry=REGISTRY,
)
EVENTS_PUMPED = Counter("linli_events_pumped", "Events handed to reactions.", registry=REGISTRY)
REACTIONS = Counter(
    "linli_reactions", "Reactions by task and outcome.", ("task", "outcome"), registry=REGISTRY
)
REACTION_LAG_SECONDS = Histogram(
    "linli_reaction_lag_seconds",
    "From commit of an event to the end of a reaction.",
    buckets=(0.02, 0.05, 0.1, 0.25, 1, 5, 30),
    registry=REGISTRY,
)
TIMER_MOVES = Counter("linli_timer_moves", "Rows moved by a timer.", ("timer",), registry=REGISTRY)
UNPUMPED_EVENTS = Gauge("linli_unpumped_events", "Events nobody took yet.", registry=REGISTRY)

# Beyond it last days are provisional: `kit/holidays.toml` wants its next year.
HOLIDAYS_KNOWN_UNTIL = Gauge(
    "linli_holidays_known_until_seconds", "End of the last announced year.", registry=REGISTRY
)
HOLIDAYS_KNOWN_UNTIL.set(unix_s(datetime.combine(KNOWN_UNTIL + timedelta(1), time(), CHINA)))
LIVE_LINES = Gauge("linli_live_lines", "Clients on the line.", registry=REGISTRY)
LIVE_FRAMES = Counter("linli_live_frames", "Changes told over lines.", registry=REGISTRY)
LIVE_REFUSED = Counter(
    "linli_live_refused", "Lines refused at the handshake.", ("code",), registry=REGISTRY
)
LIVE_ENDED = Counter("linli_live_ended", "Lines ended, by code.", ("code",), registry=REGISTRY)
LIVE_PASS_SECONDS = Histogram(
    "linli_live_pass_seconds",
    "From a ring to the last line that was told.",
    buckets=(0.005, 0.02, 0.05, 0.1, 0.3, 1, 3),
    registry=REGISTRY,
)

WECHAT_CALLS = Counter(
    "linli_wechat_calls",
    "Calls to WeChat by outcome: ok, its error code, or why there was no answer.",
    ("call", "outcome"),
    registry=REGISTRY,
)


def observe_wechat(call: str, outcome: str) -> None:
    """Count one finished call to WeChat."""
    WECHAT_CALLS.labels(call, outcome).inc()


def observe_request(scope: Scope, status: int, took_s: float) -> None:
    """Count one finished request under its route template, never under its raw path."""
    route = str(getattr(scope.get("route"), "path", "unmatched"))
    REQUESTS.labels(scope["method"], route, str(status)).inc()
    REQUEST_SECONDS.labels(route).observe(took_s)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
