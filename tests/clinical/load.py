"""Reading the case files: base and case merged, each case checked, faults told with file and case name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cds_hooks.knowledge.source import read_yaml, validate
from tests.clinical.format import Case, CaseFile

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class LoadedCase:
    """A case with the rule it is about. `id` is file and name, as pytest shows it."""

    id: str
    rule: str
    case: Case


def find_case_files() -> list[Path]:
    """Every file of cases, in a fixed order."""
    return sorted(FOLDER.glob("*/*.yaml"))


@cache
def read_case_file(path: Path) -> CaseFile:
    """One file, its cases not yet merged. Raises KnowledgeError with file and line."""
    return validate(read_yaml(path), CaseFile)


def read_cases(path: Path) -> Iterator[LoadedCase]:
    """The cases of one file. Raises ValueError that names the file and the case."""
    file = read_case_file(path)
    for number, case in enumerate(file.cases, start=1):
        where = f"{path.parent.name}/{path.stem}: {case.get('name', f'case {number}')}"
        yield LoadedCase(where, file.rule, _build_case(where, file.base, case))


def merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Mappings are merged key by key, lists and all else replaced; null takes a key away."""
    merged = dict(base)
    for key, value in over.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged


def _build_case(where: str, base: Mapping[str, Any], case: Mapping[str, Any]) -> Case:
    merged = merge(base, {key: value for key, value in case.items() if key != "add"})
    for key, more in (case.get("add") or {}).items():
        merged[key] = [*merged.get(key, []), *more]
    try:
        return Case.model_validate(merged)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, f['loc']))}: {f['msg']}" for f in error.errors(include_url=False))
        raise ValueError(f"{where}: {faults}") from None
