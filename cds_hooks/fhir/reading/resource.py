"""One resource as it is read: its JSON, where it came from, and what to do with a member that cannot be used."""

from __future__ import annotations

from collections.abc import Iterable

from cds_hooks.chart.concept import Concept
from cds_hooks.chart.records import ReadingNote
from cds_hooks.chart.when import When
from cds_hooks.fhir.reading.agreements import Agreement
from cds_hooks.fhir.reading.codes import read_code, read_concept, read_concepts
from cds_hooks.fhir.reading.context import Notebook, NotUsed, ReadingContext
from cds_hooks.fhir.reading.dates import UnusableDate, read_fact_when, read_when
from cds_hooks.fhir.reading.netherlands import find_end
from cds_hooks.fhir.reading.plain import STUMBLES, compute_long_past, is_of_no_set, is_past_record
from cds_hooks.fhir.reading.references import Shelf
from cds_hooks.fhir.reading.shapes import Json, read_object, read_objects, read_text
from cds_hooks.fhir.reading.site_codes import know_mapped
from cds_hooks.fhir.references import compose_reference
from cds_hooks.record import Record


class Desk:
    """What lies ready while the resources of one call are read."""

    __slots__ = (
        "_index",
        "_knows_code",
        "_left_out",
        "agreements",
        "born",
        "code_map",
        "context",
        "long_past",
        "notebook",
        "shelf",
        "systems",
    )

    def __init__(self, context: ReadingContext, shelf: Shelf, notebook: Notebook) -> None:
        self.context = context
        self.shelf = shelf
        self.notebook = notebook
        self.systems = context.vocabulary.systems
        self.long_past = compute_long_past(context.now.today)
        # Where nothing is known that a record could be of, no record can be told to be of nothing.
        index = context.vocabulary.set_index or None
        self._index = index
        self.code_map = context.vocabulary.code_map
        if index is not None:
            self._knows_code = know_mapped(index.knows_code, self.code_map) if self.code_map else index.knows_code
        self._left_out: dict[str, list[Json]] = {}
        self.agreements: dict[str, Agreement] = {}
        """What entries are in the Dutch medication process, by reference."""
        self.born: When | None = None
        """The patient's birth date, once it is read."""

    def leave_out(self, resource: Resource, concept: object, *, is_problem: bool = False) -> bool:
        """Whether no rule can ask for a resource, since what it is of is in no value set; if so it is kept in mind as left out.

        Only for one whose date is past: one of the future is said. Whatever else it holds need not be said of it. Of a
        problem a text that may tell a grade or a cause can be asked for too.
        """
        index = self._index
        if index is None:
            return False
        knows_text = index.knows_problem if is_problem else index.knows_name
        try:
            return is_of_no_set(concept, self.systems, self._knows_code, knows_text) and self.leave_out_past(resource)
        except STUMBLES:
            return False

    def leave_out_past(self, resource: Resource) -> bool:
        """As `leave_out`, where it is known already that what a resource is of is in no value set."""
        try:
            if not is_past_record(resource.raw, self.long_past):
                return False
        except STUMBLES:
            return False
        self._left_out.setdefault(resource.input, []).append(resource.raw)
        return True

    def list_left_out(self, keys: Iterable[str]) -> frozenset[str]:
        """References of what was left out of these prefetch keys."""
        return frozenset(compose_reference(raw) for key in keys for raw in self._left_out.get(key, ()))


class Resource(Record):
    """A resource on the desk. `input` is the prefetch key (or "draftOrders"); `name` a reference other than its own."""

    raw: Json
    input: str
    name: str | None
    desk: Desk

    def __repr__(self) -> str:
        """Without patient data."""
        return f"{type(self).__name__}({self.input!r})"

    @property
    def reference(self) -> str:
        """Its `Type/id`, unless it was given another name; empty where it has none that can be used."""
        return compose_reference(self.raw) if self.name is None else self.name

    def note(self, reason: str, fact: str = "") -> None:
        """Write down that something of this resource could not be used."""
        self.desk.notebook.add(ReadingNote(self.input, reason, self.reference, fact))

    def fact_when(self, value: object, fact: str) -> When | None:
        """The day of something that has happened; unreadable is noted and None. Raises NotUsed if it is after now."""
        if value is None:
            return None
        context = self.desk.context
        try:
            return read_fact_when(value, context.zone, context.now)
        except UnusableDate as error:
            if error.reason == "future":
                raise NotUsed("future", fact) from None
            self.note(error.reason, fact)
            return None

    def planned_when(self, value: object, fact: str) -> When | None:
        """A day that may lie ahead; unreadable is noted and None."""
        if value is None:
            return None
        try:
            return read_when(value, self.desk.context.zone)
        except UnusableDate as error:
            self.note(error.reason, fact)
            return None

    def planned_end(self, value: object, fact: str) -> When | None:
        """The end of a period. A year of 2200 or later stands for "no end" (9999-12-31 is what systems write)."""
        if isinstance(value, str) and value[:4].isdigit() and value[:4] >= "2200":
            return None
        return self.planned_when(value, fact)

    def lose(self, reason: str, fact: str) -> None:
        """As `note`, for what this resource is about: it may be anything, so that its input is no longer whole."""
        self.note(reason, fact)
        self.desk.notebook.holed.add(self.input)

    def first(self, *members: str) -> object:
        """The first of these members that is there."""
        return next((value for member in members if (value := self.raw.get(member)) is not None), None)

    def code(self, member: str) -> str:
        """A status or the like, in lower case; empty where it is absent, and noted where it cannot be read."""
        value = self.raw.get(member)
        code = read_code(value)
        if value is not None and not code:
            self.note("unreadable", member)
        return code

    def status(self) -> str:
        """The status of a resource that has to have one; absent or unreadable is noted and empty."""
        if "status" not in self.raw:
            self.note("unreadable", "status")
        return self.code("status")

    def subject_concept(self, member: str) -> Concept:
        """The CodeableConcept that says what this resource is about; noted where it is there and cannot be read."""
        value = self.raw.get(member)
        concept = read_concept(value, self.desk.systems)
        if value is not None and not concept.codings and not concept.text and _says_something(value):
            self.lose("unreadable", member)
        return concept

    def concept(self, member: str) -> Concept:
        """A CodeableConcept member, empty where it is absent or cannot be read."""
        return read_concept(self.raw.get(member), self.desk.systems)

    def concepts(self, member: str) -> tuple[Concept, ...]:
        """A member that repeats CodeableConcepts."""
        return read_concepts(self.raw.get(member), self.desk.systems)

    def annotations(self) -> str:
        """The texts of `note`, one a line."""
        value = self.raw.get("note")
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        return "\n".join(text for note in read_objects(value) if (text := read_text(note.get("text"))))

    def describe_references(self, value: object) -> tuple[Concept, ...]:
        """What References point at, as far as it is at hand: the code of the resource, else the display of the Reference."""
        found = (self.describe_reference(reference) for reference in read_objects(value))
        return tuple(concept for concept in found if concept.codings or concept.text)

    def describe_reference(self, reference: Json) -> Concept:
        """The code (or medicine) of the resource that `reference` leads to, else its display as text."""
        target = self.desk.shelf.find(reference, self.raw) or {}
        value = target.get("code") or target.get("medicationCodeableConcept")
        concept = read_concept(value, self.desk.systems)
        if concept.codings or concept.text:
            return concept
        return Concept(text=read_text(reference.get("display")).strip())

    def period(self, value: object, fact: str) -> tuple[When | None, When | None]:
        """Start and end of a Period, both as planned days; an end may be given by nl-core's duration instead."""
        raw = read_object(value)
        if value is not None and not isinstance(value, dict | list):
            self.note("unreadable", fact)
        start, end = self.planned_when(raw.get("start"), fact), self.planned_end(raw.get("end"), fact)
        if start is not None and raw.get("end") is None:
            end = find_end(start, raw)
        return start, end


def _says_something(value: object) -> bool:
    """Whether a value that was read as no concept claims to be one; one that only tells why it is absent does not."""
    return not isinstance(value, dict) or "coding" in value or "text" in value
