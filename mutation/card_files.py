"""Everything under `cards/` held in memory, so that a mutant is loaded without a file being written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from cds_hooks.knowledge.source import DataPath, YamlFile, find_cards_folder, read_yaml

CARDS = find_cards_folder()
#: Files that hold no clinical number: what they say is not judged by.
_NOT_JUDGED = ("coverage.yaml", "version.yaml")


def read_card_files() -> dict[Path, YamlFile]:
    """Every file that rules are judged by."""
    return {path: read_yaml(path) for path in sorted(CARDS.rglob("*.yaml")) if path.name not in _NOT_JUDGED}


def edit(file: YamlFile, path: DataPath, value: Any) -> YamlFile:
    """The file with another value at a path."""
    data = deepcopy(file.data)
    _find(data, path[:-1])[path[-1]] = value
    return YamlFile(file.path, data, file.lines)


def remove(file: YamlFile, path: DataPath) -> YamlFile:
    """The file without the entry at a path."""
    data = deepcopy(file.data)
    del _find(data, path[:-1])[path[-1]]
    return YamlFile(file.path, data, file.lines)


def find_value(file: YamlFile, path: DataPath) -> Any:
    """What stands at a path."""
    return _find(file.data, path)


@contextmanager
def reading(files: Mapping[Path, YamlFile], changed: YamlFile | None = None) -> Iterator[None]:
    """While this lasts the loader reads these files, one of them changed; others are read as ever."""

    def read(path: Path) -> YamlFile:
        if changed is not None and path == changed.path:
            return changed
        return files[path] if path in files else read_yaml(path)

    readers = [module for name, module in sys.modules.items() if name.startswith("cds_hooks.") and _reads(module)]
    for module in readers:
        module.read_yaml = read  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in readers:
            module.read_yaml = read_yaml  # type: ignore[attr-defined]


def _reads(module: object) -> bool:
    return getattr(module, "read_yaml", None) is read_yaml


def _find(data: Any, path: DataPath) -> Any:
    for step in path:
        data = data[step]
    return data
