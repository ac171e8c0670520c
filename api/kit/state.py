"""State machines: one frozen table of moves, and who may fire each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Move:
    """One legal move: where it leads and which actors may fire it."""

    to_state: str
    who: frozenset[str]


class IllegalMove(Exception):
    """The machine has no such move from this state."""

    def __init__(self, machine: str, state: str | None, event: str) -> None:
        super().__init__(f"{machine}: no {event!r} from {state!r}")
        self.state = state
        self.event = event


class Machine:
    """A named state machine. ``None`` stands for "does not exist yet"."""

    def __init__(
        self,
        name: str,
        rows: Iterable[tuple[str | None, str, str, str]],
        *,
        final: Iterable[str],
    ) -> None:
        """Build from rows (from, event, to, who with commas)."""
        moves: dict[tuple[str | None, str], Move] = {}
        for from_state, event, to_state, who in rows:
            assert (from_state, event) not in moves, (from_state, event)
            moves[from_state, event] = Move(to_state, frozenset(who.split(",")))
        self.name = name
        self.moves: Mapping[tuple[str | None, str], Move] = MappingProxyType(moves)
        self.final = frozenset(final)
        self.states = frozenset(m.to_state for m in moves.values())
        assert self.final <= self.states
        assert not any(s in self.final for s, _ in moves if s is not None), "a final state moves"

    def target(self, state: str | None, event: str) -> str:
        """Where ``event`` leads from ``state``.

        Raises:
            IllegalMove: there is no such move.
        """
        move = self.moves.get((state, event))
        if move is None:
            raise IllegalMove(self.name, state, event)
        return move.to_state

    def allows(self, state: str | None, event: str) -> bool:
        """Whether ``event`` may happen in ``state``."""
        return (state, event) in self.moves

    def sources(self, event: str) -> tuple[str, ...]:
        """The states from which ``event`` may happen, sorted."""
        return tuple(sorted(s for s, e in self.moves if e == event and s is not None))

    def legal_pairs(self) -> frozenset[tuple[str | None, str]]:
        """All (from, to) pairs, for the check of recorded histories."""
        return frozenset((s, m.to_state) for (s, _), m in self.moves.items())
