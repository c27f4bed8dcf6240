"""From settings to the advice service: the one place where the command line meets the clinical part."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from cds_hooks.errors import KnowledgeError
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.knowledge.case_files import find_cases_folder, read_rule_cases
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.server.advice_port import AdviceService
from cds_hooks.settings import Settings


class ExplainingService(AdviceService, Protocol):
    """An advice service that can also say why."""

    def explain(self, request: HookRequest, *, language: str, now: datetime) -> str:
        """Every rule, its outcome of five, its evidence and what was missing, as lines of text."""


def load_advice(settings: Settings) -> ExplainingService:
    """Load the knowledge. Raises KnowledgeError with everything that is wrong with it, SettingsError for the site file."""
    # Loading the FHIR models takes a second, which `--help` and a misspelt option need not wait for.
    from cds_hooks.service import build_service

    return build_service(settings)


def check_coverage() -> str:
    """What was looked at, for the last line of `check`. Raises KnowledgeError with everything that is not proven."""
    from cds_hooks.service.coverage import find_coverage_faults

    cases = find_cases_folder()
    if faults := find_coverage_faults(find_cards_folder(), cases):
        raise KnowledgeError(faults)
    return "statements and cases looked at, " if cases else "statements looked at (the clinical cases are not installed), "


def write_rule_book(settings: Settings, medicine: str | None, language: str) -> str:
    """The rule book with the site's own numbers, and with the names of the clinical cases where they are installed.

    Raises WrongUse for a medicine that is not here.
    """
    from cds_hooks.service import load_settled
    from cds_hooks.service.rule_book import compose_rule_book

    folder = find_cases_folder()
    read = read_rule_cases(folder) if folder else None
    cases = None if read is None else {rule: tuple(case.name for case in found.cases) for rule, found in read.items()}
    return compose_rule_book(load_settled(settings).knowledge, medicine, language, cases=cases)
