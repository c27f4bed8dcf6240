"""Plain words for what pydantic found wrong with the shape of a call or of feedback."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import ValidationError

from cds_hooks.errors import BadRequest

#: By the type of pydantic's fault. A test holds each to its Dutch.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "is required",
        "string_too_short": "must not be empty",
        "string_too_long": "is too long",
        "string_pattern_mismatch": "holds characters that are not allowed here",
        "value_error": "holds characters that are not allowed here",
        "string_type": "must be a string",
        "dict_type": "must be an object",
        "model_type": "must be an object",
        "list_type": "must be an array",
        "literal_error": "must be Bearer",
    }
)


def compose_shape_refusal(error: ValidationError, words: Mapping[str, str] = WORDS) -> BadRequest:
    """The first member at fault, by its path, never its content. `words` may say a fault in other words."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return BadRequest(words[fault["type"]], element=_say_path(fault["loc"]))


def _say_path(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}"
    return path.removeprefix(".")
