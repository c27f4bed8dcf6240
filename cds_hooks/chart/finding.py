"""Three-valued answers with the evidence that made them so (Kleene's logic)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import chain
from types import MappingProxyType
from typing import TypeVar

from cds_hooks.record import Record, list_members

T = TypeVar("T")


class Name(Record):
    """A name of `cards/facts.yaml` (`regimen.mm-rd`, `method.implant`), shown in the card's language."""

    key: str


class Amount(Record):
    """A number with its unit, as a card prints it (10 mg, 42.5 mL/min)."""

    value: Decimal
    unit: str


class Phrase(Record):
    """Parts that belong together, one after the other (15 mg every other day)."""

    parts: tuple[Name | Amount, ...]


#: What a card text may print, rendered per language by `advice`. A plain `str` is text of the record: untrusted, escaped.
Value = str | int | Decimal | date | Name | Amount | Phrase | tuple["Value", ...]

_NOTHING: Mapping[str, Value] = MappingProxyType({})


class Evidence(Record):
    """One fact used. `what` is a fact name of `cards/facts.yaml`; value and unit as recorded; `reference` is `Type/id`.

    `converted` is the value in the unit the rule compares in, where that differs. `note` is a note name of
    `cards/facts.yaml` ("matched by text", "preliminary"), rendered in the card's language.
    """

    what: str
    value: str = ""
    unit: str = ""
    date: str = ""
    reference: str = ""
    converted: str = ""
    notes: tuple[str, ...] = ()


class Finding(Record):
    """True, False or None (unknown), why, and what was missing (prefetch keys or fixed English fact names).

    A true finding can miss inputs too ("counts as missing"): the card then names them. `values` fill the placeholders of the
    rule's texts. `remarks` are names of texts in `cards/facts.yaml` that the card has to say besides (an approximation, an age
    that is presumed). `parameters` are the site parameters that were used: the card names them and never credits the source.
    """

    truth: bool | None
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    values: Mapping[str, Value] = _NOTHING
    remarks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

    def with_truth(self, truth: bool | None) -> Finding:
        """The same evidence under another answer."""
        return Finding(truth, self.evidence, self.missing, self.values, self.remarks, self.parameters)


YES = Finding(True)
NO = Finding(False)


def find_unknown(*missing: str) -> Finding:
    """Unknown, for want of these."""
    return Finding(None, missing=missing)


def negate(finding: Finding) -> Finding:
    """Kleene's not: unknown stays unknown."""
    if finding is NO:
        return YES
    if finding is YES:
        return NO
    if finding.truth is None:
        return finding
    return Finding(not finding.truth, finding.evidence, finding.missing, finding.values, finding.remarks, finding.parameters)


def join_all(findings: Iterable[Finding]) -> Finding:
    """Kleene's and: false if one is false (only that one's evidence), unknown if one is unknown, else true with all evidence."""
    held: list[Finding] = []
    truth: bool | None = True
    for finding in findings:
        if finding.truth is False:
            return finding
        if finding.truth is None:
            truth = None
        if finding is not YES:
            held.append(finding)
    return merge(held, truth) if held else YES


def join_any(findings: Iterable[Finding]) -> Finding:
    """Kleene's or: true if one is true (only that one's evidence), unknown if one is unknown, else false."""
    held: list[Finding] = []
    truth: bool | None = False
    for finding in findings:
        if finding.truth is True:
            return finding
        if finding.truth is None:
            truth = None
        if finding is not NO:
            held.append(finding)
    return merge(held, truth) if held else NO


def merge(findings: Iterable[Finding], truth: bool | None) -> Finding:
    """One finding from several: evidence, missing, remarks once each in order; values of all."""
    held = list(findings)
    if not held:
        return Finding(truth)
    if len(held) == 1:
        return held[0] if held[0].truth is truth else held[0].with_truth(truth)
    _, evidence, missing, values, remarks, parameters = zip(*map(list_members, held), strict=True)
    joined: dict[str, Value] = {}
    for given in values:
        joined.update(given)
    return Finding(
        truth, _list_once(evidence), _list_once(missing), joined or _NOTHING, _list_once(remarks), _list_once(parameters)
    )


def _list_once(lists: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(lists)))
