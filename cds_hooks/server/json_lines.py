"""Log records as lines of JSON on stderr, with the id of the call they belong to."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from cds_hooks.server.state import OPEN_CALL

#: What every record has; the rest was given by whoever logged.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One object per line, with what a record was given as `extra` or as a mapping of arguments. A traceback is left out on
    purpose: the words of an error may be those of the record."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if call := OPEN_CALL.get(None):
            line["request"] = call.id
        if isinstance(record.args, Mapping):
            line.update(record.args)
        if vars(record).keys() - _STANDARD:
            line.update((name, value) for name, value in vars(record).items() if name not in _STANDARD)
        return orjson.dumps(line, default=str).decode()


def start_log() -> None:
    """Send what the program logs to stderr, once per process."""
    logger = logging.getLogger("cds_hooks")
    if logger.handlers:
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
