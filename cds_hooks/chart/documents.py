"""Consents and questionnaires: agreement to the pregnancy prevention programme and answers in it, other listed documents."""

from __future__ import annotations

from datetime import date

from cds_hooks.chart.bedside import Bedside
from cds_hooks.chart.concept import ConceptSet, fold_name
from cds_hooks.chart.finding import Evidence, Finding
from cds_hooks.chart.records import Document

AGREEMENT = "prevention-programme-agreement"
DOCUMENT_KEYS = ("consents", "questionnaires")
_VALID = {"Consent": ("active",), "QuestionnaireResponse": ("completed", "amended")}


def find_agreement(bedside: Bedside, *, since: date | None) -> Finding:
    """Whether informed agreement to the programme is on record, of `since` (the start of this course) or later."""
    return find_document(bedside, AGREEMENT, since=since)


def find_document(bedside: Bedside, set_id: str, *, since: date | None = None) -> Finding:
    """Whether a valid document whose code, URI or title is in the set or holds a name of it is on record, of `since` or later."""
    for document in bedside.chart.documents:
        if _is_named(bedside, document, set_id) and _is_since(document, since):
            return Finding(True, (show_document(document),))
    lacking = bedside.chart.find_lacking(*DOCUMENT_KEYS)
    return Finding(None if lacking else False, missing=lacking)


def find_answers(bedside: Bedside, set_id: str, *, since: date) -> tuple[Evidence, ...]:
    """A programme questionnaire of `since` or later that answers yes to a question named in the set, or answers with it."""
    names = bedside.sets[set_id].names
    yes = _list_answers(bedside.sets["affirmative"])
    for document in bedside.chart.documents:
        if document.kind != "QuestionnaireResponse" or not _is_named(bedside, document, AGREEMENT):
            continue
        if document.when is None or not _is_since(document, since):
            continue
        for question, answer in document.answers:
            asked = any(name in fold_name(question) for name in names) and fold_name(answer) in yes
            if asked or fold_name(answer) in names:
                return (show_document(document),)
    return ()


def _list_answers(listed: ConceptSet) -> frozenset[str]:
    """What an answer of a set can be: its words and its codes, which stand beside each other in what was answered."""
    return frozenset((*listed.names, *(fold_name(code) for _, code in listed.exact)))


def show_document(document: Document) -> Evidence:
    """A document by its first name and date."""
    name = document.names[0] if document.names else document.kind
    return Evidence("document", name, "", document.when.recorded if document.when else "", document.reference)


def _is_named(bedside: Bedside, document: Document, set_id: str) -> bool:
    if document.status not in _VALID.get(document.kind, ()):
        return False
    listed = bedside.sets[set_id]
    codes = {code for _, code in listed.exact}
    for name in document.names:
        folded = f" {fold_name(name)} "
        if name in codes or any(f" {listed_name} " in folded for listed_name in listed.names):
            return True
    return False


def _is_since(document: Document, since: date | None) -> bool:
    return since is None or (document.when is not None and document.when.last >= since)
