"""The command `cds-hooks`: serve, evaluate, check, rules. Exit codes: 0 fine, 1 findings of a check, 2 wrong use or a 4xx."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cds_hooks.cli.arguments import read_arguments
from cds_hooks.cli.commands import run_check, run_evaluate, run_rules, run_serve
from cds_hooks.errors import CdsHooksError, KnowledgeError
from cds_hooks.settings import find_unknown_settings

FINDINGS = 1
WRONG_USE = 2

_COMMANDS = {"serve": run_serve, "evaluate": run_evaluate, "check": run_check, "rules": run_rules}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; errors are one line each on stderr."""
    arguments = read_arguments(argv)
    for line in find_unknown_settings(os.environ):
        print(line, file=sys.stderr)
    try:
        return _COMMANDS[arguments.command](arguments)
    except KnowledgeError as error:
        _say(error.findings)
        return FINDINGS
    except (CdsHooksError, OSError) as error:
        _say([_describe(error)])
        return WRONG_USE


def _describe(error: Exception) -> str:
    element = getattr(error, "element", None)
    return f"{element}: {error}" if element else str(error)


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        print(f"cds-hooks: {' '.join(line.split())}", file=sys.stderr)
