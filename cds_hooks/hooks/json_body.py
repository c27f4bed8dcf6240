"""Bytes to a JSON object, within a depth that no later step can stumble over."""

from __future__ import annotations

from typing import Any

import orjson

from cds_hooks.errors import BadRequest

#: Levels of arrays and objects a body may nest (contract, "Who may call").
MAX_DEPTH = 100

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ALL_BUT_QUOTES_AND_BRACKETS = bytes(set(range(256)) - set(b'"[]{}'))
_BRACES_TO_BRACKETS = bytes.maketrans(b"{}", b"[]")


def read_json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body` (UTF-8). Raises BadRequest where it is not JSON, not an object, or too deep."""
    body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _say_why_unreadable(error) from None
    if is_nested_over(body, MAX_DEPTH):
        raise BadRequest("nested deeper than {levels} levels", levels=MAX_DEPTH)
    if not isinstance(document, dict):
        raise BadRequest("the body is not a JSON object")
    return document


def is_nested_over(body: bytes, levels: int) -> bool:
    """Whether valid JSON nests over `levels`. Peels the innermost pairs off, once per level: large bodies cost little,
    which a walk over the parsed document would not."""
    brackets = _keep_brackets(body)
    for _ in range(levels):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _keep_brackets(body: bytes) -> bytes:
    """The structure alone, braces as brackets; brackets inside strings are left out."""
    if b'\\"' in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    kept = body.translate(_BRACES_TO_BRACKETS, _ALL_BUT_QUOTES_AND_BRACKETS)
    # Most strings hold no bracket. Two quotes side by side may go whatever they were: what is inside stays inside.
    kept = kept.replace(b'""', b"")
    return b"".join(kept.split(b'"')[::2])


def _say_why_unreadable(error: orjson.JSONDecodeError) -> BadRequest:
    if "depth limit" in error.msg or "ecursion" in error.msg:
        return BadRequest("nested deeper than {levels} levels", levels=MAX_DEPTH)
    return BadRequest("the body is not JSON in UTF-8 (at byte {position})", position=error.pos)
