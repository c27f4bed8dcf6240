"""The condition of a rule as a tree of `all`, `any`, `not` over named predicates, with the line each stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.source import DataPath, YamlFile

OPERATORS = ("all", "any", "not")


@dataclass(frozen=True, slots=True)
class Tree:
    """`name` is an operator with `branches`, or a predicate with `parameters`. `place` is `cards/x.yaml:12`."""

    name: str
    place: str
    branches: tuple[Tree, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)


def read_tree(file: YamlFile, path: DataPath, data: object) -> Tree:
    """The tree at `path` of the file. Raises KnowledgeError where it is neither an operator nor a predicate."""
    place = file.finding(path, "").rstrip(": ")
    if isinstance(data, str):
        return Tree(data, place)
    if not isinstance(data, Mapping) or len(data) != 1:
        raise KnowledgeError([f"{place}: a condition is one predicate or one of all, any, not; write a list under 'all:'"])
    name, inner = next(iter(data.items()))
    here = (*path, name)
    if name == "not":
        return Tree(name, place, (read_tree(file, here, inner),))
    if name in OPERATORS:
        return Tree(name, place, _read_branches(file, here, inner))
    if not isinstance(inner, Mapping):
        raise KnowledgeError([f"{place}: '{name}' takes parameters as a mapping; without any write just '- {name}'"])
    return Tree(str(name), place, (), MappingProxyType(dict(inner)))


def _read_branches(file: YamlFile, path: DataPath, data: object) -> tuple[Tree, ...]:
    if not isinstance(data, list) or not data:
        raise KnowledgeError([file.finding(path, "'all' and 'any' take a list; write at least one condition under it")])
    return tuple(read_tree(file, (*path, number), branch) for number, branch in enumerate(data))
