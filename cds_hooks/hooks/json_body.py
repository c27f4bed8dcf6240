"""Bytes to a JSON object, within a depth that no later step can stumble over."""

from __future__ import annotations

from typing import Any

import orjson

from cds_hooks.errors import BadRequest

#: Levels of arrays and objects a body may nest (contract, "Who may call").
MAX_DEPTH = 100

#: orjson itself refuses more levels than this (its README says so, a test holds it to it).
_PARSER_DEPTH = 1024

#: Counting levels on a body of a megabyte costs half as much as parsing it. So the parser counts: inside this many arrays
#: it refuses a body that nests over MAX_DEPTH.
_WRAPS = _PARSER_DEPTH - MAX_DEPTH  # 924, twelve times 77
_OPENED, _CLOSED = b"[" * _WRAPS, b"]" * _WRAPS

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in `body` (UTF-8). Raises BadRequest where it is not JSON, not an object, or too deep."""
    body = body.removeprefix(_BYTE_ORDER_MARK)
    try:
        document = _unwrap(orjson.loads(b"".join((_OPENED, body, _CLOSED))))
    except orjson.JSONDecodeError as error:
        raise _say_why_unreadable(error, body) from None
    except ValueError:
        raise _not_json(0) from None
    if not isinstance(document, dict):
        raise BadRequest("is not a JSON object", element="body")
    return document


def _unwrap(document: Any) -> Any:
    """What is inside the wraps. Each has to hold one value: a body such as `],[` or `1,2` fits between brackets, and
    is no JSON. Raises ValueError."""
    for _ in range(_WRAPS // 12):
        ((((((((((((document,),),),),),),),),),),),) = document  # Twelve at a time: the loop costs as much as the levels.
    return document


def _say_why_unreadable(error: orjson.JSONDecodeError, body: bytes) -> BadRequest:
    if "limit" in error.msg:
        return BadRequest("is nested deeper than {levels} levels", element="body", levels=MAX_DEPTH)
    return _not_json(min(max(error.pos - _WRAPS, 0), len(body)))


def _not_json(position: int) -> BadRequest:
    return BadRequest("is not JSON in UTF-8 (at character {position})", element="body", position=position)
