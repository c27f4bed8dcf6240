"""Turns the rules of `cards/` into predicates ready to ask, and refuses what they name but the service does not have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Protocol

from pydantic import ValidationError

import cds_hooks.rules.predicates  # noqa: F401 - registers every predicate
from cds_hooks.chart.finding import YES, Finding, join_all, join_any, negate
from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.complaint import describe_error
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.model import Medicine, Rule, RuleCase, Text
from cds_hooks.knowledge.tree import OPERATORS, Tree
from cds_hooks.rules.predicate import REGISTRY
from cds_hooks.rules.situation import Situation

#: Placeholders that every text may use.
ALWAYS = frozenset({"medicine"})


class Question(Protocol):
    """Anything that can be asked of a situation."""

    def find(self, situation: Situation) -> Finding:
        """Answer in three values."""
        ...


@dataclass(frozen=True, slots=True)
class AllOf:
    """Kleene's and; stops at the first false."""

    parts: tuple[Question, ...]

    def find(self, situation: Situation) -> Finding:
        """True if all are."""
        return join_all(part.find(situation) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Kleene's or; stops at the first true."""

    parts: tuple[Question, ...]

    def find(self, situation: Situation) -> Finding:
        """True if one is."""
        return join_any(part.find(situation) for part in self.parts)


@dataclass(frozen=True, slots=True)
class NotSo:
    """Kleene's not."""

    part: Question

    def find(self, situation: Situation) -> Finding:
        """True if it is false."""
        return negate(self.part.find(situation))


@dataclass(frozen=True, slots=True)
class Always:
    """Where a rule gives no condition."""

    def find(self, situation: Situation) -> Finding:
        """True."""
        return YES


@dataclass(frozen=True, slots=True)
class ReadyCase:
    """A case with its condition ready to ask."""

    case: RuleCase
    when: Question


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule ready to judge."""

    rule: Rule
    applies: Question
    cases: tuple[ReadyCase, ...]


@dataclass(frozen=True, slots=True)
class ReadyMedicine:
    """A medicine with its rules ready to judge, in table order."""

    medicine: Medicine
    rules: tuple[ReadyRule, ...]


def compile_rules(knowledge: Knowledge) -> tuple[ReadyMedicine, ...]:
    """All medicines ready to judge. Raises KnowledgeError with every fault found: predicates, parameters, sets, placeholders."""
    faults: list[str] = []
    ready = tuple(
        ReadyMedicine(medicine, tuple(_compile_rule(rule, knowledge, faults) for rule in medicine.rules))
        for medicine in knowledge.medicines
    )
    if faults:
        raise KnowledgeError(faults)
    return ready


def _compile_rule(rule: Rule, knowledge: Knowledge, faults: list[str]) -> ReadyRule:
    applies = _compile(rule.applies, knowledge, faults)
    cases = tuple(ReadyCase(case, _compile(case.when, knowledge, faults)) for case in rule.cases)
    for case in rule.cases:
        faults += _find_placeholder_faults(rule, (case,), [tree for tree in (rule.applies, case.when) if tree])
    if rule.unknown_case:
        trees = [tree for tree in (rule.applies, *(case.when for case in rule.cases)) if tree]
        faults += _find_placeholder_faults(rule, (rule.unknown_case,), trees)
    return ReadyRule(rule, applies, cases)


def _compile(tree: Tree | None, knowledge: Knowledge, faults: list[str]) -> Question:
    if tree is None:
        return Always()
    if tree.name in OPERATORS:
        parts = tuple(_compile(branch, knowledge, faults) for branch in tree.branches)
        if tree.name == "not":
            return NotSo(parts[0])
        return AllOf(parts) if tree.name == "all" else AnyOf(parts)
    predicate = REGISTRY.get(tree.name)
    if predicate is None or not predicate.asks:
        known = ", ".join(sorted(name for name, kind in REGISTRY.items() if kind.asks))
        faults.append(f"{tree.place}: no predicate '{tree.name}'; known are {known}")
        return Always()
    try:
        question = predicate.model_validate(dict(tree.parameters))
    except ValidationError as error:
        faults += [f"{tree.place}: {tree.name}: {describe_error(fault, predicate)}" for fault in error.errors(include_url=False)]
        return Always()
    faults += [f"{tree.place}: {tree.name}: {fault}" for fault in _find_name_faults(question, knowledge)]
    return question


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
    trees = [tree for tree in (rule.applies, *(case.when for case in rule.cases)) if tree]
    return tuple(dict.fromkeys(name for tree in trees for name in _find_tree_parameters(tree)))


def find_sets(rule: Rule) -> tuple[str, ...]:
    """The value sets that a rule's conditions name, each once."""
    trees = [tree for tree in (rule.applies, *(case.when for case in rule.cases)) if tree]
    return tuple(dict.fromkeys(name for tree in trees for name in _find_tree_sets(tree)))


def _find_tree_sets(tree: Tree) -> Iterator[str]:
    for branch in tree.branches:
        yield from _find_tree_sets(branch)
    predicate = REGISTRY.get(tree.name)
    if predicate is not None and predicate.asks:
        yield from predicate.model_validate(dict(tree.parameters)).find_set_ids()


def _find_tree_parameters(tree: Tree) -> Iterator[str]:
    for branch in tree.branches:
        yield from _find_tree_parameters(branch)
    predicate = REGISTRY.get(tree.name)
    if predicate is not None and predicate.asks:
        yield from predicate.model_validate(dict(tree.parameters)).find_parameter_ids()
