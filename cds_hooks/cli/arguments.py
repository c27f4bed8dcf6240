"""The arguments of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from cds_hooks.knowledge.model import LANGUAGES


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked; members of other commands keep their defaults. `request` is a path, `-` for standard input."""

    command: str
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    request: str = ""
    explain: bool = False
    language: str | None = None
    now: str | None = None
    coverage: bool = False
    medicine: str | None = None


def read_arguments(argv: Sequence[str] | None) -> Arguments:
    """Parse; wrong use ends the process with 2 and a line on stderr."""
    return Arguments(**vars(_compose_parser().parse_args(argv)))


def _compose_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="cds-hooks", description="Medication safety as CDS Hooks services.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="serve | evaluate | check | rules")
    _add_serve(commands.add_parser("serve", help="answer CDS Hooks calls over HTTP"))
    _add_evaluate(commands.add_parser("evaluate", help="print the response to one hook request in a file"))
    _add_check(commands.add_parser("check", help="validate everything under cards/"))
    _add_rules(commands.add_parser("rules", help="print the rule book as Markdown"))
    return parser


def _add_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to bind to (default: %(default)s)")
    parser.add_argument("--port", type=_read_port, default=8080, help="port to bind to (default: %(default)s)")
    parser.add_argument("--workers", type=_read_workers, default=1, help="processes that answer (default: %(default)s)")


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("request", metavar="REQUEST.json", help="a hook request; - reads standard input")
    parser.add_argument("--explain", action="store_true", help="every rule, its outcome, its evidence, what was missing")
    parser.add_argument("--language", choices=LANGUAGES, help="language of the cards")
    parser.add_argument("--now", metavar="DATE", help="a date (its end) or ISO date-time that stands for now")


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--coverage", action="store_true", help="also: every rule proven by cases, every statement accounted for")


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("medicine", nargs="?", metavar="MEDICINE", help="only the rules of this medicine")
    parser.add_argument("--language", choices=LANGUAGES, help="language of the book")


def _read_port(text: str) -> int:
    return _read_number(text, 1, 65535)


def _read_workers(text: str) -> int:
    return _read_number(text, 1, 64)


def _read_number(text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit()) or not low <= int(text) <= high:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {low} to {high}")
    return int(text)
