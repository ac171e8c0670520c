"""Measures of how well a score orders people: ranks, areas, partial correlations."""

from collections.abc import Sequence
from math import fsum, sqrt


def ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1; equal values share the mean of their ranks."""
    by_value = sorted(range(len(values)), key=values.__getitem__)
    shared = [0.0] * len(values)
    first = 0
    while first < len(by_value):
        last = first
        while last + 1 < len(by_value) and values[by_value[last + 1]] == values[by_value[first]]:
            last += 1
        for place in range(first, last + 1):
            shared[by_value[place]] = (first + last) / 2 + 1
        first = last + 1
    return shared


def correlation(a: Sequence[float], b: Sequence[float]) -> float:
    """Return Pearson's correlation; 0 where one of them does not vary."""
    mean_a, mean_b = fsum(a) / len(a), fsum(b) / len(b)
    both = fsum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    alone = fsum((x - mean_a) ** 2 for x in a) * fsum((y - mean_b) ** 2 for y in b)
    return both / sqrt(alone) if alone else 0.0


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the correlation of ranks."""
    return correlation(ranks(a), ranks(b))


def area_under_curve(scores: Sequence[float], is_worst: Sequence[bool]) -> float:
    """Return how probably one of the worst has a lower score than one of the others."""
    placed = ranks(scores)
    worst = [rank for rank, bad in zip(placed, is_worst, strict=True) if bad]
    others = len(scores) - len(worst)
    above = fsum(worst) - len(worst) * (len(worst) + 1) / 2
    return 1 - above / (len(worst) * others)


def partial_correlation(
    a: Sequence[float], b: Sequence[float], given: Sequence[Sequence[float]]
) -> float:
    """Return the correlation of what is left of both after a linear fit on `given`."""
    columns = [[1.0] * len(a), *map(list, given)]
    return correlation(_residuals(a, columns), _residuals(b, columns))


def _residuals(values: Sequence[float], columns: list[list[float]]) -> list[float]:
    """Return what a least-squares fit leaves, by the normal equations."""
    size = len(columns)
    system = [
        [
            *(fsum(x * y for x, y in zip(left, right, strict=True)) for right in columns),
            fsum(x * y for x, y in zip(left, values, strict=True)),
        ]
        for left in columns
    ]
    for step in range(size):
        pivot = max(range(step, size), key=lambda row, at=step: abs(system[row][at]))
        system[step], system[pivot] = system[pivot], system[step]
        for row in range(size):
            if row != step:
                factor = system[row][step] / system[step][step]
                system[row] = [
                    x - factor * y for x, y in zip(system[row], system[step], strict=True)
                ]
    fitted = [system[row][size] / system[row][row] for row in range(size)]
    return [
        value - fsum(share * column[at] for share, column in zip(fitted, columns, strict=True))
        for at, value in enumerate(values)
    ]
