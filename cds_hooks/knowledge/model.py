"""What a rule of `cards/` is once it is loaded: plain frozen records, texts in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum, StrEnum

from cds_hooks.knowledge.tree import Tree

LANGUAGES = ("en", "nl")


class Level(IntEnum):
    """How strongly a card speaks; the names are CDS Hooks indicators in lower case."""

    INFO = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def indicator(self) -> str:
        """The CDS Hooks indicator."""
        return self.name.lower()


class Scope(StrEnum):
    """How often a rule speaks (contract, "Which orders are judged")."""

    PATIENT = "patient"
    """Once per medicine and response, on its first judged order."""
    DOSE = "dose"
    """Once, on the sum of the medicine's orders."""
    ORDER = "order"
    """On each order."""
    VIEW = "view"
    """Once per medicine, when the chart of a patient on it is opened; never on an order."""


class WhenUnknown(StrEnum):
    """What a rule does when its answer is unknown (the last column of the tables)."""

    SILENT = "silent"
    """No card of its own; an input that could not be had is named on the not-checked card."""
    COUNTS_AS_MISSING = "counts-as-missing"
    """Fires at its level either way, its input under `missing`."""
    INFO = "info"
    """The outcome is unknown, an info with the rule's id is on a card (text: `unknown_case`)."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text in every language of the service."""

    en: str
    nl: str

    def in_language(self, language: str) -> str:
        """The text in `language`, which is one of LANGUAGES."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One way a rule fires: the first of a rule's cases whose `when` holds gives level and texts.

    Texts are Markdown with `{placeholders}`; `do` says what to do, `why` why, in full sentences.
    """

    level: Level
    when: Tree
    summary: Text
    do: Text
    why: Text | None = None
    tests: tuple[str, ...] | None = None
    """Tests that this case offers instead of the rule's; None: those of the rule."""
    adds: tuple[str, ...] = ()
    """Ids of `cards/medicines-to-add.yaml` that the card offers."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the knowledge tables. `number` is its place in the table; `section` the SmPC sections ("4.3, 4.6")."""

    id: str
    medicine: str
    number: int
    title: Text
    section: str
    group: str
    scope: Scope
    fires_when: Text
    """What fires it, in words: for the rule's page and the rule book."""
    cases: tuple[RuleCase, ...]
    applies: Tree | None = None
    unknown: WhenUnknown = WhenUnknown.SILENT
    unknown_case: RuleCase | None = None
    tests: tuple[str, ...] = ()
    """Ids of `cards/tests.yaml` that the card offers."""
    rewrites_dose: bool = False
    """The card offers the order rewritten to the allowed dose (values `allowed` of the finding)."""
    override_reasons: tuple[str, ...] = ()
    """Ids of `cards/override-reasons.yaml`."""
    partners: tuple[str, ...] = ()
    """Value sets of partner medicines: an order of one for a patient on the medicine judges this rule."""
    whatever_product: bool = False
    """Judged for another product of the same substance too (denosumab 120 mg)."""
    needs_dose: bool = False
    """Silent at order-select while the order has neither dosageInstruction nor dispenseRequest."""
    derived: Text | None = None
    """Where the rule goes beyond the letter of the source: said on the card."""
    unknown_only_for: tuple[str, ...] = ()
    """Facts whose lack gives the info of an unknown; the lack of others is silent. Empty: any."""
    reviewer: str = "none"
    review_by: str = "none"
    file: str = ""
    line: int = 0
    yields_to_critical: bool = False
    """Says nothing where another rule of the medicine is critical for the same order."""
    each_case: bool = False
    """Every case that holds speaks, not the first alone: things that are due side by side."""
    orders_only: bool = False
    """Not asked when a chart is opened: it is about prescribing now."""


@dataclass(frozen=True, slots=True)
class Source:
    """The document a medicine's rules come from."""

    label: Text
    product: Text
    registration: str
    version: Text


@dataclass(frozen=True, slots=True)
class Excipient:
    """An excipient of 6.1 as a value set; `strengths_mg` empty means every strength."""

    value_set: str
    strengths_mg: frozenset[Decimal] = frozenset()


@dataclass(frozen=True, slots=True)
class Medicine:
    """A medicine of the service: what orders concern it, its source, and the tables its rules read."""

    id: str
    name: Text
    value_set: str
    source: Source
    rules: tuple[Rule, ...]
    strengths_mg: tuple[Decimal, ...] = ()
    excipients: tuple[Excipient, ...] = ()
    tables: Mapping[str, object] = field(default_factory=dict)
    """Tables typed by `chart` (regimens), by name."""


@dataclass(frozen=True, slots=True)
class LabTest:
    """A test that a card can offer as a ServiceRequest."""

    id: str
    loinc: str
    display: str
    text: Text


@dataclass(frozen=True, slots=True)
class MedicineToAdd:
    """A medicine that a card can offer as a draft MedicationRequest, by its ATC code."""

    id: str
    atc: str
    display: str
    text: Text


@dataclass(frozen=True, slots=True)
class OverrideReason:
    """A reason a physician can give for going on; code and system are stable."""

    code: str
    system: str
    display: Text
    general: bool = False
    """Fits every rule: fills the reasons of a card up to three."""
