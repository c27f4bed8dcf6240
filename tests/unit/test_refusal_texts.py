"""Every refusal has its Dutch: what is raised anywhere is looked up here."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from cds_hooks import errors
from cds_hooks.hooks import feedback, shape_faults
from cds_hooks.server.texts import DUTCH, PAGE

PROGRAM = Path(__file__).resolve().parents[2] / "cds_hooks"

#: The words of an Unauthorized go to the log alone.
REFUSALS = {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, errors.RequestError)
} - {"Unauthorized"}


def find_templates() -> Iterator[tuple[str, str]]:
    """(place, first argument) of every call of a RequestError with a text."""
    for path in sorted(PROGRAM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in REFUSALS and node.args:
                place = f"{path.name}:{node.lineno}"
                yield place, node.args[0].value if isinstance(node.args[0], ast.Constant) else ""


def read_placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("place", "template"), list(find_templates()), ids=lambda value: value[:40])
def test_a_refusal_can_be_said_in_dutch(place: str, template: str) -> None:
    assert template in DUTCH or place.startswith("shape_faults.py"), f"{place}: no translation of {template!r}"


@pytest.mark.parametrize("template", sorted({*shape_faults.WORDS.values(), *feedback.FEEDBACK_WORDS.values()}))
def test_the_words_for_a_wrong_shape_have_their_dutch(template: str) -> None:
    assert template in DUTCH


@pytest.mark.parametrize("template", sorted(DUTCH))
def test_a_translation_fills_in_the_same_values(template: str) -> None:
    assert read_placeholders(DUTCH[template]) <= read_placeholders(template)


def test_the_pages_have_the_same_words_in_both_languages() -> None:
    assert PAGE["en"].keys() == PAGE["nl"].keys()
