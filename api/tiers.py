"""What each tier may do: one published table, which every limit and every right is read from."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from api import kinds


@dataclass(frozen=True, slots=True)
class Tier:
    """What one tier may do.

    ``capacity``: jobs in hand at once; ``fee_max_fen``: of one job; ``floors_max``: to climb to a
    door where there is no lift; ``jobs_day_max``: taken in a local day; ``mentees_max``: newcomers
    taken along at once; ``asks_for_mentor``: whether they may be such a newcomer. ``duties`` are
    sentences.
    """

    name: str
    zh: str
    capacity: int
    weight_max_g: int
    fee_max_fen: int
    floors_max: int
    jobs_day_max: int
    permissions: tuple[kinds.Permission, ...]
    kinds: tuple[str, ...]
    mentees_max: int = 0
    asks_for_mentor: bool = False
    duties: tuple[str, ...] = ()

    def opens(self, kind: str) -> bool:
        """Whether it opens a kind: names it, and has the permission that the kind asks for."""
        return kind in self.kinds and kinds.KINDS[kind].permission in self.permissions

    @property
    def unlocks(self) -> tuple[str, ...]:
        """What is for them beside errands, in sentences that say nothing but the columns."""
        told: list[str] = []
        if self.asks_for_mentor:
            told.append("可以请一位领跑员带教")
        if self.mentees_max:
            told.append(f"带教本社区的新人,同时最多{self.mentees_max}位")
        return tuple(told)


@lru_cache(maxsize=1)
def tiers() -> dict[str, Tier]:
    """The published tiers by name; ``volunteer`` is the row of emergency helpers."""
    return {row["name"]: Tier(**_tuples(row)) for row in _read()["tiers"]}


@lru_cache(maxsize=1)
def tiers_version() -> str:
    """The version of the table."""
    return _read()["version"]


@lru_cache(maxsize=1)
def mentoring_tiers() -> tuple[str, ...]:
    """The tiers that take newcomers along."""
    return tuple(tier.name for tier in tiers().values() if tier.mentees_max)


def _read() -> dict[str, Any]:
    return tomllib.loads((files("api") / "tiers.toml").read_text("utf-8"))


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
