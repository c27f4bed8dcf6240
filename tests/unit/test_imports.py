"""The layers of the design: imports point down only, and what is meant for one layer stays in it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "cds_hooks"

#: Each part may import parts of a lower rank, and itself. The ground floor has two parts that do not know each other.
RANKS = {
    "errors": -1,
    "record": -1,
    "hooks": 0,
    "clinical": 0,
    "chart": 1,
    "knowledge": 2,
    "settings": 3,
    "rules": 3,
    "fhir": 4,
    "advice": 4,
    "service": 5,
    "server": 6,
    "cli": 7,
}

#: Which parts, or modules in them, may use a library; a library that is not here may be used by all.
LIBRARIES = {
    "flask": {"server"},
    "werkzeug": {"server"},
    "jinja2": {"server"},
    "markupsafe": {"server"},
    "gunicorn": {"server"},
    "fhir": {"fhir"},
    "requests": {"fhir", "server/trust/key_source.py"},
    "urllib3": {"fhir", "server/trust/key_source.py"},
    "joserfc": {"server/trust/jwk_set.py", "server/trust/token.py"},
    "cryptography": {"server/trust/jwk_set.py"},
    "msgspec": {"record", "hooks/unread.py", "fhir/skimming.py", "fhir/reading/plain_measurements.py"},
    "redis": {"server/trust/used_tokens.py"},
    "yaml": {"knowledge", "settings"},
}

#: Only these may read the settings: the layers between are handed what they need.
READERS_OF_SETTINGS = {"settings", "service", "server", "cli"}

#: Parts without clock, files, network or chance: the same chart gives the same outcomes. (A rule that fails is logged.)
PURE = {"rules", "chart", "clinical"}
IMPURE = {
    "os",
    "io",
    "pathlib",
    "socket",
    "random",
    "time",
    "uuid",
    "subprocess",
    "urllib",
    "tempfile",
    "shutil",
    "sys",
}
IMPURE_CALLS = {"open", "print", "input", "now", "utcnow", "today"}

MODULES = sorted(PROGRAM.rglob("*.py"))


def find_part(path: Path) -> str:
    """The top-level part of the program that a file belongs to."""
    first = path.relative_to(PROGRAM).parts[0]
    return first.removesuffix(".py")


def find_imports(path: Path) -> Iterator[str]:
    """Dotted names of all that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides its direction"
            base = node.module or ""
            yield from ((f"{base}.{alias.name}" for alias in node.names) if base == "cds_hooks" else [base])


def find_own_parts(path: Path) -> set[str]:
    names = (name.split(".") for name in find_imports(path))
    return {name[1] for name in names if name[0] == "cds_hooks" and len(name) > 1}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROGRAM)))
def test_imports_point_down(path: Path) -> None:
    part = find_part(path)
    if part == "__init__":
        return
    wrong = {other for other in find_own_parts(path) if other != part and RANKS[other] >= RANKS[part]}
    assert not wrong, f"{part} may not import {wrong}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROGRAM)))
def test_a_library_stays_in_its_layer(path: Path) -> None:
    libraries = {name.split(".")[0] for name in find_imports(path)}
    here = {find_part(path), path.relative_to(PROGRAM).as_posix()}
    wrong = {name for name in libraries if not here & LIBRARIES.get(name, here)}
    assert not wrong, f"{wrong} may not be imported here"


def test_only_the_edge_reads_the_settings() -> None:
    readers = {find_part(path) for path in MODULES if "settings" in find_own_parts(path)}
    assert readers <= READERS_OF_SETTINGS


@pytest.mark.parametrize("part", sorted(PURE))
def test_the_clinical_core_knows_no_clock_and_no_files(part: str) -> None:
    for path in (PROGRAM / part).rglob("*.py"):
        assert not IMPURE & {name.split(".")[0] for name in find_imports(path)}, path
        assert not IMPURE_CALLS & set(find_calls(path)), path


def find_calls(path: Path) -> Iterator[str]:
    """Last names of what is called without an argument of ours in sight: `open(...)`, `datetime.now(...)`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            yield node.func.attr if node.func.value.id in ("datetime", "date") else ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROGRAM)))
def test_every_module_opens_with_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "a module without its sentence"


def test_every_part_has_its_rank() -> None:
    parts = {find_part(path) for path in MODULES} - {"__init__", "__main__"}
    assert parts <= set(RANKS)


def test_the_trust_layer_knows_nothing_of_flask() -> None:
    for path in (PROGRAM / "server/trust").glob("*.py"):
        assert "flask" not in {name.split(".")[0] for name in find_imports(path)}, path
