"""The phrases that the program itself says on a card, with the placeholders it fills in each (texts: cards/facts.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cds_hooks.chart.inputs import PREFETCH_KEYS

#: Inputs that a not-checked card names in words.
INPUT_KEYS = (*PREFETCH_KEYS, "draftOrders", "selections")

#: Why something of the record could not be used (`chart.records.ReadingNote.reason`).
UNUSABLE_REASONS = (
    *("unreadable", "other-patient", "unresolved", "nested-bundle", "no-resource-type", "out-of-range", "future"),
    *("unit-not-used", "duplicate-id", "unexpected-type", "next-elsewhere", "unmatched"),
)

_PLACEHOLDERS: dict[str, str] = {
    "card.do": "",
    "card.why": "",
    "card.not-known": "",
    "card.source": "",
    "card.or": "",
    "card.and": "",
    "card.section": "sections",
    "card.sections": "sections",
    "card.annex": "",
    "card.leaflet": "",
    "card.matched-by-text": "",
    "card.parameter-of-service": "name value",
    "card.parameter-of-site": "name value",
    "card.derived": "text",
    "unchecked.source": "",
    "unchecked.summary": "what",
    "unchecked.summary-and-more": "what n",
    "unchecked.do": "",
    "unchecked.why": "",
    "unchecked.failed": "title",
    "unchecked.entry": "what",
    "unchecked.unusable": "what reason",
    "unchecked.unusable-of": "what date reason",
    **dict.fromkeys((f"unusable.{reason}" for reason in UNUSABLE_REASONS), ""),
    "link.rule": "title",
    "link.app": "",
    "refused.summary": "reason",
    "refused.do": "",
    "refused.why": "reason",
    "suggestion.dose": "medicine dosage",
    "suggestion.choose-one": "",
    "suggestion.add": "medicine",
    "suggestion.test": "test",
    "suggestion.test-later": "test date",
    "suggestion.repaired": "members",
    "suggestion.note-names-dose": "",
    "suggestion.dispense-request-beside": "",
    "suggestion.other-version": "version",
    "suggestion.quantity-left-out": "",
    "order.product": "medicine strength",
    "order.one-capsule": "strength",
    "order.capsules": "n strength",
    "order.daily": "amount",
    "order.every-other-day": "amount",
    "order.every-n-days": "amount n",
    "order.days-a-week": "amount n",
    "order.days-of-intake": "amount",
    "order.days-of-cycle": "how n m",
    "order.first-days": "how n",
}

#: Key of facts.yaml -> the names that are filled in it.
PHRASES: Mapping[str, frozenset[str]] = MappingProxyType({key: frozenset(names.split()) for key, names in _PLACEHOLDERS.items()})
