"""Ranks for publication and the split of a reward pool."""

from collections.abc import Mapping


def rank(points_cp: Mapping[str, int]) -> dict[str, int]:
    """Rank by whole points: ties share a rank and the next rank skips (1, 2, 2, 4)."""
    whole = {name: cp // 100 for name, cp in points_cp.items()}
    return {
        name: 1 + sum(other > points for other in whole.values()) for name, points in whole.items()
    }


def apportion(points_cp: Mapping[str, int], pool_fen: int) -> dict[str, int]:
    """Split a pool by points, rounding down; what is left goes fen by fen to the largest rests.

    Equal rests go by id. Nobody gets a share for less than 0; without points nobody gets any.
    """
    weights = {name: max(0, cp) for name, cp in points_cp.items()}
    whole = sum(weights.values())
    if not whole:
        return dict.fromkeys(points_cp, 0)
    shares = {name: pool_fen * weight // whole for name, weight in weights.items()}
    by_rest = sorted(weights, key=lambda name: (-(pool_fen * weights[name] % whole), name))
    for name in by_rest[: pool_fen - sum(shares.values())]:
        shares[name] += 1
    return shares
