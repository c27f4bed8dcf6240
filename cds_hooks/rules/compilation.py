"""Turns the rules of `cards/` into predicates ready to ask, and refuses what they name but the service does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from string import Formatter

from pydantic import ValidationError

import cds_hooks.rules.predicates  # noqa: F401 - registers every predicate
from cds_hooks.chart.finding import NO, Finding
from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.complaint import describe_error
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.model import Level, Medicine, Rule, RuleCase, Scope, Text, WhenUnknown
from cds_hooks.knowledge.tree import OPERATORS, Tree
from cds_hooks.rules.predicate import REGISTRY, Predicate
from cds_hooks.rules.questions import (
    NOT_REMEMBERED,
    UNCONDITIONAL,
    AllOf,
    AnyOf,
    Asked,
    NotSo,
    Question,
    Signs,
    list_asked,
    unite,
)
from cds_hooks.rules.situation import Situation
from cds_hooks.rules.sleepers import Sleepers, list_sleepers

#: Placeholders that every text may use.
ALWAYS = frozenset({"medicine"})


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """A case with its condition, and how that is asked in a situation."""

    case: RuleCase
    when: Question
    ask: Callable[[Situation], Finding]


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule ready to judge. `signs`: where the record has none of them, every case is `NO` (`rules.questions`). `condition`: the
    number that `applies` is remembered by, if it is. `denies_all`: where the cases ask one thing, whether it is so in none."""

    rule: Rule
    applies: Question
    cases: tuple[ReadyCase, ...]
    signs: Signs
    condition: int = NOT_REMEMBERED
    denies_all: Callable[[Situation], bool] | None = None

    def may_not_apply(self) -> bool:
        """Whether its condition can be false."""
        applies = self.applies
        return applies is not UNCONDITIONAL and not (isinstance(applies, Asked) and applies.predicate.never_denies)

    def list_questions(self) -> tuple[Question, ...]:
        """Its condition and those of its cases."""
        return (self.applies, *(case.when for case in self.cases))


@dataclass(frozen=True, slots=True)
class ReadyMedicine:
    """A medicine with its rules ready to judge, in table order: those of orders, and in `view` those of an opened chart.
    `table` are the former as the knowledge has them; `sleepers` those that can sleep, by their places; `dozers` those of a
    condition, which is asked even while the cases sleep; `predicates` those of what any of its rules asks, by their numbers."""

    medicine: Medicine
    rules: tuple[ReadyRule, ...]
    table: tuple[Rule, ...]
    partners: frozenset[str]
    """Value sets of partner medicines of any of the rules."""
    sleepers: Sleepers
    dozers: Sleepers
    predicates: Sleepers
    places: Mapping[int, ReadyRule]
    """Each rule of orders by an even number, and by the odd one after it what is left of it while its cases sleep."""
    view: tuple[ReadyRule, ...] = ()

    def find_awake(self, held: Signs) -> list[ReadyRule]:
        """The rules of orders that have to be judged, without cases those of which only the condition has; `held` is
        `Bedside.signs`. Every other one is cleared."""
        awake = self.sleepers.find_awake(held) | self.dozers.find_asleep(held)
        return list(map(self.places.__getitem__, sorted(awake)))

    def find_partner_rules(self, sets: Iterable[str]) -> list[ReadyRule]:
        """The rules in which the medicine of an order takes part as a partner, by the value sets that it is in."""
        held = frozenset(sets)
        return [ready for ready in self.rules if not held.isdisjoint(ready.rule.partners)] if self.partners & held else []

    def list_settled(self, held: Signs) -> dict[int, Finding]:
        """What predicates answer that need not be asked, by their numbers."""
        return dict.fromkeys(self.predicates.find_asleep(held), NO)


@dataclass(frozen=True, slots=True)
class _Compiling:
    """One compilation: the knowledge, the faults so far, and the predicates so far by what tells them from each other, and where
    they are denied by their numbers."""

    knowledge: Knowledge
    faults: list[str] = field(default_factory=list)
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict)
    denied: dict[int, NotSo] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=count)


def compile_rules(knowledge: Knowledge) -> tuple[ReadyMedicine, ...]:
    """All medicines ready to judge. Raises KnowledgeError with every fault found: predicates, parameters, sets, placeholders."""
    compiling = _Compiling(knowledge)
    ready = tuple(_compile_medicine(medicine, compiling) for medicine in knowledge.medicines)
    if compiling.faults:
        raise KnowledgeError(compiling.faults)
    return ready


def _compile_medicine(medicine: Medicine, compiling: _Compiling) -> ReadyMedicine:
    compiled = [_compile_rule(rule, compiling) for rule in medicine.rules]
    every_rule = tuple(_shorten(compiled))
    rules = tuple(ready for ready in every_rule if ready.rule.scope is not Scope.VIEW)
    questions = [question for ready in every_rule for question in ready.list_questions()]
    predicates = list_sleepers({asked.number: asked.signs for question in questions for asked in list_asked(question)})
    table = tuple(ready.rule for ready in rules)
    places = {2 * n: ready for n, ready in enumerate(rules)}
    return ReadyMedicine(
        medicine,
        rules,
        table,
        partners=frozenset(set_id for rule in table for set_id in rule.partners),
        sleepers=list_sleepers({place: ready.signs for place, ready in places.items()}),
        dozers=list_sleepers({place + 1: ready.signs for place, ready in places.items() if ready.may_not_apply()}),
        predicates=predicates,
        places=places | {place + 1: replace(ready, cases=(), denies_all=None) for place, ready in places.items()},
        view=tuple(_find_view_rules(every_rule)),
    )


def _find_view_rules(rules: Iterable[ReadyRule]) -> Iterator[ReadyRule]:
    """What is asked when a chart is opened: what is due, and of the rules on patient and dose only what is critical. Where they
    would give the info of an unknown they are silent: what they lacked is on the not-checked card."""
    for ready in rules:
        if ready.rule.scope is Scope.VIEW:
            yield ready
        elif ready.rule.scope is not Scope.ORDER and not ready.rule.orders_only:
            critical = tuple(case for case in ready.cases if case.case.level is Level.CRITICAL)
            unknown = WhenUnknown.SILENT if ready.rule.unknown is WhenUnknown.INFO else ready.rule.unknown
            if critical:
                quiet = replace(ready.rule, unknown=unknown, unknown_case=None)
                yield replace(
                    ready,
                    rule=quiet,
                    cases=critical,
                    signs=unite(case.when.signs for case in critical),
                    denies_all=_find_denial(critical),
                )


def _compile_rule(rule: Rule, compiling: _Compiling) -> ReadyRule:
    applies = _compile(rule.applies, compiling)
    conditions = [(case, _compile(case.when, compiling)) for case in rule.cases]
    cases = tuple(ReadyCase(case, when, when.find) for case, when in conditions)
    for case in rule.cases:
        compiling.faults.extend(_find_placeholder_faults(rule, (case,), [tree for tree in (rule.applies, case.when) if tree]))
    if rule.unknown_case:
        trees = [tree for tree in (rule.applies, *(case.when for case in rule.cases)) if tree]
        compiling.faults.extend(_find_placeholder_faults(rule, (rule.unknown_case,), trees))
    signs = unite(case.when.signs for case in cases)
    return ReadyRule(rule, applies, cases, signs, applies.number, _find_denial(cases))


def _find_denial(cases: Sequence[ReadyCase]) -> Callable[[Situation], bool] | None:
    """Where several cases ask the same predicate but for its variants: what tells that the answer is no in all of them."""
    asked = [case.when.predicate for case in cases if isinstance(case.when, Asked)]
    if len(asked) != len(cases) or len(asked) < 2 or not asked[0].variants:
        return None
    alike = {(one.name, one.model_dump_json(exclude=set(one.variants))) for one in asked}
    return asked[0].denies_all if len(alike) == 1 else None


def _shorten(rules: Sequence[ReadyRule]) -> Iterator[ReadyRule]:
    """What is asked in one place alone, and never sleeps, needs no remembering: the predicate itself is asked."""
    places = Counter(asked.number for ready in rules for question in ready.list_questions() for asked in list_asked(question))
    for ready in rules:
        cases = [
            replace(case, ask=case.when.predicate.find)
            if isinstance(case.when, Asked) and case.when.signs is None and places[case.when.number] == 1
            else case
            for case in ready.cases
        ]
        yield replace(ready, cases=tuple(cases))


def _compile(tree: Tree | None, compiling: _Compiling) -> Question:
    if tree is None:
        return UNCONDITIONAL
    if tree.name in OPERATORS:
        parts = tuple(_compile(branch, compiling) for branch in tree.branches)
        if tree.name == "not":
            return _share_denial(parts[0], compiling)
        return AllOf(parts) if tree.name == "all" else AnyOf(parts)
    predicate = REGISTRY.get(tree.name)
    if predicate is None or not predicate.asks:
        known = ", ".join(sorted(name for name, kind in REGISTRY.items() if kind.asks))
        compiling.faults.append(f"{tree.place}: no predicate '{tree.name}'; known are {known}")
        return UNCONDITIONAL
    try:
        question = predicate.model_validate(dict(tree.parameters))
    except ValidationError as error:
        faults = error.errors(include_url=False)
        compiling.faults.extend(f"{tree.place}: {tree.name}: {describe_error(fault, predicate)}" for fault in faults)
        return UNCONDITIONAL
    named = _find_name_faults(question, compiling.knowledge)
    compiling.faults.extend(f"{tree.place}: {tree.name}: {fault}" for fault in named)
    return _share(question, compiling)


def _share(predicate: Predicate, compiling: _Compiling) -> Asked:
    """Equal predicates of whatever rules are one question."""
    identity = (predicate.name, predicate.model_dump_json())
    if identity not in compiling.asked:
        compiling.asked[identity] = Asked(predicate, next(compiling.numbers), predicate.find_signs())
    return compiling.asked[identity]


def _share_denial(part: Question, compiling: _Compiling) -> NotSo:
    """So are their denials."""
    if not isinstance(part, Asked):
        return NotSo(part, next(compiling.numbers))
    if part.number not in compiling.denied:
        compiling.denied[part.number] = NotSo(part, next(compiling.numbers))
    return compiling.denied[part.number]


def _find_name_faults(question: object, knowledge: Knowledge) -> Iterator[str]:
    """Value sets and site parameters that a predicate names and `cards/` does not have."""
    for set_id in getattr(question, "find_set_ids", tuple)():
        if set_id not in knowledge.vocabulary.sets:
            yield f"no value set '{set_id}' under cards/valuesets; correct the id or add the set"
    for parameter in getattr(question, "find_parameter_ids", tuple)():
        if parameter not in knowledge.parameters.by_id:
            yield f"no parameter '{parameter}' in cards/parameters.yaml; correct the id or add it"


def _find_placeholder_faults(rule: Rule, cases: Iterable[RuleCase], trees: Iterable[Tree]) -> Iterator[str]:
    """Placeholders of a text that no predicate of its conditions fills."""
    given = ALWAYS.union(*(_find_provided(tree) for tree in trees))
    for case in cases:
        for text in (case.summary, case.do, case.why):
            for name in _find_placeholders(text) - given:
                offered = ", ".join(f"{{{one}}}" for one in sorted(given))
                yield f"{rule.file}:{rule.line}: {rule.id}: no predicate fills {{{name}}}; possible here are {offered}"


def _find_provided(tree: Tree) -> frozenset[str]:
    if tree.name in OPERATORS:
        return frozenset[str]().union(*(_find_provided(branch) for branch in tree.branches))
    predicate = REGISTRY.get(tree.name)
    return predicate.provides if predicate else frozenset()


def _find_placeholders(text: Text | None) -> set[str]:
    if text is None:
        return set()
    return {name for version in (text.en, text.nl) for _, name, _, _ in Formatter().parse(version) if name}


def find_parameters(rule: Rule) -> tuple[str, ...]:
    """The site parameters that a rule's conditions name, each once."""
    return tuple(dict.fromkeys(name for predicate in _list_predicates(rule) for name in predicate.find_parameter_ids()))


def find_sets(rule: Rule) -> tuple[str, ...]:
    """The value sets that a rule's conditions name, each once."""
    return tuple(dict.fromkeys(name for predicate in _list_predicates(rule) for name in predicate.find_set_ids()))


def _list_predicates(rule: Rule) -> Iterator[Predicate]:
    trees = [tree for tree in (rule.applies, *(case.when for case in rule.cases)) if tree]
    for tree in trees:
        yield from _list_in_tree(tree)


def _list_in_tree(tree: Tree) -> Iterator[Predicate]:
    for branch in tree.branches:
        yield from _list_in_tree(branch)
    predicate = REGISTRY.get(tree.name)
    if predicate is not None and predicate.asks:
        yield predicate.model_validate(dict(tree.parameters))
