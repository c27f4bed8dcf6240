"""`python -m mutation.codes`: finds for every code of `cards/` a case that hangs on it, and writes tests/clinical/codes.yaml.

A case serves for a value set where it holds a code of the set and fails once that code is a nonsense one. Every other
code of the set is then put in its place; those with which the case still passes, and no longer once the code is dropped from
this very set, get a row.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cds_hooks.chart.set_index import SetIndex
from cds_hooks.knowledge.source import YamlFile, read_yaml
from cds_hooks.knowledge.vocabulary import Vocabulary
from cds_hooks.service import load_knowledge
from mutation.card_files import CARDS, read_card_files
from mutation.mutants import CODE, find_card_mutants
from mutation.trial import ReadyCase, fails, prepare, read_ready_cases
from tests.clinical.code_rows import CODES, expect_without_words, put_code

NONSENSE = "0000000"
#: So many cases are tried for a value set before its codes are given up.
_MOST_CASES = 600
_HEAD = """# Every code of cards/ in a clinical case, written by `python -m mutation.codes` and then kept: a code that is later
# dropped from cards/ fails its row. In `case` the code stands in for `instead`, without text or display; `exclude`: the
# case must then fail. `text`: what stands beside the code, a name of the set that an excluded code takes the meaning from
# (written by hand).
"""


@dataclass(frozen=True, slots=True)
class Group:
    """The codes of one set that one case serves for."""

    set: str
    case: str
    instead: str
    include: Mapping[str, list[str]]
    exclude: Mapping[str, list[str]]
    text: str = ""


def find_codes(files: Mapping[Path, YamlFile]) -> Iterator[tuple[str, str, str, bool]]:
    """(value set, analyte or topic; system URI; code; whether it is excluded) for every code under `cards/`."""
    uris = _read_uris()
    for file in files.values():
        for key in ("sets", "analytes", "topics"):
            for owner in file.data.get(key) or () if isinstance(file.data, Mapping) else ():
                for side in ("include", "exclude", "codes"):
                    for group in owner.get(side) or ():
                        yield from ((owner["id"], uris[group["system"]], c, side == "exclude") for c in group["codes"])


def find_equivalent_codes() -> frozenset[tuple[str, str, str, bool]]:
    """The codes of equivalent.yaml, as `find_codes` names them: another code or set answers the same."""
    keys = set(read_yaml(CARDS.parent / "mutation" / "equivalent.yaml").data["mutants"])
    uris, found = _read_uris(), set()
    for mutant in find_card_mutants(read_card_files()):
        if mutant.kind == CODE and mutant.key in keys:
            *_, system, code, _ = mutant.what.split(" ")
            found.add((mutant.owner, uris[system], code, "exclusion of " in mutant.what))
    return frozenset(found)


@contextmanager
def dropping(vocabulary: Vocabulary, set_id: str, system: str, code: str) -> Iterator[None]:
    """While this lasts the set neither lists nor excludes the code; it is changed where it is, since loading takes too long."""
    value_set = vocabulary.sets[set_id]
    kept = {name: getattr(value_set, name) for name in ("exact", "below", "excluded", "settling")}
    left = {name: kept[name] - {(system, code)} for name in ("exact", "below", "excluded")}
    if not any(system == other for codes in left.values() for other, _ in codes):
        left["settling"] = kept["settling"] - {system}
    index = vocabulary.set_index
    try:
        _change(value_set, left)
        _change(vocabulary, {"set_index": SetIndex(vocabulary.sets)})
        vocabulary.remembered.clear()
        yield
    finally:
        _change(value_set, kept)
        _change(vocabulary, {"set_index": index})
        vocabulary.remembered.clear()


def _change(frozen: object, members: Mapping[str, Any]) -> None:
    for name, value in members.items():
        object.__setattr__(frozen, name, value)


def main() -> int:
    """Find and write; the codes without a case are listed on stderr."""
    codes: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for owner, system, code, excluded in find_codes(read_card_files()):
        codes[owner].append((system, code, excluded))
    search = _Search()
    groups: list[Group] = []
    lacking = 0
    for number, (owner, wanted) in enumerate(sorted(codes.items()), start=1):
        found, left = search.find_groups(owner, wanted)
        groups += found
        lacking += len(left)
        for system, code, _ in left:
            print(f"{owner}: {system} {code}: no case", file=sys.stderr)
        print(f"{number}/{len(codes)} {owner}", end="\r", file=sys.stderr, flush=True)
    unused = sorted(set(codes) - prepare(read_card_files()).asked)
    CODES.write_text(_compose(groups, unused), encoding="utf-8")
    print(f"{sum(map(len, codes.values())) - lacking} codes with a case, {lacking} without", file=sys.stderr)
    return 0


class _Search:
    """The cases by the codes they hold, and the knowledge they are tried on."""

    def __init__(self) -> None:
        self.evaluator = load_knowledge()
        self.equivalent = find_equivalent_codes()
        self.by_code: dict[tuple[str, str], list[ReadyCase]] = defaultdict(list)
        for case in read_ready_cases():
            if not case.site and not case.id.startswith("codes: "):
                for coding in set(_find_codings(json.loads(case.body))):
                    self.by_code[coding].append(case)

    def find_groups(self, owner: str, wanted: list[tuple[str, str, bool]]) -> tuple[list[Group], list[tuple[str, str, bool]]]:
        """The groups that serve for the codes of one set, and the codes that are left."""
        left, groups = list(wanted), []
        for case, system, instead in self._find_candidates(owner, wanted):
            if not left:
                break
            if not self._hangs_on(case, instead, system):
                continue
            served = [row for row in left if self._serves(case, instead, row) and self._hangs_on_set(case, instead, owner, row)]
            if served:
                groups.append(_group(owner, case.id, instead, served))
                left = [row for row in left if row not in served]
        return groups, left

    def _find_candidates(self, owner: str, wanted: list[tuple[str, str, bool]]) -> Iterator[tuple[ReadyCase, str, str]]:
        """Cases that hold a code of the set (itself or one below it), the rarest codes first, then those that fire."""
        own = {(system, code) for system, code, excluded in wanted if not excluded}
        held = self.evaluator.knowledge.vocabulary.sets.get(owner)
        places = [c for c in self.by_code if c in own or (held is not None and held.holds(*c))]
        found = [(case, system, code) for system, code in places for case in self.by_code[system, code]]
        found.sort(key=lambda each: (len(self.by_code[each[1:]]), each[0].expect.outcome != "fired"))
        yield from found[:_MOST_CASES]

    def _hangs_on(self, case: ReadyCase, instead: str, system: str) -> bool:
        return fails(_put(case, instead, system, NONSENSE), self.evaluator)

    def _serves(self, case: ReadyCase, instead: str, row: tuple[str, str, bool]) -> bool:
        system, code, excluded = row
        return fails(_put(case, instead, system, code), self.evaluator) is excluded

    def _hangs_on_set(self, case: ReadyCase, instead: str, owner: str, row: tuple[str, str, bool]) -> bool:
        system, code, excluded = row
        vocabulary = self.evaluator.knowledge.vocabulary
        if owner not in vocabulary.sets or (owner, *row) in self.equivalent:
            return True
        with dropping(vocabulary, owner, system, code):
            return fails(_put(case, instead, system, code), self.evaluator) is not excluded


def _put(case: ReadyCase, instead: str, system: str, code: str) -> ReadyCase:
    body = json.dumps(put_code(json.loads(case.body), instead, system, code)).encode()
    return ReadyCase(case.id, case.rule, body, case.hook, case.now, expect_without_words(case.expect))


def _find_codings(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for coding in node.get("coding") or ():
            yield coding.get("system", ""), coding.get("code", "")
        for member in node.values():
            yield from _find_codings(member)
    elif isinstance(node, list):
        for member in node:
            yield from _find_codings(member)


def _group(owner: str, case: str, instead: str, rows: list[tuple[str, str, bool]]) -> Group:
    sides: dict[bool, dict[str, list[str]]] = {False: defaultdict(list), True: defaultdict(list)}
    for system, code, excluded in rows:
        sides[excluded][system].append(code)
    return Group(owner, case, instead, sides[False], sides[True])


def _compose(groups: list[Group], unused: list[str]) -> str:
    names = {uri: name for name, uri in _read_uris().items()}
    lines = [_HEAD + "unused:   # no rule asks for these yet", *(f"  - {owner}" for owner in unused), "systems:"]
    lines += [*(f"  {name}: {json.dumps(uri)}" for name, uri in _read_uris().items()), "codes:"]
    for group in groups:
        lines += [f"  - set: {group.set}", f"    case: {json.dumps(group.case, ensure_ascii=False)}"]
        lines.append(f"    instead: {json.dumps(group.instead)}")
        lines += [f"    text: {json.dumps(group.text, ensure_ascii=False)}"] if group.text else []
        for side, codes in (("include", group.include), ("exclude", group.exclude)):
            if codes:
                lines.append(f"    {side}:")
                lines += [f"      {names[uri]}: {json.dumps(values)}" for uri, values in codes.items()]
    return "\n".join(lines) + "\n"


def _read_uris() -> dict[str, str]:
    return {system["id"]: system["uri"] for system in read_yaml(CARDS / "systems.yaml").data["systems"]}


if __name__ == "__main__":
    sys.exit(main())
