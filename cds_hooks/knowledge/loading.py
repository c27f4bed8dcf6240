"""Loads everything under `cards/`, strictly: what it refuses is listed with file and line, and the service does not start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from cds_hooks.chart.concept import ConceptSet, fold_name
from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.medicine_file import MedicineFile
from cds_hooks.knowledge.model import Medicine, Rule, Text
from cds_hooks.knowledge.parameters import SiteList
from cds_hooks.knowledge.regimen_file import read_count_plans, read_regimen_names, read_regimens
from cds_hooks.knowledge.rule_file import RuleFile, compose_rules
from cds_hooks.knowledge.site import SiteFile, apply_site, read_parameters
from cds_hooks.knowledge.source import YamlFile, read_yaml, validate
from cds_hooks.knowledge.texts import read_facts, read_medicines_to_add, read_override_reasons, read_tests
from cds_hooks.knowledge.value_set import CardModel
from cds_hooks.knowledge.vocabulary import Vocabulary, read_vocabulary

T = TypeVar("T")

#: Files of a medicine's folder that hold no rules.
_NOT_RULES = ("medicine.yaml", "regimens.yaml", "coverage.yaml")
#: The folder of rules that are about the service itself.
SERVICE = "service"


class VersionFile(CardModel):
    """cards/version.yaml."""

    version: str


def load_knowledge(folder: Path, site: SiteFile | None = None) -> Knowledge:
    """The knowledge of `folder` with a site's own numbers. Raises KnowledgeError with every fault, SettingsError for the site."""
    faults: list[str] = []
    vocabulary = _collect(faults, lambda: read_vocabulary(folder))
    facts = _collect(faults, lambda: dict(read_facts(folder)))
    tests = _collect(faults, lambda: read_tests(folder))
    reasons = _collect(faults, lambda: read_override_reasons(folder))
    additions = _collect(faults, lambda: read_medicines_to_add(folder))
    defaults = _collect(faults, lambda: read_parameters(folder))
    version = _collect(faults, lambda: validate(read_yaml(folder / "version.yaml"), VersionFile).version)
    medicines = [_collect(faults, partial(_read_medicine, path)) for path in sorted(folder.glob("*/medicine.yaml"))]
    service = _collect(faults, lambda: _read_rules(folder / SERVICE, SERVICE))
    if faults or vocabulary is None or facts is None or tests is None or reasons is None or defaults is None or version is None:
        raise KnowledgeError(faults)
    told = tuple(sorted((m for m in medicines if m is not None), key=lambda m: m.id, reverse=True))
    parameters = apply_site(defaults, site)
    knowledge = Knowledge(
        version=version,
        vocabulary=_add_site_lists(vocabulary, parameters.lists),
        medicines=told,
        facts=MappingProxyType(_gather_names(folder, facts, vocabulary)),
        tests=tests,
        override_reasons=reasons,
        parameters=parameters,
        rules=MappingProxyType({rule.id: rule for rule in (*(r for m in told for r in m.rules), *(service or ()))}),
        additions=additions or {},
    )
    _check_names(knowledge)
    return knowledge


def _collect(faults: list[str], read: Callable[[], T]) -> T | None:
    """What `read` gives; its faults are added to the list, so that one run names them all."""
    try:
        return read()
    except KnowledgeError as error:
        faults += error.findings
        return None


def _read_medicine(path: Path) -> Medicine:
    file = read_yaml(path)
    model = validate(file, MedicineFile)
    rules = {rule.id: rule for rule in _read_rules(path.parent, model.id)}
    return Medicine(
        id=model.id,
        name=model.name.to_text(),
        value_set=model.value_set,
        source=model.source.to_source(),
        rules=_put_in_order(file, model, rules),
        strengths_mg=model.strengths_mg,
        excipients=model.to_excipients(),
        tables=MappingProxyType(
            {
                "regimens": MappingProxyType(read_regimens(path.parent)),
                "count-plans": MappingProxyType(read_count_plans(path.parent)),
            }
        ),
    )


def _read_rules(folder: Path, medicine: str) -> tuple[Rule, ...]:
    """Every rule of a folder; an id that stands twice is refused."""
    faults: list[str] = []
    rules: dict[str, Rule] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in _NOT_RULES:
            continue
        for rule in _collect(faults, partial(_read_rule_file, path, medicine)) or ():
            if rule.id in rules:
                faults.append(f"{rule.file}:{rule.line}: rule '{rule.id}' stands in {rules[rule.id].file} too; keep one")
            rules[rule.id] = rule
    if faults:
        raise KnowledgeError(faults)
    return tuple(rules.values())


def _read_rule_file(path: Path, medicine: str) -> list[Rule]:
    file = read_yaml(path)
    return compose_rules(file, validate(file, RuleFile), medicine)


def _put_in_order(file: YamlFile, model: MedicineFile, rules: Mapping[str, Rule]) -> tuple[Rule, ...]:
    """The rules in the order of medicine.yaml, which has to name each once."""
    listed = [f"{model.id}.{name}" for name in model.rules]
    faults = [file.finding(("rules", n), f"no rule '{id}' in this folder; add it or take it off the list")
              for n, id in enumerate(listed) if id not in rules]  # fmt: skip
    faults += [f"{r.file}:{r.line}: rule '{r.id}' is not listed in medicine.yaml; add it in table order"
               for r in rules.values() if r.id not in listed]  # fmt: skip
    if faults:
        raise KnowledgeError(faults)
    return tuple(replace(rules[id], number=number) for number, id in enumerate(listed))


def _gather_names(folder: Path, facts: dict[str, Text], vocabulary: Vocabulary) -> dict[str, Text]:
    """The small texts, with the names of regimens, analytes and topics, so that every fact has its words."""
    names = dict(facts)
    for path in sorted(folder.glob("*/medicine.yaml")):
        names |= read_regimen_names(path.parent)
    for analyte in vocabulary.analytes.values():
        names.setdefault(analyte.id, Text(analyte.name["en"], analyte.name["nl"]))
    for topic in vocabulary.topics.values():
        names.setdefault(topic.id, Text(topic.name["en"], topic.name["nl"]))
    return names


def _add_site_lists(vocabulary: Vocabulary, lists: Iterable[SiteList]) -> Vocabulary:
    sets = dict(vocabulary.sets)
    for added in lists:
        sets[added.value_set] = _extend(sets[added.value_set], added)
    return replace(vocabulary, sets=MappingProxyType(sets))


def _extend(value_set: ConceptSet, added: SiteList) -> ConceptSet:
    return ConceptSet(
        value_set.id,
        exact=value_set.exact | frozenset(added.codes),
        below=value_set.below,
        below_lengths=value_set.below_lengths,
        names=value_set.names | frozenset(fold_name(name) for name in added.names),
        words=value_set.words,
        excluded=value_set.excluded,
    )


def _check_names(knowledge: Knowledge) -> None:
    """Value sets, tests, and override reasons that a medicine or a rule names have to exist."""
    faults: list[str] = []
    sets = knowledge.vocabulary.sets
    for medicine in knowledge.medicines:
        named = (medicine.value_set, *(excipient.value_set for excipient in medicine.excipients))
        faults += [
            f"cards/{medicine.id}/medicine.yaml:1: no value set '{name}'; correct it" for name in named if name not in sets
        ]
    for rule in knowledge.rules.values():
        where = f"{rule.file}:{rule.line}: {rule.id}"
        faults += [f"{where}: no value set '{name}' (partners); correct it" for name in rule.partners if name not in sets]
        tests = (*rule.tests, *(name for case in rule.cases for name in case.tests or ()))
        faults += [f"{where}: no test '{name}' in cards/tests.yaml; add it" for name in tests if name not in knowledge.tests]
        added = [name for case in rule.cases for name in case.adds if name not in knowledge.additions]
        faults += [f"{where}: no medicine '{name}' in cards/medicines-to-add.yaml; add it" for name in added]
        known = knowledge.override_reasons
        faults += [f"{where}: no override reason '{name}'; add it" for name in rule.override_reasons if name not in known]
    if faults:
        raise KnowledgeError(faults)
