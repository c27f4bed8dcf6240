"""Every code of `cards/` in a clinical case: `codes.yaml` says in which case it stands in for the code that is written there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cds_hooks.knowledge.source import read_yaml
from tests.clinical.build import build_request
from tests.clinical.format import Case, Expect
from tests.clinical.load import FOLDER, find_case_files, read_cases

CODES = FOLDER / "codes.yaml"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """`code` of `system` (a URI) stands in the case for `instead`; where it is excluded the case must then fail. `text` stands
    beside the code: a name of the set, which the excluded code takes the meaning from."""

    set: str
    case: str
    instead: str
    system: str
    code: str
    is_excluded: bool = False
    text: str = ""

    @property
    def id(self) -> str:
        """As pytest shows it."""
        return f"{self.set}: {'not ' if self.is_excluded else ''}{self.system} {self.code}"


def read_code_rows() -> Iterator[CodeRow]:
    """The rows of codes.yaml."""
    data = read_yaml(CODES).data
    for group in data["codes"]:
        for side in ("include", "exclude"):
            for system, codes in (group.get(side) or {}).items():
                uri = data["systems"][system]
                for code in codes:
                    yield _read_row(group, uri, str(code), side == "exclude")


@cache
def read_all_cases() -> dict[str, tuple[str, Case]]:
    """Every clinical case with its rule, by its id."""
    return {loaded.id: (loaded.rule, loaded.case) for path in find_case_files() for loaded in read_cases(path)}


def build_with_code(row: CodeRow) -> dict[str, Any]:
    """The request of the row's case with the other code, nothing beside it that could be recognised by name."""
    _, case = read_all_cases()[row.case]
    return put_code(build_request(case, name=row.case), row.instead, row.system, row.code, text=row.text)


def put_code(request: Mapping[str, Any], instead: str, system: str, code: str, *, text: str = "") -> dict[str, Any]:
    """The request with every coding of `instead` changed, and text and display taken from that concept, or `text` given to it."""
    changed: dict[str, Any] = json.loads(json.dumps(request))
    for concept in _find_concepts(changed):
        for coding in concept["coding"]:
            if coding.get("code") == instead:
                concept.pop("text", None)
                concept["coding"] = [{"system": system, "code": code}]
                concept |= {"text": text} if text else {}
                break
    return changed


def expect_without_words(expect: Expect) -> Expect:
    """The outcome alone: a card names what the record says, which is another word now."""
    return expect.model_copy(update={"says": [], "says_nl": [], "never_says": [], "suggests": None})


def _read_row(group: Mapping[str, Any], uri: str, code: str, excluded: bool) -> CodeRow:
    return CodeRow(group["set"], group["case"], str(group["instead"]), uri, code, excluded, group.get("text", ""))


def _find_concepts(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if isinstance(node.get("coding"), list):
            yield node
        for member in list(node.values()):
            yield from _find_concepts(member)
    elif isinstance(node, list):
        for member in node:
            yield from _find_concepts(member)
