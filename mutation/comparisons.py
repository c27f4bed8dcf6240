"""Mutants of the comparisons that thresholds are judged with: `<` becomes `<=` and `>=`, in `chart/` and in the predicates.

A case can only notice a changed comparison that answers it otherwise: `marking` finds those cases, before anything is changed.
"""

from __future__ import annotations

import ast
import functools
import importlib
import operator as operators
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import cds_hooks
from mutation.mutants import COMPARISON, Mutant

PACKAGE = Path(cds_hooks.__file__).parent
FOLDERS = ("chart", "rules/predicates")

_LOOSER: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt}
_SIGN = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_ASK: dict[str, Callable[[Any, Any], Any]] = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
    "==": operators.eq,
    "!=": operators.ne,
}
_SHOWN = {**_SIGN, ast.Eq: "==", ast.NotEq: "!="}
#: The name under which a marked comparison asks.
_MARK = "_mutation_mark_"
#: Of one comparison: the key of each mutant, with its signs.
Variants = list[tuple[str, list[str]]]


def find_comparison_mutants() -> Iterator[Mutant]:
    """Every comparison of order inside a function, both ways; `path` is (function, place of the comparison, operator)."""
    for path in sorted(p for folder in FOLDERS for p in (PACKAGE / folder).rglob("*.py")):
        for function, node in _find_functions(ast.parse(path.read_text(encoding="utf-8"))):
            yield from _find_in_function(path, function, node)


def _find_in_function(path: Path, function: str, node: ast.AST) -> Iterator[Mutant]:
    seen: dict[str, int] = {}
    for number, compare in enumerate(_find_compares(node)):
        for place, operator in enumerate(compare.ops):
            if type(operator) not in _LOOSER:
                continue
            shown = " ".join(ast.unparse(compare).split())
            seen[shown] = seen.get(shown, 0) + 1
            nth = f" (no. {seen[shown]})" if seen[shown] > 1 else ""
            for table in (_LOOSER, _OPPOSITE):
                sign = _SIGN[table[type(operator)]]
                what = f"{function}: {shown}{nth}: {_SIGN[type(operator)]} -> {sign}"
                yield Mutant(COMPARISON, _show(path), compare.lineno, what, (function, number, place), sign)


@contextmanager
def changed(mutant: Mutant) -> Iterator[None]:
    """While this lasts the function compares as the mutant says."""
    path, function = PACKAGE.parent / mutant.file, str(mutant.path[0])
    number, place = int(mutant.path[1]), int(mutant.path[2])
    tree, node = _parse(path, function)
    list(_find_compares(node))[number].ops[place] = _read_sign(str(mutant.value))
    with _compiling(path, function, tree):
        yield


@contextmanager
def marking(mutants: Iterable[Mutant]) -> Iterator[set[str]]:
    """While this lasts the set collects the keys of mutants that would have answered a comparison otherwise."""
    differing: set[str] = set()
    places: dict[tuple[str, str], dict[int, list[Mutant]]] = {}
    for mutant in mutants:
        found = places.setdefault((mutant.file, str(mutant.path[0])), {})
        found.setdefault(int(mutant.path[1]), []).append(mutant)
    with ExitStack() as stack:
        for (file, function), by_compare in places.items():
            stack.enter_context(_marking(PACKAGE.parent / file, function, by_compare, differing))
        yield differing


@contextmanager
def _marking(path: Path, function: str, by_compare: dict[int, list[Mutant]], differing: set[str]) -> Iterator[None]:
    tree, node = _parse(path, function)
    marks: dict[int, tuple[list[str], Variants]] = {}
    nodes = list(_find_compares(node))
    for number, mutants in by_compare.items():
        signs = [_SHOWN[type(operator)] for operator in nodes[number].ops]
        marks[number] = (signs, [(m.key, _replace(signs, int(m.path[2]), str(m.value))) for m in mutants])
    name = f"{_MARK}{function.replace('.', '_')}"
    _Marker({nodes[number]: number for number in marks}, name).visit(tree)

    def ask(number: int, *operands: Any) -> bool:
        signs, variants = marks[number]
        answer = _ask(signs, operands)
        differing.update(key for key, others in variants if key not in differing and _ask(others, operands) is not answer)
        return answer

    live = _find_live(path, function).__globals__
    live[name] = ask
    try:
        with _compiling(path, function, ast.fix_missing_locations(tree)):
            yield
    finally:
        del live[name]


class _Marker(ast.NodeTransformer):
    """Puts a call of the mark in the place of some comparisons."""

    def __init__(self, numbers: dict[ast.Compare, int], name: str) -> None:
        self._numbers = numbers
        self._name = name

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """The operands may hold comparisons themselves."""
        self.generic_visit(node)
        if node not in self._numbers:
            return node
        arguments = [ast.Constant(self._numbers[node]), node.left, *node.comparators]
        return ast.copy_location(ast.Call(ast.Name(self._name, ast.Load()), arguments, []), node)


def _ask(signs: list[str], operands: tuple[Any, ...]) -> bool:
    """As Python compares in a row."""
    return all(_ASK[sign](operands[n], operands[n + 1]) for n, sign in enumerate(signs))


def _replace(signs: list[str], place: int, sign: str) -> list[str]:
    return [*signs[:place], sign, *signs[place + 1 :]]


@contextmanager
def _compiling(path: Path, function: str, tree: ast.Module) -> Iterator[None]:
    """While this lasts the function has the code that the tree gives it; what its module remembers of calls is forgotten."""
    live = _find_live(path, function)
    code = next(code for code in _find_codes(compile(tree, str(path), "exec")) if code.co_qualname == function)
    before, live.__code__ = live.__code__, code
    _forget(live)
    try:
        yield
    finally:
        live.__code__ = before
        _forget(live)


def is_remembered(mutant: Mutant) -> bool:
    """Whether its module remembers what it computed, so that one call stands for many."""
    return any(_find_clears(_find_live(PACKAGE.parent / mutant.file, str(mutant.path[0]))))


def _forget(live: FunctionType) -> None:
    for clear in _find_clears(live):
        clear()


def _find_clears(live: FunctionType) -> list[Callable[[], None]]:
    return [named.cache_clear for named in live.__globals__.values() if hasattr(named, "cache_clear")]


def _parse(path: Path, function: str) -> tuple[ast.Module, ast.AST]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tree, next(node for name, node in _find_functions(tree) if name == function)


def _read_sign(sign: str) -> ast.cmpop:
    return next(kind for kind, shown in _SIGN.items() if shown == sign)()


def _find_codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _find_codes(constant)


def _find_functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions of the module and methods of its classes, by qualified name; inner ones belong to their outer one."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{inner.name}", inner) for inner in node.body if isinstance(inner, ast.FunctionDef))


def _find_compares(node: ast.AST) -> Iterator[ast.Compare]:
    return (inner for inner in ast.walk(node) if isinstance(inner, ast.Compare))


def _find_live(path: Path, function: str) -> FunctionType:
    """The function itself, under whatever decorators."""
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    found: Any = importlib.import_module(name)
    for step in function.split("."):
        found = vars(found)[step]
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, functools.cached_property):
        found = found.func
    elif isinstance(found, staticmethod | classmethod):
        found = found.__func__
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, FunctionType), f"{path}: {function}"
    return found


def _show(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()
