"""Which rules there are: the version that the product began with, and those announced since.

An announced version cannot matter before seven days are over, by a CHECK of its table; so whoever
reads the versions a moment before one is announced scores by the same rules as whoever reads them
after.
"""

from functools import lru_cache

from sqlmodel.ext.asyncio.session import AsyncSession

from api.errors import AppError
from api.points.queries import announced
from scoring.rules import Rules, RuleVersion, load_rules, shipped_rules

FOUNDING = "2026.1"
# By the digests of what was announced: the same texts are read once in a process.
_READ: dict[tuple[str, ...], Rules] = {}
_READ_MAX = 16


async def known_rules(session: AsyncSession) -> Rules:
    """All versions of the rules, those announced for later among them."""
    digests = await announced.digests(session)
    if digests not in _READ:
        texts = [row.text for row in await announced.announced(session)] if digests else []
        if len(_READ) >= _READ_MAX:
            _READ.clear()
        _READ[digests] = load_rules(founding_text(), *texts)
    return _READ[digests]


@lru_cache(maxsize=1)
def founding_text() -> str:
    """The text of the version that the product began with."""
    return shipped_rules(FOUNDING)


def version_named(known: Rules, name: str) -> RuleVersion:
    """One version of the rules.

    Raises:
        AppError: rules_unknown.
    """
    for version in known.versions:
        if version.version == name:
            return version
    raise AppError("rules_unknown")
