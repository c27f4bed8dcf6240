"""What a case expects against what came of it: every difference in words, so that one run tells them all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cds_hooks.chart.inputs import PREFETCH_KEYS
from tests.clinical.format import Expect, Suggested
from tests.clinical.run import read_loinc
from tests.clinical.terms import read_terms

ADVICE = "dev.cds-hooks-server.advice"
NOT_CHECKED = "service.not-checked"
_LEVELS = ("info", "warning", "critical")
_PRECEDENCE = ("fired", "unknown", "error", "cleared", "notApplicable")
_STRENGTH = re.compile(r"(\d+(?:[.,]\d+)?) ?mg")


def find_differences(expect: Expect, rule: str, response: Mapping[str, Any], assessment: Any) -> list[str]:
    """Everything that is not as the case expects; empty when all is well."""
    cards = list(response["cards"])
    return [
        *_compare_outcome(expect, rule, cards, assessment),
        *_compare_card(expect, rule, cards, assessment),
        *_compare_words(expect.says, find_cards(cards, rule)),
        *_compare_unsaid(expect, find_cards(cards, rule)),
        *_compare_missing(expect, rule, cards),
        *_compare_not_checked(expect, cards),
        *_compare_others(expect, cards, assessment),
        *(_compare_suggestions(expect.suggests, cards, _find_offers(rule, assessment)) if expect.suggests else ()),
        *_compare_count(expect, cards),
        *_find_unnamed_inputs(cards, assessment),
    ]


def find_cards(cards: list[dict[str, Any]], rule: str) -> list[dict[str, Any]]:
    """The cards that carry a rule."""
    return [card for card in cards if rule in read_advice(card).get("rules", ())]


def read_advice(card: Mapping[str, Any]) -> dict[str, Any]:
    """The card's own extension."""
    return dict(card.get("extension", {}).get(ADVICE, {}))


def compare_dutch(expect: Expect, rule: str, cards: list[dict[str, Any]], dutch: list[dict[str, Any]]) -> list[str]:
    """The Dutch words, and that both languages carry the same rules."""
    rules = [[read_advice(card).get("rules") for card in each] for each in (cards, dutch)]
    same = [] if rules[0] == rules[1] else [f"Dutch cards carry {rules[1]}, English ones {rules[0]}"]
    return [*same, *_compare_words(expect.says_nl, find_cards(dutch, rule))]


def _compare_outcome(expect: Expect, rule: str, cards: list[dict[str, Any]], assessment: Any) -> Iterator[str]:
    states = _read_card_state(cards) if rule == NOT_CHECKED else _read_states(assessment, rule)
    found = next((state for state in _PRECEDENCE if state in states.values()), "not-judged")
    if not _is_state(expect.outcome, found):
        yield f"outcome is {found}, expected {expect.outcome}"
    for order, state in expect.per_order.items():
        if not _is_state(state, states.get(order, "not-judged")):
            yield f"outcome on {order} is {states.get(order, 'not-judged')}, expected {state}"


def _compare_card(expect: Expect, rule: str, cards: list[dict[str, Any]], assessment: Any) -> Iterator[str]:
    carrying = find_cards(cards, rule)
    if expect.level is None:
        if carrying:
            yield f"{rule} is on a card ({carrying[0]['summary']!r}), expected silence"
        return
    if not carrying:
        yield f"{rule} is on no card, expected {expect.level}"
        return
    level = carrying[0]["indicator"] if rule == NOT_CHECKED else _read_level(assessment, rule)
    if level != expect.level:
        yield f"level is {level}, expected {expect.level}"
    if all(_LEVELS.index(card["indicator"]) < _LEVELS.index(expect.level) for card in carrying):
        yield f"the card is only {carrying[0]['indicator']}, expected {expect.level}"


def _compare_words(words: list[str], carrying: list[dict[str, Any]]) -> Iterator[str]:
    text = _read_text(carrying)
    for word in words:
        if word.casefold() not in text:
            yield f"the card does not say {word!r}; it says: {text[:600]}"


def _compare_unsaid(expect: Expect, carrying: list[dict[str, Any]]) -> Iterator[str]:
    text = _read_text(carrying)
    for word in expect.never_says:
        if word.casefold() in text:
            yield f"the card says {word!r}, which it must not"


def _compare_missing(expect: Expect, rule: str, cards: list[dict[str, Any]]) -> Iterator[str]:
    named = _read_missing([*find_cards(cards, rule), *find_cards(cards, NOT_CHECKED)])
    for what in expect.missing:
        if what not in named:
            yield f"{what!r} is not named as missing; named are {sorted(named)}"


def _compare_not_checked(expect: Expect, cards: list[dict[str, Any]]) -> Iterator[str]:
    named = _read_missing(find_cards(cards, NOT_CHECKED))
    if expect.not_checked == [] and find_cards(cards, NOT_CHECKED):
        yield f"there is a not-checked card, naming {sorted(named)}; expected none"
    for what in expect.not_checked or ():
        if what not in named:
            yield f"{what!r} is not on the not-checked card; it names {sorted(named)}"


def _compare_others(expect: Expect, cards: list[dict[str, Any]], assessment: Any) -> Iterator[str]:
    for rule, level in expect.also.items():
        found = _read_level(assessment, rule) if find_cards(cards, rule) else None
        if (found or "silent") != level:
            yield f"{rule} is {found or 'silent'}, expected {level}"


def _find_offers(rule: str, assessment: Any) -> set[str]:
    """The tests that a rule can offer, in the words of terms.yaml: what other rules offer besides is their own cases' matter."""
    rules = {outcome.rule.id: outcome.rule for outcome in assessment.outcomes}
    if rule not in rules:
        return set()
    ids = {*rules[rule].tests, *(test for case in rules[rule].cases for test in case.tests or ())}
    return {_name_test(read_loinc(test)) for test in ids}


def _compare_suggestions(expected: Suggested, cards: list[dict[str, Any]], offers: set[str]) -> Iterator[str]:
    found = _read_suggestions(cards)
    found["tests"] = [test for test in found["tests"] if test in offers]
    for what in ("dose_mg", "strength_mg", "quantity", "tests", "due", "adds"):
        wanted = getattr(expected, what)
        if wanted is None:
            continue
        wanted = sorted(wanted if what in ("tests", "due", "adds") else map(Decimal, wanted))
        if sorted(found[what]) != wanted:
            yield f"suggested {what} is {found[what]}, expected {wanted}"


def _compare_count(expect: Expect, cards: list[dict[str, Any]]) -> Iterator[str]:
    if expect.cards is not None and len(cards) != expect.cards:
        yield f"there are {len(cards)} cards, expected {expect.cards}"


def _find_unnamed_inputs(cards: list[dict[str, Any]], assessment: Any) -> Iterator[str]:
    """The contract: what a rule needed and could not be had is named on some card, whatever the case is about."""
    named = _read_missing(cards)
    for outcome in _read_outcomes(assessment):
        lacking = set(outcome.finding.missing) & set(PREFETCH_KEYS)
        if outcome.state.value in ("fired", "unknown") and not lacking <= named:
            yield f"{outcome.rule.id} lacked {sorted(lacking - named)}, which no card names"


def _read_outcomes(assessment: Any) -> tuple[Any, ...]:
    """None stands for: no order of ours, nothing was assessed."""
    return tuple(assessment.outcomes) if assessment else ()


def _read_states(assessment: Any, rule: str) -> dict[str, str]:
    outcomes = [outcome for outcome in _read_outcomes(assessment) if outcome.rule.id == rule]
    return {outcome.order.reference.rpartition("/")[2]: outcome.state.value for outcome in outcomes}


def _read_card_state(cards: list[dict[str, Any]]) -> dict[str, str]:
    """The card of what was not checked is no outcome of the assessment: it is there or it is not."""
    return {NOT_CHECKED: "fired" if find_cards(cards, NOT_CHECKED) else "cleared"}


def _is_state(expected: str, found: str) -> bool:
    return found in ("cleared", "notApplicable") if expected == "no" else found == expected


def _read_level(assessment: Any, rule: str) -> str | None:
    levels = [outcome.level for outcome in _read_outcomes(assessment) if outcome.rule.id == rule and outcome.level is not None]
    return str(max(levels).indicator) if levels else None


def _read_text(cards: list[dict[str, Any]]) -> str:
    return "\n".join(f"{card['summary']}\n{card.get('detail', '')}" for card in cards).casefold()


def _read_missing(cards: list[dict[str, Any]]) -> set[str]:
    return {what for card in cards for what in read_advice(card).get("missing", ())}


def _read_suggestions(cards: list[dict[str, Any]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {"dose_mg": [], "strength_mg": [], "quantity": [], "tests": [], "due": [], "adds": []}
    for resource in _find_suggested(cards):
        if resource["resourceType"] == "ServiceRequest":
            found["tests"].append(_read_test(resource))
            found["due"] += [resource["occurrenceDateTime"]] if "occurrenceDateTime" in resource else []
        elif "id" not in resource:
            found["adds"].append(resource["medicationCodeableConcept"]["coding"][0]["code"])
        elif resource["resourceType"] == "MedicationRequest":
            strength = _read_strength(resource)
            found["strength_mg"].append(strength)
            found["dose_mg"].append(_read_dose(resource, strength))
            found["quantity"].append(_read_quantity(resource))
    return found


def _find_suggested(cards: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for card in cards:
        for suggestion in card.get("suggestions", ()):
            yield from (action["resource"] for action in suggestion["actions"] if "resource" in action)


def _read_test(resource: Mapping[str, Any]) -> str:
    """The word of terms.yaml for the LOINC code that is ordered; a pregnancy test in blood or urine is one."""
    return _name_test(next(coding["code"] for coding in resource["code"]["coding"] if coding["system"] == "http://loinc.org"))


def _name_test(code: str) -> str:
    terms = read_terms()
    for table in ("analytes", "topics"):
        for word, row in terms[table].items():
            if code in map(str, row.values()):
                return "pregnancy-test" if word.startswith("pregnancy-test") else str(word)
    return str(code)


def _read_strength(resource: Mapping[str, Any]) -> Decimal | None:
    match = _STRENGTH.search(resource.get("medicationCodeableConcept", {}).get("text", ""))
    return Decimal(match[1].replace(",", ".")) if match else None


def _read_dose(resource: Mapping[str, Any], strength: Decimal | None) -> Decimal | None:
    quantity = resource["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]
    value = Decimal(str(quantity["value"]))
    if quantity.get("code") == "mg":
        return value
    return value * strength if strength is not None else None


def _read_quantity(resource: Mapping[str, Any]) -> Decimal | None:
    value = resource.get("dispenseRequest", {}).get("quantity", {}).get("value")
    return None if value is None else Decimal(str(value))
