"""Reading the YAML of `cards/` strictly: one meaning per line, exact numbers, and a line number for every complaint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError

from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.complaint import describe_error, find_causes

M = TypeVar("M", bound=BaseModel)
DataPath = tuple[str | int, ...]

_PACKAGE = Path(__file__).resolve().parent.parent
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Parser(Protocol):
    def get_event(self) -> yaml.Event: ...


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One file as plain data. Whole numbers are int, numbers with a point Decimal; only `true`, `false` and `null` are
    words of YAML here, so `no` and 2026-04-25 stay text. Keys are always text. `lines` says where each value stands."""

    path: Path
    data: Any
    lines: dict[DataPath, int]

    def line_of(self, path: DataPath) -> int:
        """Line (from 1) of a value by its path. Steps that the file does not have (a missing key, a union tag of
        pydantic) are passed over, so the nearest thing that exists is named."""
        known: DataPath = ()
        for step in path:
            if (*known, step) in self.lines:
                known = (*known, step)
        return self.lines.get(known, 1)

    def finding(self, path: DataPath, message: str) -> str:
        """`cards/x.yaml:12: message`."""
        return f"{show_path(self.path)}:{self.line_of(path)}: {message}"


def read_yaml(path: Path) -> YamlFile:
    """Read one file. Raises KnowledgeError where it is not UTF-8, not YAML, or uses a key twice, anchors, aliases, tags."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise KnowledgeError([f"{show_path(path)}:1: cannot be read ({error.strerror}); expected a readable file"]) from None
    except UnicodeDecodeError:
        raise KnowledgeError([f"{show_path(path)}:1: is not UTF-8; save the file as UTF-8"]) from None
    return _Builder(path).build(text)


def validate(file: YamlFile, model: type[M]) -> M:
    """The file as `model`. Raises KnowledgeError, one line per fault: `file:line: what is wrong; what would be right`."""
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        faults = find_causes(error.errors(include_url=False, include_context=True))
        raise KnowledgeError([file.finding(tuple(f["loc"]), describe_error(f, model)) for f in faults]) from None


def find_cards_folder() -> Path:
    """The shipped knowledge: inside the installed package, else beside it in the checkout."""
    return _find_folder("cards")


def find_fixtures_folder() -> Path:
    """The shipped synthetic requests: inside the installed package, else beside it in the checkout."""
    return _find_folder("fixtures")


def show_path(path: Path) -> str:
    """A path as a person at the checkout writes it: from `cards/` on, else the file name alone."""
    for parent in path.parents:
        if parent.name == "cards":
            return path.relative_to(parent.parent).as_posix()
    return path.name


def _find_folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


class _Builder:
    """Builds plain data from YAML events; events alone still show tags, anchors and duplicate keys."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[DataPath, int] = {}

    def build(self, text: str) -> YamlFile:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            data = self._read_document(cast(_Parser, loader(text)))
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise self._refuse(line, f"is not YAML ({error.problem}); check indentation, quotes and colons") from None
        except yaml.YAMLError:
            raise self._refuse(1, "holds characters that YAML does not allow; retype the line") from None
        return YamlFile(self.path, data, self.lines)

    def _read_document(self, parser: _Parser) -> Any:
        parser.get_event()
        first = parser.get_event()
        if isinstance(first, yaml.StreamEndEvent):
            raise self._refuse(1, "is empty; expected a mapping")
        data = self._read_node(parser, parser.get_event(), ())
        parser.get_event()
        if not isinstance(after := parser.get_event(), yaml.StreamEndEvent):
            raise self._refuse(_find_line(after), "a second document starts here; keep one document per file")
        return data

    def _read_node(self, parser: _Parser, event: yaml.Event, at: DataPath) -> Any:
        line = _find_line(event)
        self.lines.setdefault(at, line)
        self._refuse_cleverness(event, line)
        if isinstance(event, yaml.MappingStartEvent):
            return self._read_mapping(parser, at)
        if isinstance(event, yaml.SequenceStartEvent):
            return [self._read_node(parser, e, (*at, i)) for i, e in enumerate(_until(parser, yaml.SequenceEndEvent))]
        assert isinstance(event, yaml.ScalarEvent)
        return _read_scalar(event.value) if event.implicit[0] else event.value

    def _read_mapping(self, parser: _Parser, at: DataPath) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in _until(parser, yaml.MappingEndEvent):
            line = _find_line(event)
            self._refuse_cleverness(event, line)
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refuse(line, "a key is a list or a mapping; expected a word")
            key = event.value
            if key in found:
                raise self._refuse(line, f"key '{key}' stands twice (first on line {self.lines[(*at, key)]}); keep one")
            self.lines[(*at, key)] = line
            found[key] = self._read_node(parser, parser.get_event(), (*at, key))
        return found

    def _refuse_cleverness(self, event: yaml.Event, line: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            raise self._refuse(line, f"alias '*{event.anchor}' is not allowed; write the value out")
        if getattr(event, "anchor", None):
            raise self._refuse(line, "an anchor ('&') is not allowed; write the value out where it is used")
        if getattr(event, "tag", None):
            raise self._refuse(line, "a tag ('!') is not allowed; write a plain value, in quotes where it is text")

    def _refuse(self, line: int, message: str) -> KnowledgeError:
        return KnowledgeError([f"{show_path(self.path)}:{line}: {message}"])


def _find_line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _until(parser: _Parser, end: type[yaml.Event]) -> Iterator[yaml.Event]:
    while not isinstance(event := parser.get_event(), end):
        yield event


def _read_scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return Decimal(text) if _DECIMAL.match(text) else text
