"""What `linli points recompute` does and prints."""

import asyncio

from api.cli.stores import open_stores
from api.doctor import patient_database
from api.points.service.recomputing import Recomputed, recompute


def recompute_ledgers() -> Recomputed:
    """Replay every ledger of the configured database, in one snapshot that changes nothing."""
    with open_stores(may_attach=True) as stores:
        return asyncio.run(_recompute(stores.settings.database_url))


def lines_of(found: Recomputed) -> list[str]:
    """What was found, as lines for an operator."""
    lines = [
        f"DIFFERS runner {runner_id} entry {each.seq} {each.what}:"
        f" stored {each.stored}, replayed {each.replayed}"
        for runner_id, each in found.differing
    ]
    versions = ", ".join(found.versions)
    lines.append(
        f"replayed {found.entries} entries of {found.runners} runners"
        f" ({found.total_cp / 100:.2f} points) and {found.months} reviewed months"
        f" under rules {versions}: {found.mismatches} differ"
    )
    lines.append(f"sha256 {found.sha256}")
    return lines


async def _recompute(url: str) -> Recomputed:
    database = patient_database(url)
    await database.open()
    try:
        async with database.session() as session:
            return await recompute(session)
    finally:
        await database.close()
