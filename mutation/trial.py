"""Runs the clinical cases on a mutant until one fails; knows which cases can notice what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cds_hooks.errors import CdsHooksError
from cds_hooks.knowledge.site import SiteFile
from cds_hooks.knowledge.source import YamlFile
from cds_hooks.service.advising import Evaluator, evaluate, load_evaluator
from mutation.asking import Asked, noting
from mutation.card_files import CARDS, reading
from mutation.comparisons import changed, is_remembered, marking
from mutation.mutants import CODE, COMPARISON, JOIN, NOT, Mutant
from tests.clinical.build import SERVICE_OF_HOOK, build_request, read_now
from tests.clinical.code_rows import CODES, build_with_code, expect_without_words, read_all_cases, read_code_rows
from tests.clinical.expect import find_differences
from tests.clinical.format import Expect
from tests.clinical.load import find_case_files, read_cases

REFUSED, UNUSED = "refused", "unused"
#: More regimens than there are.
_MANY = 100
#: So many of the cases that noticed something lately are tried first.
_REMEMBERED = 10
#: What names of cases say for words of the files.
_ALSO_CALLED = {
    "kidney": "renal",
    "count_plans": "blood-count",
    "neutrophils": "neutrophils-regimens",
    "platelets": "platelets-regimens",
}


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """A clinical case as the bytes of its call. `site` is the site's own numbers as JSON."""

    id: str
    rule: str
    body: bytes
    hook: str
    now: datetime
    expect: Expect
    site: str = ""
    is_boundary: bool = False
    must_fail: bool = False
    """It passes where its expectation is not met (a code that is left out on purpose)."""

    @property
    def is_row(self) -> bool:
        """Whether it is a row of codes.yaml: those serve for codes alone."""
        return self.id.startswith("codes: ")


@dataclass(slots=True)
class Trial:
    """All cases, what each touches, and the files of `cards/`. `killers` remembers who noticed what lately."""

    files: Mapping[Path, YamlFile]
    cases: list[ReadyCase]
    comparisons: dict[str, set[int]] = field(default_factory=dict)
    """Key of a mutant of a comparison -> places of the cases in which it answers otherwise."""
    regimens: dict[str, dict[int, int]] = field(default_factory=dict)
    """Regimen -> places of the cases that look at it -> how many they look at."""
    numbers: dict[str, set[int]] = field(default_factory=dict)
    """Site parameter -> places of the cases that ask for it."""
    asked: set[str] = field(default_factory=set)
    """Value sets, analytes, topics that some case asks for."""
    killers: dict[str, list[int]] = field(default_factory=dict)

    def find_killer(self, mutant: Mutant) -> str:
        """The first case that fails on the mutant, "refused" where the loader does not take it, "unused" where no rule looks at
        what was changed; empty if it survives."""
        if mutant.owner and mutant.owner not in self.asked:
            return UNUSED
        with self._apply(mutant), reading(self.files, self._change(mutant)):
            evaluators: dict[str, Evaluator] = {}
            for place in self._order(mutant):
                case = self.cases[place]
                try:
                    evaluator = evaluators.get(case.site) or evaluators.setdefault(case.site, _load(case.site))
                except CdsHooksError:
                    return REFUSED
                if fails(case, evaluator):
                    self._remember(mutant, place)
                    return case.id
        return ""

    def note(self, place: int, asked: Asked, differing: set[str]) -> None:
        """Remembers what a case looked at, and begins anew."""
        self.asked |= asked.words
        if not self.cases[place].is_row:
            for name in asked.numbers:
                self.numbers.setdefault(name, set()).add(place)
            for name in asked.regimens:
                self.regimens.setdefault(name, {})[place] = len(asked.regimens)
            for key in differing:
                self.comparisons.setdefault(key, set()).add(place)
        asked.clear()
        differing.clear()

    def _apply(self, mutant: Mutant) -> AbstractContextManager[None]:
        return changed(mutant) if mutant.kind == COMPARISON else nullcontext()

    def _change(self, mutant: Mutant) -> YamlFile | None:
        if mutant.kind == COMPARISON:
            return None
        return mutant.apply(self.files[CARDS.parent / mutant.file])

    def _order(self, mutant: Mutant) -> Iterator[int]:
        """The places of the cases that could notice, the likeliest first."""
        likely = self.killers.get(_find_neighbours(mutant), [])
        could = self._select(mutant)
        yield from (place for place in likely if place in could)
        looked_at = self._find_looked_at(mutant)
        words = _find_words(mutant)

        def rank(place: int) -> tuple[int, int, bool]:
            case = self.cases[place]
            return -sum(word in case.id for word in words), looked_at.get(place, _MANY), not case.is_boundary

        yield from sorted(could - set(likely), key=rank)

    def _select(self, mutant: Mutant) -> set[int]:
        if mutant.kind == COMPARISON:
            return self.comparisons.get(mutant.key, set())
        if rule := self._find_rule(mutant):
            return {n for n, c in enumerate(self.cases) if (c.rule == rule or rule in c.expect.also) and not c.is_row}
        if mutant.kind == CODE:
            code = mutant.what.rpartition(" dropped")[0].rpartition(" ")[2]
            return {n for n, case in enumerate(self.cases) if f'"code": "{code}'.encode() in case.body}
        if mutant.path and mutant.path[0] == "parameters":
            return self.numbers.get(str(mutant.path[1]), set())
        if mutant.path and mutant.path[0] == "regimens":
            return set(self._find_looked_at(mutant))
        if mutant.path and mutant.path[0] == "analytes" and mutant.kind != CODE:
            return self._find_measured(mutant)
        if len(parts := Path(mutant.file).parts) > 2:  # a file of one medicine
            return {n for n, case in enumerate(self.cases) if _is_of(parts[1], case)}
        return {n for n, case in enumerate(self.cases) if not case.is_row}

    def _find_looked_at(self, mutant: Mutant) -> dict[int, int]:
        """The cases that look at the regimens that the mutant is about, and at how many in all."""
        table = mutant.path[0] if mutant.path else ""
        if table not in ("regimens", "kidney", "count_plans"):
            return {}
        rows = self.files[CARDS.parent / mutant.file].data["regimens"]
        key = "kidney" if table == "kidney" else "count_plan"
        chosen = [rows[mutant.path[1]]] if table == "regimens" else [row for row in rows if row[key] == mutant.path[1]]
        return {place: count for row in chosen for place, count in self.regimens.get(row["id"], {}).items()}

    def _find_measured(self, mutant: Mutant) -> set[int]:
        """The cases with a value of the analyte that the mutant is about."""
        analyte = self.files[CARDS.parent / mutant.file].data["analytes"][mutant.path[1]]
        codes = [f'"code": "{code}"'.encode() for group in analyte["codes"] for code in group["codes"]]
        return {n for n, case in enumerate(self.cases) if not case.is_row and any(code in case.body for code in codes)}

    def _find_rule(self, mutant: Mutant) -> str:
        """The rule whose condition the mutant is about."""
        if not mutant.path or mutant.path[0] != "rules" or mutant.kind not in (NOT, JOIN, "number"):
            return ""
        return str(self.files[CARDS.parent / mutant.file].data["rules"][mutant.path[1]]["id"])

    def _remember(self, mutant: Mutant, place: int) -> None:
        known = self.killers.setdefault(_find_neighbours(mutant), [])
        if place in known:
            known.remove(place)
        known.insert(0, place)
        del known[_REMEMBERED:]


def prepare(files: Mapping[Path, YamlFile], mutants: Iterable[Mutant] = ()) -> Trial:
    """The cases made ready, with what each looks at, and which of the mutants of comparisons would answer it otherwise. Raises
    AssertionError where a case fails on the knowledge as it is: then no mutant could be judged. What is compared once, when the
    knowledge is loaded or for all calls, bears on every case."""
    trial = Trial(files, list(read_ready_cases()))
    evaluators: dict[str, Evaluator] = {}
    compared = [mutant for mutant in mutants if mutant.kind == COMPARISON]
    once = {mutant.key for mutant in compared if is_remembered(mutant)}
    with marking(compared) as differing, noting() as asked:
        for place, case in enumerate(trial.cases):
            if case.site not in evaluators:
                evaluators[case.site] = _load(case.site)
                once |= differing
            assert not fails(case, evaluators[case.site]), f"fails as it is: {case.id}"
            trial.note(place, asked, differing)
    everywhere = {place for place, case in enumerate(trial.cases) if not case.is_row}
    trial.comparisons |= dict.fromkeys(once & trial.comparisons.keys(), everywhere)
    return trial


def fails(case: ReadyCase, evaluator: Evaluator) -> bool:
    """Whether the case does not get what it expects; an exception is a failure."""
    try:
        service = SERVICE_OF_HOOK[case.hook]
        found = evaluate(case.body, service, evaluator, now=case.now, language="en")
        return bool(find_differences(case.expect, case.rule, found.response, found.assessment)) is not case.must_fail
    except Exception:  # whatever a mutant does to the program, it was noticed
        return True


def read_ready_cases() -> Iterable[ReadyCase]:
    """The clinical cases, and the rows of codes.yaml."""
    for path in find_case_files():
        for loaded in read_cases(path):
            case = loaded.case
            request = build_request(case, name=loaded.id)
            site = json.dumps(case.site, default=str) if case.site else ""
            boundary = bool({"at", "below", "above", "stale"} & set(case.cells))
            yield ReadyCase(
                loaded.id, loaded.rule, json.dumps(request).encode(), request["hook"], read_now(case), case.expect, site, boundary
            )
    yield from _read_code_cases()


def _read_code_cases() -> Iterable[ReadyCase]:
    for row in read_code_rows() if CODES.exists() else ():
        rule, case = read_all_cases()[row.case]
        request = build_with_code(row)
        expect = expect_without_words(case.expect)
        body = json.dumps(request).encode()
        yield ReadyCase(f"codes: {row.id}", rule, body, request["hook"], read_now(case), expect, must_fail=row.is_excluded)


def _find_words(mutant: Mutant) -> set[str]:
    """What a case is likely to be called that is about the same."""
    steps = [step for step in mutant.path if isinstance(step, str)]
    return {step.replace("_", "-") for step in steps if len(step) > 2} | {_ALSO_CALLED[s] for s in steps if s in _ALSO_CALLED}


def _find_neighbours(mutant: Mutant) -> str:
    """Mutants of one rule, regimen, parameter or function are likely to be noticed by the same cases."""
    return f"{mutant.file} {mutant.path[:2]}" if mutant.kind != COMPARISON else f"{mutant.file} {mutant.path[0]}"


def _load(site: str) -> Evaluator:
    return load_evaluator(CARDS, SiteFile.model_validate({"parameters": json.loads(site)}) if site else None)


def _is_of(medicine: str, case: ReadyCase) -> bool:
    return case.rule.startswith((f"{medicine}.", "service.")) and not case.is_row
