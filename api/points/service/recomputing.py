"""Replays every runner's ledger from its first entry, and compares it with what is stored.

Entries are read page by page in one read-only snapshot; of one runner at a time the facts are held.
What comes out is told as one digest, over every entry and every estimate, to the last digit: who
replays the same ledger elsewhere, or again, gets the same.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlmodel.ext.asyncio.session import AsyncSession

from api.kit.db import run
from api.points.queries import calibrations, months
from api.points.queries import ledger as queries
from api.points.service.calibrating import learned
from api.points.service.closed import month_of
from api.points.service.closing import figures
from api.points.service.knowing import known_rules
from scoring.checking import Mismatch, Replayer, StoredEntry
from scoring.days import day_of
from scoring.parsing import parse_fact
from scoring.quality import estimate
from scoring.quality.storing import calibration_as_json
from scoring.rules import Rules
from scoring.types import ScoringError

_PAGE = 500
_SHOWN_MAX = 20
Digest = Callable[[bytes], object]
_BEFORE_ALL = (UUID(int=0), 0)


@dataclass(slots=True)
class Recomputed:
    """What a replay found; `differing` holds the first mismatches with their runners."""

    versions: list[str]
    runners: int = 0
    entries: int = 0
    months: int = 0
    total_cp: int = 0
    mismatches: int = 0
    differing: list[tuple[UUID, Mismatch]] = field(default_factory=list[tuple[UUID, Mismatch]])
    sha256: str = ""

    def note(self, about: UUID, mismatch: Mismatch) -> None:
        """Count one, and keep it where few were."""
        self.mismatches += 1
        if len(self.differing) < _SHOWN_MAX:
            self.differing.append((about, mismatch))


async def recompute(session: AsyncSession) -> Recomputed:
    """Replay all ledgers of the snapshot that this transaction sees."""
    await run(session, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    # A page of a busy runner may take a while to reckon.
    await run(session, "SET LOCAL idle_in_transaction_session_timeout = 0")
    rules = await known_rules(session)
    found, hashed = Recomputed(versions=[v.version for v in rules.versions]), hashlib.sha256()
    digest = hashed.update
    ledger = _Ledger(rules, None)
    after = _BEFORE_ALL
    while page := await queries.ledgers(session, after=after, limit=_PAGE):
        for row in page:
            if row[0] != ledger.runner_id:
                ledger.close(found, digest)
                ledger = _Ledger(rules, row[0])
            ledger.take(row, found, digest)
        after = (page[-1][0], page[-1][1])
    ledger.close(found, digest)
    await _retell(session, found, digest)
    found.sha256 = hashed.hexdigest()
    return found


async def _retell(session: AsyncSession, found: Recomputed, digest: Digest) -> None:
    """Tell what was learned and reviewed of each closed month again, from what was known then."""
    for row in await calibrations.everything(session):
        month = month_of(row.month)
        again = calibration_as_json(await learned(session, row.runner_ids, month))
        _compare(found, row.community_id, f"learned {row.month}", row.learned, again)
        digest(orjson.dumps((str(row.community_id), row.learned), option=orjson.OPT_SORT_KEYS))
    after = (_BEFORE_ALL[0], date.min)
    while page := await months.all_reviews(session, after=after, limit=_PAGE):
        for row in page:
            found.months += 1
            told = await figures(session, row.runner_id, row.community_id, month_of(row.month))
            stored = {name: getattr(row, name) for name in told}
            _compare(found, row.runner_id, f"month {row.month}", stored, told)
            digest(orjson.dumps((str(row.runner_id), stored), option=orjson.OPT_SORT_KEYS))
        after = (page[-1].runner_id, page[-1].month)


def _compare(
    found: Recomputed, about: UUID, what: str, stored: dict[str, Any], again: dict[str, Any]
) -> None:
    if stored != again:
        found.note(about, Mismatch(0, what, str(stored), str(again)))


class _Ledger:
    """The ledger of one runner while it is replayed."""

    def __init__(self, rules: Rules, runner_id: UUID | None) -> None:
        self.runner_id = runner_id
        self._rules = rules
        self._replayer = Replayer(rules)
        self._last_at = 0

    def take(
        self, row: tuple[UUID, int, str, int, int, str], found: Recomputed, digest: Digest
    ) -> None:
        """Replay one entry and note what differs."""
        runner_id, seq, fact_text, delta_cp, balance_cp, lines_text = row
        found.entries += 1
        try:
            fact = parse_fact(orjson.loads(fact_text))
        except ScoringError as error:
            self._note(found, Mismatch(seq, "fact", fact_text, str(error)))
            return
        lines = orjson.loads(lines_text)
        mismatch = self._replayer.replay(StoredEntry(seq, fact, delta_cp, balance_cp, lines))
        if mismatch is not None:
            self._note(found, mismatch)
        self._last_at = max(self._last_at, fact.known_from)
        told = (str(runner_id), seq, fact.id, delta_cp, self._replayer.total().total, lines)
        digest(orjson.dumps(told, option=orjson.OPT_SORT_KEYS))

    def close(self, found: Recomputed, digest: Digest) -> None:
        """Count the runner, and add points and quality as of the last entry to the digest."""
        if self.runner_id is None:
            return
        total = self._replayer.total()
        found.runners += 1
        found.total_cp += total.total
        seen = estimate(
            self._rules.in_force(self._last_at).quality,
            self._replayer.tally(),
            day_of(self._last_at),
        )
        told = f"{self.runner_id} {total} {seen.mean.hex()} {seen.sd.hex()} {seen.weight.hex()}"
        digest(told.encode())

    def _note(self, found: Recomputed, mismatch: Mismatch) -> None:
        if self.runner_id is not None:
            found.note(self.runner_id, mismatch)
