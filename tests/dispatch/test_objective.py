"""The objective is data: complete, bounded, by version."""

from importlib import resources
from typing import get_args

import pytest

from api.matching.dispatch.objective import (
    MalformedObjective,
    UnknownObjective,
    published_objective,
    published_versions,
    read_objective,
)
from api.places.settings import ObjectiveVersion

TEXT = (
    resources.files("api.matching.dispatch")
    .joinpath("objectives/2026.1.toml")
    .read_text(encoding="utf-8")
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('version = "2026.1"', ""),
        ("hold_min = 1.0", ""),
        ("hold_min = 1.0", "hold_min = -1.0"),
        ("hold_min = 1.0", "hold_min = nan"),
        ("hold_min = 1.0", "hold_min = true"),
        ("bundle_max = 12", "bundle_max = 1.5"),
        ("mixes_merchants = false", "mixes_merchants = 0"),
        ("[idle]", "[idler]"),
        ("[idle]", "[idle]\nmore = 1"),
        ("[idle]", "[idle"),
    ],
)
def test_what_is_incomplete_or_unknown_is_refused(old: str, new: str) -> None:
    """A misspelt key must not pass for a default."""
    assert old in TEXT
    with pytest.raises(MalformedObjective):
        read_objective(TEXT.replace(old, new))


def test_a_version_is_a_shipped_file() -> None:
    """No path leads out of the folder."""
    assert "2026.1" == published_objective().version
    for version in ("1999.1", "../objectives/2026.1", ""):
        with pytest.raises(UnknownObjective):
            published_objective(version)


def test_a_community_may_choose_exactly_what_is_published() -> None:
    """Its settings name the versions, as they stand below whoever knows the files."""
    assert published_versions() == get_args(ObjectiveVersion)
