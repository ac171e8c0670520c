"""House rules that a reader would have to count by hand."""

import ast
import re
import subprocess
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest

import workers.reactions
from api.errors import CATALOGUE
from api.events.registry import KINDS

ROOT = Path(__file__).parents[2]
PRODUCT = sorted(p for top in ("api", "workers", "scoring") for p in (ROOT / top).rglob("*.py"))
# A migration is written once and never grows.
HAND_WRITTEN = [p for p in PRODUCT if "versions" not in p.parts]
_FORBIDDEN = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "misc",
    "flows",
}
_MACHINE = re.compile(
    r"(?:index-url|find-links|trusted-host)|(?:pypi|npm|artifact|nexus|registry)[\w.-]*\.[a-z]{2,}"
    r"(?::\d+)?/(?:simple|root|repository|artifactory)|/(?:home|root|Users)/[a-z]|/work/(?:main|shared)"
)


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _functions(path: Path) -> Generator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _docstring_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return len((ast.get_docstring(function) or "").splitlines())


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_file_has_more_than_400_lines() -> None:
    """Style 6: expected are 150."""
    long = {_name(p): n for p in HAND_WRITTEN if (n := len(p.read_text().splitlines())) > 400}

    assert {} == long


def test_no_function_does_more_than_60_lines_of_work() -> None:
    """Style 6: expected are 20. Named arguments and the docstring are not counted."""
    long = {
        f"{_name(p)}:{f.name}": n
        for p in HAND_WRITTEN
        for f in _functions(p)
        if (n := (f.end_lineno or 0) - f.body[0].lineno + 1 - _docstring_lines(f)) > 60
    }

    assert {} == long


def test_no_module_is_named_for_what_it_is_not() -> None:
    """Style 4: a module says what is in it."""
    assert [] == [_name(p) for p in PRODUCT if {p.stem, p.parent.name} & _FORBIDDEN]


def test_every_module_and_public_function_says_what_it_does() -> None:
    """Style 14; a route's docstring speaks to the developer of the mini-program."""
    silent = [_name(p) for p in HAND_WRITTEN if not ast.get_docstring(_tree(p))]
    for path in HAND_WRITTEN:
        tree = _tree(path)
        silent += [
            f"{_name(path)}:{node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]

    assert [] == silent


def test_every_test_says_what_must_hold() -> None:
    """Style 33: a sentence for a name, a line below it."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    silent = [
        f"{_name(p)}:{f.name}"
        for p in tests
        for f in _functions(p)
        if f.name.startswith("test_") and not ast.get_docstring(f)
    ]

    assert [] == silent


def test_only_the_clock_asks_this_machine_for_the_time() -> None:
    """Decisions use the database's clock (domain.md, Time); only `linli` runs outside of any."""
    asking = re.compile(r"datetime\.(?:now|utcnow|today)\(|date\.today\(|\btime\.time\(")
    found = {_name(p) for p in PRODUCT if asking.search(p.read_text())}

    # A rate limit asks Redis' library how long its window lasts, in the machine's time.
    allowed = {"api/kit/clock.py", "api/kit/ratelimit.py"}
    assert set() == {f for f in found if not f.startswith("api/cli/")} - allowed


def test_at_most_three_files_know_arq() -> None:
    """A doorbell, not a queue of record (reliability.md §0)."""
    knowing = [
        _name(p) for p in PRODUCT if re.search(r"^\s*(?:from|import) arq\b", p.read_text(), re.M)
    ]

    assert len(knowing) <= 3, knowing


def test_no_import_hides_in_a_function() -> None:
    """Style 13: a lazy import is an error of design."""
    lazy = [
        f"{_name(p)}:{f.name}"
        for p in HAND_WRITTEN
        for f in _functions(p)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(f))
    ]

    assert [] == lazy


def test_every_event_has_its_row_of_consequences() -> None:
    """Nothing happens that nobody thought about, and nothing is awaited that never happens."""
    assert KINDS.keys() == workers.reactions.REACTIONS.keys()


def test_every_code_is_raised_and_every_raised_code_is_known() -> None:
    """The catalogue holds what clients may meet: no more, no less."""
    source = "\n".join(p.read_text() for p in PRODUCT if p.name != "errors.py")
    raised = set(re.findall(r"(?:AppError|CountedRefusal)\(\s*\"([a-z_]+)\"", source))
    unused = {code for code in CATALOGUE if f'"{code}"' not in source}

    assert (set(), set()) == (raised - CATALOGUE.keys(), unused)


def test_nothing_tracked_names_a_registry_or_a_machine() -> None:
    """Anybody can build it anywhere, requirements included."""
    found: list[str] = []
    for path in _tracked():
        if path == Path(__file__) or path.suffix in (".png", ".css", ".js", ".ico"):
            continue
        text = path.read_text(errors="replace")
        found += [f"{_name(path)}: {m.group()}" for m in _MACHINE.finditer(text)]

    assert [] == found


def test_every_thing_that_claims_photos_has_a_place() -> None:
    """Staff mask photos of their place: `_PLACE_OF_PHOTO_SQL` knows the thing of each claim."""
    claims = re.compile(r"from api\.uploads\.service import [^\n]*\bclaim\b")
    claiming = {_name(p) for p in HAND_WRITTEN if claims.search(p.read_text())}

    assert claiming == {
        "api/agreements/service/signing.py",
        "api/board/service/writing.py",
        "api/hearings/service/opening.py",
        "api/incidents/service/reporting.py",
        "api/jobs/service/proving.py",
        "api/jobs/service/stating.py",
        "api/merchants/service/picturing.py",
        "api/mediation/service/inviting.py",
        "api/mediation/service/joining.py",
        "api/orders/service/placing.py",
        "api/outcomes/service/publishing.py",
        "api/points/service/recording.py",
    }, "add its table to _PLACE_OF_PHOTO_SQL in api/privacy/queries.py, then its file here"
