"""Whether the knowledge is proven: every rule by its clinical cases, every statement of the sources by a rule or a reason."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.case_files import RuleCases, read_rule_cases
from cds_hooks.knowledge.coverage_file import find_register_faults
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.loading import load_knowledge
from cds_hooks.knowledge.model import Rule, Text
from cds_hooks.knowledge.tree import Tree
from cds_hooks.rules.compilation import compile_rules, find_parameters

_QUIET = ("cleared", "notApplicable", "no", "not-judged")


def find_coverage_faults(cards: Path, cases: Path | None) -> list[str]:
    """Everything that is not proven, as `file:line: what; what would be right`. Without `cases` (an installed wheel) the
    registers and the translations alone. Raises KnowledgeError where the knowledge itself is faulty."""
    knowledge = load_knowledge(cards)
    compile_rules(knowledge)
    faults = [fault for medicine in knowledge.medicines for fault in _find_register_faults(cards, medicine.id, knowledge)]
    faults += [fault for rule in knowledge.rules.values() for fault in _find_untranslated(rule)]
    if cases is None:
        return faults
    proven = read_rule_cases(cases)
    faults += [f for rule in knowledge.rules.values() for f in _find_unproven(rule, proven.get(rule.id, RuleCases()))]
    faults += [f"tests/clinical: cases of '{id}', which is no rule; correct the id" for id in proven if id not in knowledge.rules]
    return faults


def _find_register_faults(cards: Path, medicine: str, knowledge: Knowledge) -> list[str]:
    ids = [rule.id for rule in knowledge.rules.values() if rule.medicine == medicine]
    try:
        return find_register_faults(cards / medicine, ids)
    except KnowledgeError as error:
        return list(error.findings)


def _find_untranslated(rule: Rule) -> Iterator[str]:
    """The loader asks for both languages; the same text in both is one that nobody translated."""
    cases = (*rule.cases, *((rule.unknown_case,) if rule.unknown_case else ()))
    texts = [("fires_when", rule.fires_when), *(pair for case in cases for pair in (("summary", case.summary), ("do", case.do)))]
    for name, text in texts:
        if _is_same(text):
            yield f"{rule.file}:{rule.line}: {rule.id}: '{name}' is the same in English and Dutch; translate it"


def _is_same(text: Text) -> bool:
    return text.en == text.nl and any(letter.isalpha() for letter in text.en)


def _find_unproven(rule: Rule, proof: RuleCases) -> Iterator[str]:
    """What the clinical cases of a rule lack."""
    where = f"{rule.file}:{rule.line}: {rule.id}"
    if not any(case.outcome == "fired" for case in proof.cases):
        yield f"{where} has no case that fires; add one under tests/clinical"
    if not any(case.outcome in _QUIET for case in proof.cases):
        yield f"{where} has no case that does not fire; add one under tests/clinical"
    if not proof.has("missing") and "missing" not in proof.excused:
        yield f"{where} has no case with the fact missing; add one with 'cell: missing', or say why it cannot exist"
    if not any(case.is_dutch for case in proof.cases):
        yield f"{where} has no case that reads its Dutch text; add 'says_nl' to one"
    yield from _find_open_boundaries(where, find_numbers(rule), proof)


def _find_open_boundaries(where: str, numbers: tuple[str, ...], proof: RuleCases) -> Iterator[str]:
    if not numbers:
        return
    if not proof.has("at") or not proof.has("below", "above", "stale"):
        yield f"{where} has {', '.join(numbers)} and no case on each side of it; add one 'at' and one 'below' or 'above'"
        return
    count, needed = sum(case.is_boundary for case in proof.cases), 2 * len(numbers)
    if count < needed:
        yield f"{where} has {len(numbers)} numbers ({', '.join(numbers)}) and {count} boundary cases; add {needed - count}"


def find_numbers(rule: Rule) -> tuple[str, ...]:
    """The numbers that a rule's conditions name, each once: their own, and the site parameters they use."""
    trees = [tree for tree in (rule.applies, *(case.when for case in rule.cases)) if tree]
    own = [f"{name} {value}" for tree in trees for name, value in _find_tree_numbers(tree)]
    return tuple(dict.fromkeys((*own, *find_parameters(rule))))


def _find_tree_numbers(tree: Tree) -> Iterator[tuple[str, object]]:
    for branch in tree.branches:
        yield from _find_tree_numbers(branch)
    for name, value in tree.parameters.items():
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, int | Decimal) and not isinstance(one, bool):
                yield name, one
