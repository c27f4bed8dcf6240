"""The clinical cases as far as coverage asks for them: which rule each is about, which cell it fills, what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cds_hooks.knowledge.source import read_yaml

_PACKAGE = Path(__file__).resolve().parent.parent
#: A case of one of these is a value beside a limit.
BOUNDARIES = frozenset({"below", "at", "above", "stale"})


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case: the cells it fills (tests/clinical/README.md), its outcome, whether its Dutch words are checked, its name."""

    cells: tuple[str, ...]
    outcome: str
    is_dutch: bool
    name: str = ""

    @property
    def is_boundary(self) -> bool:
        """Whether it stands on, just before or just beyond a limit."""
        return bool(BOUNDARIES.intersection(self.cells))


@dataclass(frozen=True, slots=True)
class RuleCases:
    """All cases of one rule, over its files; `excused` are the cells that a file says cannot exist."""

    cases: tuple[CaseLine, ...] = ()
    excused: frozenset[str] = frozenset()

    def has(self, *cells: str) -> bool:
        """Whether a case fills one of the cells."""
        return any(cell in case.cells for case in self.cases for cell in cells)


def find_cases_folder() -> Path | None:
    """`tests/clinical` of the checkout; None in an installed wheel, which goes without tests."""
    folder = _PACKAGE.parent / "tests" / "clinical"
    return folder if folder.is_dir() else None


def read_rule_cases(folder: Path) -> dict[str, RuleCases]:
    """The cases of every rule that has any. Raises KnowledgeError where a file is no YAML."""
    found: dict[str, RuleCases] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        data = read_yaml(path).data
        rule, before = str(data.get("rule")), found.get(str(data.get("rule")), RuleCases())
        cases = tuple(_read_case(data.get("base") or {}, case) for case in data.get("cases") or ())
        found[rule] = RuleCases((*before.cases, *cases), before.excused | set(data.get("not_possible") or ()))
    return found


def _read_case(base: Mapping[str, Any], case: Mapping[str, Any]) -> CaseLine:
    expect = {**(base.get("expect") or {}), **(case.get("expect") or {})}
    cell = case.get("cell", base.get("cell", ()))
    cells = (cell,) if isinstance(cell, str) else tuple(cell or ())
    return CaseLine(cells, str(expect.get("outcome")), bool(expect.get("says_nl")), str(case.get("name", "")))
