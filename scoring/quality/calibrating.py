"""Learns, once a month, what is not the runner's: hard conditions, slow buildings, strict homes.

Additive offsets with shrinkage (item and user offsets: arXiv 1207.5649), found in a few sweeps:
each part is the mean residual of all the others, shrunk towards zero. Everything goes in sorted
order, so the same observations give the same bits; between two calibrations nothing moves.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum, sqrt
from typing import Literal, NamedTuple

from scoring.quality.estimating import Calibration
from scoring.quality.observing import Observation, Tally, spread
from scoring.rules.judging import (
    DIMENSIONS,
    CalibrationRules,
    Dimension,
    DimensionRules,
    QualityRules,
)

Part = Literal["cell", "household", "building", "runner"]
# In this order; what a dimension has no part for is not taken off it.
_PARTS: dict[Dimension, tuple[Part, ...]] = {
    "T": ("cell", "building", "runner"),
    "F": ("cell", "runner"),
    "R": ("cell", "household", "runner"),
    "P": ("cell", "runner"),
}


class _Row(NamedTuple):
    """Equal observations of one runner; empty names have no offset."""

    runner: str
    cell: str
    household: str
    building: str
    y: float


@dataclass(slots=True)
class _Fit:
    """The rows of one dimension on their way, column by column.

    `left` is what of each row no offset explains yet, around one mean.
    """

    names: Mapping[Part, list[str]]
    ys: list[float]
    counts: list[int]
    left: list[float]
    offsets: dict[Part, dict[str, float]]


def calibrate(rules: QualityRules, tallies: Mapping[str, Tally], day: int) -> Calibration:
    """Return the calibration for the month after a local day, from all runners' observations.

    Conduct is not calibrated: nothing but the runner made it.
    """
    seen = {runner: spread(tally) for runner, tally in tallies.items()}
    fits: dict[Dimension, _Fit] = {
        name: _fit(rules, name, _rows(rules, name, seen, day)) for name in DIMENSIONS
    }
    return Calibration(
        bias=fits["R"].offsets.get("household", {}),
        building=fits["T"].offsets.get("building", {}),
        cell={name: fit.offsets.get("cell", {}) for name, fit in fits.items()},
        dimensions={
            name: _refit(rules.calibration, rules.dimensions[name], fit)
            for name, fit in fits.items()
            if sum(fit.counts) >= rules.calibration.observations_min
        },
    )


def _rows(
    rules: QualityRules, name: Dimension, seen_by: Mapping[str, Counter[Observation]], day: int
) -> list[tuple[_Row, int]]:
    """Return the recent observations of a dimension in sorted order, with their numbers."""
    parts = _PARTS[name]
    rows: Counter[_Row] = Counter()
    for runner, counts in seen_by.items():
        for seen, count in counts.items():
            is_recent = 0 <= day - seen.day < rules.calibration.days
            if seen.dimension == name and seen.is_capped and is_recent:
                row = _Row(
                    runner=runner,
                    cell=seen.cell or "",
                    household=seen.household or "" if "household" in parts else "",
                    building=seen.building or "" if "building" in parts else "",
                    y=seen.y,
                )
                rows[row] += count
    return sorted(rows.items())


def _fit(rules: QualityRules, name: Dimension, rows: list[tuple[_Row, int]]) -> _Fit:
    ys, counts = [row.y for row, _ in rows], [count for _, count in rows]
    mean = fsum(y * n for y, n in zip(ys, counts, strict=True)) / sum(counts) if rows else 0.0
    fit = _Fit(
        names={part: [getattr(row, part) for row, _ in rows] for part in _PARTS[name]},
        ys=ys,
        counts=counts,
        left=[y - mean for y in ys],
        offsets={part: {} for part in _PARTS[name]},
    )
    for _ in range(rules.calibration.sweeps if rows else 0):
        for part in _PARTS[name]:
            _sweep(rules.calibration, fit, part)
    return fit


def _sweep(rules: CalibrationRules, fit: _Fit, part: Part) -> None:
    """Learn the offsets of one part anew, given those of the others."""
    names, old = fit.names[part], fit.offsets[part]
    sums: defaultdict[str, float] = defaultdict(float)
    counts: defaultdict[str, int] = defaultdict(int)
    for name, left, count in zip(names, fit.left, fit.counts, strict=True):
        sums[name] += (left + old.get(name, 0.0)) * count
        counts[name] += count
    shrink = {
        "cell": rules.cell_shrink,
        "household": rules.household_shrink,
        "building": rules.building_shrink,
        "runner": rules.runner_shrink,
    }[part]
    limit = rules.bias_max if part == "household" else 1.0
    new = {
        name: min(limit, max(-limit, total / (counts[name] + shrink)))
        for name, total in sums.items()
        if name
    }
    moved = {name: old.get(name, 0.0) - new[name] for name in new}
    fit.left = [left + moved.get(name, 0.0) for name, left in zip(names, fit.left, strict=True)]
    fit.offsets[part] = new


def _refit(rules: CalibrationRules, of: DimensionRules, fit: _Fit) -> DimensionRules:
    """Return the priors that the observations themselves suggest.

    κ = σ² / τ², where τ² is the variance between runners beyond what chance makes of σ.
    """
    by_runner: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    taken: dict[Part, dict[str, float]] = {
        part: offsets for part, offsets in fit.offsets.items() if part != "runner"
    }
    for at, (runner, y, count) in enumerate(
        zip(fit.names["runner"], fit.ys, fit.counts, strict=True)
    ):
        offset = sum(of.get(fit.names[part][at], 0.0) for part, of in taken.items())
        by_runner[runner].append((y - offset, count))
    numbers = {runner: sum(n for _, n in rows) for runner, rows in by_runner.items()}
    means = {
        runner: fsum(y * n for y, n in rows) / numbers[runner] for runner, rows in by_runner.items()
    }
    whole = sum(numbers.values())
    mean = fsum(means[runner] * n for runner, n in numbers.items()) / whole
    noise = (
        fsum((y - means[runner]) ** 2 * n for runner, rows in by_runner.items() for y, n in rows)
        / whole
    )
    between = fsum((each - mean) ** 2 for each in means.values()) / len(means)
    beyond = between - fsum(noise / n for n in numbers.values()) / len(numbers)
    kappa = noise / beyond if beyond > 0 else rules.kappa_max
    return replace(
        of,
        prior=min(1.0, max(0.0, mean)),
        sigma=sqrt(noise),
        kappa=min(rules.kappa_max, max(rules.kappa_min, kappa)),
    )
