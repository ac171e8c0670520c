"""What the hall judges of a job and reckons with, as PostgreSQL packs it: `jobs.hall_facts`."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from struct import Struct

from api.kit.db import Record

# In the order of the column's expression (jobs/models.py): id, requester, community; x and y on the
# sheet; latitude and longitude of the pickup, then of the last stop; metres of the trip; when it is
# ready, due, expired; grams, fen, load, floors without a lift. Times are microseconds since 2000,
# as PostgreSQL counts. Behind it, what depends on who looks: whether a block parts them from
# somebody it goes to.
Facts = tuple[
    bytes, bytes, bytes, float, float, float, float, float, float, float,
    int, int, int, int, int, int, int, bool,
]  # fmt: skip
# A job that may be near: its kind, its facts, and its card, which is an object of JSON.
Near = tuple[str, Facts, bytes]

_PACKED = Struct(">16s16s16s7d3q2i2h?")
_SINCE = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def read_near(row: Record) -> Iterable[Near]:
    """The jobs of a row of `HALL_SQL`, in its order."""
    if row["job_kinds"] is None:
        return ()
    kinds, cards = row["job_kinds"].split(" "), row["job_cards"].split(b"\n")
    return zip(kinds, _PACKED.iter_unpack(row["job_facts"]), cards, strict=True)


def packed_time(moment: datetime) -> int:
    """A moment as the times of facts are packed."""
    return (moment - _SINCE) // _MICROSECOND
