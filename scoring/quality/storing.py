"""A calibration as plain values and back, to the last bit: what was frozen can be told again."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from scoring.quality.estimating import Calibration
from scoring.rules.judging import DimensionRules


def calibration_as_json(calibration: Calibration) -> dict[str, Any]:
    """Return plain values that `calibration_from_json` reads back equal."""
    return asdict(calibration)


def calibration_from_json(stored: Mapping[str, Any]) -> Calibration:
    """Read back what `calibration_as_json` wrote."""
    return Calibration(
        bias=stored["bias"],
        building=stored["building"],
        cell=stored["cell"],
        dimensions={name: DimensionRules(**of) for name, of in stored["dimensions"].items()},
    )
