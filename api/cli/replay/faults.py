"""Killing the API, the worker and Redis at random moments of the day, and starting them again."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass

from api.cli.processes import Process, await_ready
from api.cli.replay.pace import Pace
from api.embedded import EmbeddedStores


@dataclass(frozen=True, slots=True)
class Kill:
    """What is killed, at which minute of the day."""

    target: str
    at_min: float


@dataclass(frozen=True, slots=True)
class Killable:
    """The processes of a replay; ``embedded`` is None where the stores are not ours to kill."""

    api: Process
    worker: Process
    url: str
    embedded: EmbeddedStores | None

    @property
    def targets(self) -> tuple[str, ...]:
        """What can be killed."""
        return ("api", "worker", "redis") if self.embedded is not None else ("api", "worker")

    def strike(self, target: str) -> None:
        """SIGKILL one and start it again; back when it serves again."""
        if target == "redis":
            assert self.embedded is not None
            self.embedded.kill_redis()
            self.embedded.restart_redis()
            return
        process = self.api if target == "api" else self.worker
        process.kill()
        process.start()
        if target == "api":
            await_ready(self.url, process=process)


def planned(
    kills: int, *, targets: tuple[str, ...], from_min: float, to_min: float, seed: str
) -> list[Kill]:
    """So many kills within a span of the day, each target about as often; the same by seed."""
    chance = random.Random(seed)  # noqa: S311
    chosen = [targets[n % len(targets)] for n in range(kills)]
    chance.shuffle(chosen)
    moments = sorted(chance.uniform(from_min, to_min) for _ in chosen)
    return [Kill(target, at_min) for target, at_min in zip(chosen, moments, strict=True)]


async def strike_all(
    killable: Killable, kills: list[Kill], *, pace: Pace, say: Callable[[str], None]
) -> None:
    """Carry the plan out, one after the other."""
    for kill in kills:
        await pace.until(kill.at_min)
        say(f"minute {pace.now_min:.0f}: killing {kill.target}")
        await asyncio.to_thread(killable.strike, kill.target)
