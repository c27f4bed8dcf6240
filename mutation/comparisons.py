"""Mutants of the comparisons that thresholds are judged with: `<` becomes `<=` and `>=`, in `chart/` and in the predicates."""

from __future__ import annotations

import ast
import functools
import importlib
from collections.abc import Iterator
from contextlib import contextmanager
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
    function, number, place = (str(mutant.path[0]), int(mutant.path[1]), int(mutant.path[2]))
    path = PACKAGE.parent / mutant.file
    live = _find_live(path, function)
    code = _compile(path, function, number, place, str(mutant.value))
    before, live.__code__ = live.__code__, code
    try:
        yield
    finally:
        live.__code__ = before


def _compile(path: Path, function: str, number: int, place: int, sign: str) -> CodeType:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    node = next(node for name, node in _find_functions(tree) if name == function)
    operator = next(kind for kind, shown in _SIGN.items() if shown == sign)
    list(_find_compares(node))[number].ops[place] = operator()
    return next(code for code in _find_codes(compile(tree, str(path), "exec")) if code.co_qualname == function)


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
