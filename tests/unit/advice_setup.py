"""Hand-made knowledge, orders and outcomes for the tests of cards and of writing; everything in it is synthetic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

from cds_hooks.advice.checking import find_faults
from cds_hooks.advice.context import AdviceContext
from cds_hooks.advice.imprint import begin_standing
from cds_hooks.advice.response import compose_response
from cds_hooks.advice.voice import Voice
from cds_hooks.chart.concept import Concept, ConceptSet
from cds_hooks.chart.finding import Amount, Evidence, Finding, Name
from cds_hooks.chart.records import EntryKind, MedicineEntry, Product
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.model import Level, Medicine, Rule, RuleCase, Scope, Source, Text
from cds_hooks.knowledge.parameters import Parameter, Parameters
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.knowledge.texts import read_facts, read_medicines_to_add, read_override_reasons, read_tests
from cds_hooks.knowledge.vocabulary import Vocabulary
from cds_hooks.rules.outcome import Assessment, Judgement, OutcomeState, RuleOutcome

ATC = "http://www.whocc.no/atc"
NOW = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
ADVICE = "dev.cds-hooks-server.advice"
CREATININE = Evidence("creatinine", "1.61", "mg/dL", "2026-02-20T08:00:00Z", "Observation/cr-1", "142.324 umol/L")

LENALIDOMIDE = Medicine(
    "lenalidomide",
    Text("lenalidomide", "lenalidomide"),
    "lenalidomide",
    Source(
        Text("SmPC lenalidomide", "SmPC lenalidomide"),
        Text("Lenalidomide Amarox", "Lenalidomide Amarox"),
        "RVG 125206",
        Text("2024", "2024"),
    ),
    (),
)
DENOSUMAB = Medicine(
    "denosumab",
    Text("denosumab 60 mg", "denosumab 60 mg"),
    "denosumab",
    Source(Text("SmPC denosumab", "SmPC denosumab"), Text("Conexxence", "Conexxence"), "EU/1/25/1954/01", Text("2025", "2025")),
    (),
)
VOCABULARY = Vocabulary(
    analytes={},
    analyte_by_code={},
    topic_by_code={},
    sets={
        "lenalidomide": ConceptSet("lenalidomide", exact=frozenset({(ATC, "L04AX04")})),
        "denosumab": ConceptSet("denosumab", exact=frozenset({(ATC, "M05BX04")})),
    },
    systems={ATC: ATC},
    asked_codes=(),
)


@cache
def make_knowledge() -> Knowledge:
    """Two medicines and one site parameter over the shipped texts, tests and reasons."""
    folder = find_cards_folder()
    age = Parameter(
        "renal-age",
        Text("age of the creatinine", "leeftijd van de creatinine"),
        "d",
        *(Decimal(30), Decimal(1), Decimal(365)),
    )
    return Knowledge(
        version="test-1",
        vocabulary=VOCABULARY,
        medicines=(LENALIDOMIDE, DENOSUMAB),
        facts=read_facts(folder) | {"regimen.test": Text("first line", "eerste lijn")},
        tests=read_tests(folder),
        override_reasons=read_override_reasons(folder),
        parameters=Parameters({"renal-age": age}),
        rules={},
        additions=read_medicines_to_add(folder),
    )


def make_order(reference: str = "MedicationRequest/order-1") -> MedicineEntry:
    """A draft of lenalidomide, without more."""
    return MedicineEntry(EntryKind.DRAFT, reference, Product(Concept(text="lenalidomide")), "draft")


def make_rule(id: str = "lenalidomide.renal-dose", **members: Any) -> Rule:
    """A rule of section 4.2 in group dose; `members` change it."""
    medicine = id.partition(".")[0]
    given: dict[str, Any] = {
        "medicine": medicine,
        "number": 10,
        "title": Text("Dose for kidney function", "Dosis bij nierfunctie"),
        "section": "4.2",
        "group": "dose",
        "scope": Scope.ORDER,
        "cases": (),
        "fires_when": Text("-", "-"),
    }
    return Rule(id, **{**given, **members})


def make_case(level: Level = Level.WARNING, **texts: Text) -> RuleCase:
    """A case about the dose for the kidney function, with placeholders; `texts` change it."""
    given = {
        "summary": Text(
            "Lower lenalidomide to {allowed}: creatinine clearance {clearance}.",
            "Verlaag lenalidomide naar {allowed}: creatinineklaring {clearance}.",
        ),
        "do": Text("Give {allowed} once a day.", "Geef {allowed} eenmaal per dag."),
        "why": Text("The SmPC gives {allowed} for {regimen}.", "De SmPC geeft {allowed} bij {regimen}."),
    }
    return RuleCase(level, {}, **{**given, **texts})


def make_finding(**members: Any) -> Finding:
    """True, on one creatinine; `members` change it."""
    values = {
        "allowed": Amount(Decimal("7.5"), "mg"),
        "clearance": Amount(Decimal("28.4"), "mL/min"),
        "regimen": Name("regimen.test"),
    }
    return Finding(**{"truth": True, "evidence": (CREATININE,), "values": values, **members})


def make_outcome(
    rule: Rule | None = None, case: RuleCase | None = None, *, finding: Finding | None = None, **members: Any
) -> RuleOutcome:
    """A rule that fired on order-1; `members` change it."""
    given: dict[str, Any] = {"order": make_order(), "state": OutcomeState.FIRED, "case": case or make_case(), **members}
    return RuleOutcome(rule=rule or make_rule(), finding=finding or make_finding(), **given)


def make_plain_outcome(id: str, level: Level = Level.WARNING, *, number: int = 10, **rule: Any) -> RuleOutcome:
    """A rule whose texts say its id, in both languages."""
    said = Text(f"About {id}.", f"Over {id}.")
    return make_outcome(make_rule(id, number=number, **rule), RuleCase(level, {}, said, said))


def make_context(language: str = "en", **members: Any) -> AdviceContext:
    """English, default profile, no suggestions, uuids that count up."""
    given: dict[str, Any] = {
        "knowledge": make_knowledge(),
        "voice": Voice(make_knowledge().facts, language),
        "standing": begin_standing(),
        "base_url": "https://cds.example.org",
        "now": NOW,
        "new_uuid": make_uuids(),
    }
    return AdviceContext(**{**given, **members})


def make_uuids() -> Callable[[], str]:
    """UUIDs in a known order."""
    numbers = count(1)
    return lambda: f"00000000-0000-4000-8000-{next(numbers):012d}"


def compose(*outcomes: RuleOutcome, not_checked: tuple[str, ...] = (), **members: Any) -> list[dict[str, Any]]:
    """The cards of a response, which the checker has found sound."""
    return compose_whole(make_assessment(*outcomes, not_checked=not_checked), **members)["cards"]


def make_assessment(*outcomes: RuleOutcome, **members: Any) -> Assessment:
    """Of these outcomes alone."""
    return Assessment(tuple(Judgement(outcome.order, (outcome.rule,), (outcome,)) for outcome in outcomes), **members)


def compose_whole(assessment: Assessment, **members: Any) -> dict[str, Any]:
    """A whole response, which the checker has found sound."""
    response = compose_response(assessment, context=make_context(**members))
    assert find_faults(response) == []
    return response
