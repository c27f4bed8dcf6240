"""Mutants of `cards/`: a number one step up or down, a code dropped, a `not` removed, `all` and `any` exchanged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cds_hooks.knowledge.source import DataPath, YamlFile
from mutation.card_files import edit, find_value, remove

NUMBER, CODE, NOT, JOIN, COMPARISON = "number", "code", "not", "all-any", "comparison"
KINDS = (NUMBER, COMPARISON, NOT, JOIN, CODE)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change. `file` and `line` say where; `what` says what, and stays the same when lines move; `path` leads to it in a
    file of `cards/` and `value` replaces it (None: it is taken out)."""

    kind: str
    file: str
    line: int
    what: str
    path: DataPath = ()
    value: Any = None
    owner: str = ""
    """The value set, analyte or topic that it belongs to."""

    @property
    def key(self) -> str:
        """The name of this mutant in `equivalent.yaml`."""
        return f"{self.file} {self.what}"

    def apply(self, file: YamlFile) -> YamlFile:
        """The file with the change."""
        return remove(file, self.path) if self.value is None else edit(file, self.path, self.value)


def find_card_mutants(files: Mapping[Path, YamlFile]) -> Iterator[Mutant]:
    """Every mutant of every file."""
    for file in files.values():
        for path, value in _walk((), file.data):
            yield from _find_number_mutants(file, path, value)
            yield from _find_tree_mutants(file, path, value)
            yield from _find_code_mutants(file, path, value)


def _walk(path: DataPath, data: Any) -> Iterator[tuple[DataPath, Any]]:
    yield path, data
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _walk((*path, key), value)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _walk((*path, place), value)


def _find_number_mutants(file: YamlFile, path: DataPath, value: Any) -> Iterator[Mutant]:
    """One unit of the last written digit up and down. The bounds that a site must keep are not judged by."""
    if not isinstance(value, int | Decimal) or isinstance(value, bool) or _is_bound(path):
        return
    step = Decimal(1).scaleb(int(Decimal(value).as_tuple().exponent))
    for moved in (Decimal(value) + step, Decimal(value) - step):
        new = int(moved) if isinstance(value, int) else moved
        yield _mutant(NUMBER, file, path, f"{value} -> {new}", path, new)


def _is_bound(path: DataPath) -> bool:
    return path[0] == "parameters" and path[-1] in ("low", "high")


def _find_tree_mutants(file: YamlFile, path: DataPath, value: Any) -> Iterator[Mutant]:
    """In a rule's conditions alone: they stand under `when` and `applies`."""
    if not {"when", "applies"} & set(path) or not isinstance(value, Mapping) or len(value) != 1:
        return
    ((name, inner),) = value.items()
    if name == "not":
        yield _mutant(NOT, file, (*path, "not"), "not removed", path, inner)
    elif name in ("all", "any") and len(inner) > 1:
        other = "any" if name == "all" else "all"
        yield _mutant(JOIN, file, (*path, name), f"{name} -> {other}", path, {other: inner})


def _find_code_mutants(file: YamlFile, path: DataPath, value: Any) -> Iterator[Mutant]:
    """A code dropped from its group; with the last one the group goes."""
    if not path or path[-1] != "codes" or not isinstance(value, Mapping):
        return
    system = find_value(file, path[:-1]).get("system", "")
    owner = find_value(file, path[:2]).get("id", "")
    for code in value:
        target = (*path, code) if len(value) > 1 else path[:-1]
        side = "exclusion of " if "exclude" in path else ""
        yield Mutant(
            CODE, _show(file), file.line_of((*path, code)), f"{owner}: {side}{system} {code} dropped", target, owner=owner
        )


def _mutant(kind: str, file: YamlFile, place: DataPath, change: str, path: DataPath, value: Any) -> Mutant:
    owner = str(find_value(file, place[:2])["id"]) if place[0] == "analytes" else ""
    return Mutant(kind, _show(file), file.line_of(place), f"{_name_path(file, place)}: {change}", path, value, owner)


def _show(file: YamlFile) -> str:
    return file.finding((), "").split(":")[0]


def _name_path(file: YamlFile, path: DataPath) -> str:
    """The path in words: entries of lists by their id where they have one, so that it holds when others are added."""
    steps: list[str] = []
    for depth, step in enumerate(path):
        entry = find_value(file, path[: depth + 1]) if isinstance(step, int) else None
        steps.append(str(entry["id"]) if isinstance(entry, Mapping) and "id" in entry else str(step))
    return "/".join(steps)
