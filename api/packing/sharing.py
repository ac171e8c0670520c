"""Sharing what is short, fairly. Pure.

The elderly and the sick first: they get what they ordered as far as it reaches. Everybody gets
equal shares, nobody more than they ordered; what does not divide goes to those who ordered first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Share:
    """Who wants how many pieces of one item, in the order in which they were ordered.

    ``is_first``: for somebody elderly or sick; ordered by their carer or by staff on the phone.
    """

    order_id: UUID
    wanted_count: int
    is_first: bool = False


def shared(shares: Sequence[Share], *, there_count: int) -> dict[UUID, int]:
    """How many pieces each order gets of what is there; nothing stays while somebody lacks it.

    ``there_count`` may be more than all want. The same orders give the same shares, whoever asks.
    """
    assert there_count >= 0
    first = [share for share in shares if share.is_first]
    others = [share for share in shares if not share.is_first]
    given = _levelled(first, there_count)
    return given | _levelled(others, there_count - sum(given.values()))


def _levelled(shares: Sequence[Share], there_count: int) -> dict[UUID, int]:
    """Equal shares: a level that rises until all is given away, or all have what they want.

    Those who want least are served first, each with an equal part of what is left for the rest; so
    what they do not need rises the level of the others.
    """
    level = 0
    left, lacking = there_count, len(shares)
    for share in sorted(shares, key=lambda share: share.wanted_count):
        level = left // lacking
        if share.wanted_count > level:
            break
        left -= share.wanted_count
        lacking -= 1
    given = {share.order_id: min(share.wanted_count, level) for share in shares}
    over = there_count - sum(given.values())
    for share in shares:
        if over > 0 and given[share.order_id] < share.wanted_count:
            given[share.order_id] += 1
            over -= 1
    return given
