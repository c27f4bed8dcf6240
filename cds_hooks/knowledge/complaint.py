"""What pydantic found wrong in a card file, said so that a pharmacist can mend it: what is wrong; what would be right."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

_EXPECTED = {
    "string_type": "a text; put it in quotes if it looks like a number",
    "string_too_short": "a text that is not empty",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "is_instance_of": "a number",
    "dict_type": "a mapping (key: value)",
    "mapping_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "list_type": "a list (one '- ' per line)",
    "tuple_type": "a list (one '- ' per line)",
    "set_type": "a list (one '- ' per line)",
    "frozen_set_type": "a list (one '- ' per line)",
}


def describe_error(fault: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One pydantic error as `what is wrong; what would be right`."""
    kind, location = str(fault["type"]), tuple(fault["loc"])
    name = location[-1] if location else "the file"
    if kind == "extra_forbidden":
        return f"unknown key '{name}'; known keys are {_list_keys(model, location[:-1])}"
    if kind == "missing":
        return f"'{name}' is missing; add it"
    if kind in ("literal_error", "enum"):
        return f"'{name}' is {_show(fault['input'])}; expected {fault['ctx']['expected']}"
    if kind in _EXPECTED:
        return f"'{name}' is {_show(fault['input'])}; expected {_EXPECTED[kind]}"
    if kind in ("value_error", "assertion_error"):
        return str(fault["ctx"]["error"])
    return f"'{name}' is {_show(fault['input'])}; {_say_bound(fault)}"


def find_causes(faults: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The faults without those that only follow from another: a list is "too short" for pydantic when an entry is wrong."""
    places = [tuple(f["loc"]) for f in faults]
    return [f for f in faults if f["type"] != "too_short" or not _holds_another(tuple(f["loc"]), places)]


def _holds_another(place: tuple[str | int, ...], places: list[tuple[str | int, ...]]) -> bool:
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _say_bound(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "string_pattern_mismatch":
        return f"expected the form {fault['ctx']['pattern'].strip('^$')}"
    if fault["type"] == "too_short":
        return f"expected at least {fault['ctx']['min_length']} of them"
    message = str(fault["msg"])
    return "expected " + message.removeprefix("Input should be ").removeprefix("String should ").removeprefix("Value should ")


def _show(value: object) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f"'{text if len(text) <= 60 else text[:57] + '...'}'"


def _list_keys(model: type[BaseModel], location: tuple[str | int, ...]) -> str:
    found = _find_models(model, location)
    keys = dict.fromkeys(field.alias or key for m in found for key, field in m.model_fields.items())
    return ", ".join(keys) if keys else "none"


def _find_models(model: type[BaseModel], location: tuple[str | int, ...]) -> list[type[BaseModel]]:
    """The models that may stand at `location`; steps that are no field (list index, mapping key, union tag) are passed over."""
    here = [model]
    for step in location:
        fields = [field for m in here for key, field in m.model_fields.items() if step in (key, field.alias)]
        if fields:
            here = [m for field in fields for m in _models_in(field.annotation)]
    return here


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in _models_in(part)]
