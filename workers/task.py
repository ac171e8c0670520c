"""The `@task` decorator: what may react to an event, by name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from api.bootstrap import Parts
from api.events.log import Event

Inside = Callable[[AsyncSession, Event, datetime, Parts], Awaitable[None]]
Outside = Callable[[Event, Parts], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Task:
    """A named consequence: inside the transaction that marks it done, or outside of any."""

    name: str
    inside: Inside | None = None
    outside: Outside | None = None


TASKS: dict[str, Task] = {}


def task(function: Inside) -> Inside:
    """Register a consequence that happens in one transaction with its "done"."""
    _register(Task(_name(function), inside=function))
    return function


def outside_task(function: Outside) -> Outside:
    """Register a consequence that calls the outside world; it must be safe to repeat."""
    _register(Task(_name(function), outside=function))
    return function


def _name(function: Inside | Outside) -> str:
    return f"{function.__module__.rpartition('.')[2]}.{function.__name__}"


def _register(made: Task) -> None:
    assert made.name not in TASKS, made.name
    TASKS[made.name] = made
