"""Templates, how they say times and sums, and the headers that every page carries."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from api.console import words
from api.errors import AppError
from api.kit.clock import china
from api.kit.money import format_yuan

# Nothing from elsewhere, nothing inline, in no frame: what somebody typed can never act.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TRIED_AGAIN = frozenset({"busy", "rate_limited", "request_in_flight"})


def points(centipoints: int) -> str:
    """``-80`` as ``-0.8``."""
    return f"{centipoints / 100:g}"


def moment(value: datetime | None) -> str:
    """Day and minute on clocks in China; nothing for nothing."""
    return "" if value is None else china(value).strftime("%m-%d %H:%M")


def local(value: datetime) -> str:
    """A moment as browsers type it, on clocks in China."""
    return china(value).strftime("%Y-%m-%dT%H:%M")


def until(value: datetime, now: datetime) -> str:
    """How long still, or how long past, in the largest fitting unit."""
    minutes = round((value - now).total_seconds() / 60)
    distance = abs(minutes)
    if distance < 60:
        said = f"{distance} 分钟"
    elif distance < 60 * 48:
        said = f"{distance // 60} 小时"
    else:
        said = f"{distance // (60 * 24)} 天"
    return f"剩 {said}" if minutes >= 0 else f"已过 {said}"


def render(
    template: str, *, status: int = 200, headers: Mapping[str, str] = {}, **values: Any
) -> Response:
    """A page with its headers."""
    text = _TEMPLATES.get_template(template).render(**values)
    return HTMLResponse(text, status, headers={**HEADERS, **headers})


def problem(error: AppError, *, request_id: str, here: Any = None, back: str = "") -> Response:
    """A refusal as a page: what is wrong, what to do, and where to go on. ``back``: an address."""
    status = error.refusal.status
    return render(
        "problem.html",
        status=status,
        headers={"Retry-After": str(error.retry_after_s or 1)} if status in (429, 503) else {},
        here=here,
        title=error.refusal.zh,
        advice=words.ADVICE.get(error.code) or words.ADVICE_BY_STATUS.get(status, ""),
        fields=[words.field(f.field) for f in error.fields],
        may_repeat=error.code in _TRIED_AGAIN,
        request_id=request_id,
        back=back,
    )


def _environment() -> Environment:
    folder = Path(__file__).parent / "templates"
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Typed by their first values, which are all functions of the library.
    filters, names = cast("dict[str, Any]", made.filters), cast("dict[str, Any]", made.globals)
    filters |= {
        "yuan": format_yuan,
        "moment": moment,
        "until": until,
        "points": points,
        "local": local,
    }
    filters |= {name: partial(words.say, name) for name in words.WORDS}
    names["DONE"] = words.DONE
    return made


_TEMPLATES = _environment()
