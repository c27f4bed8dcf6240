"""Assesses one call: which orders are judged, by which rules, and what could not be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.concept import ConceptSet
from cds_hooks.chart.finding import NO
from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.chart.medicines import MEDICINE_KEYS, find_active
from cds_hooks.chart.records import MedicineEntry, ReadingNote
from cds_hooks.chart.when import Now
from cds_hooks.knowledge.model import Level, Scope
from cds_hooks.rules.compilation import ReadyMedicine, ReadyRule
from cds_hooks.rules.judging import judge_rule
from cds_hooks.rules.outcome import Assessment, OutcomeState, RuleOutcome
from cds_hooks.rules.situation import Situation
from cds_hooks.rules.unusable import find_unusable

JUDGED_STATUSES = frozenset({"draft", "active", "on-hold", "unknown", ""})

#: Facts whose own rule says that they are missing: they are not named a second time as not checked.
SPOKEN_ELSEWHERE: Set[str] = frozenset(
    {"kidney function", "blood count", "birth date", "sex", "supply", "end of validity", "platelets"}
)


#: Said of an order that is dated in the future: its own windows are counted from that date.
DATED_AHEAD = "future date of the order"

#: References that could not be resolved are named as not checked, whatever the rule made of it.
UNRESOLVED = frozenset({"reason of the order"})


@dataclass(frozen=True, slots=True)
class Judged:
    """The orders of a call that are judged, in the order in which rules look at them. `is_select`: the hook is order-select."""

    orders: tuple[MedicineEntry, ...]
    is_select: bool = False
    unmatched: tuple[str, ...] = ()
    """Selections that are no draft of this call."""


def find_judged(drafts: Sequence[MedicineEntry], selections: Sequence[str] | None) -> Judged:
    """The drafts that are judged: at order-select the selected ones (selections None: order-sign, all of them)."""
    if selections is None:
        return Judged(_put_first(drafts))
    selected, unmatched = _match_selections([draft.reference for draft in drafts], selections)
    return Judged(_put_first(draft for draft in drafts if draft.reference in selected), True, unmatched)


def _match_selections(references: Sequence[str], selections: Sequence[str]) -> tuple[set[str], tuple[str, ...]]:
    """A selection is `Type/id`; a bare id is accepted where it is unique."""
    selected: set[str] = set()
    unmatched: list[str] = []
    for selection in dict.fromkeys(selections):
        found = [ref for ref in references if ref == selection or ("/" not in selection and ref.endswith(f"/{selection}"))]
        if len(found) == 1:
            selected.add(found[0])
        else:
            unmatched.append(selection)
    return selected, tuple(unmatched)


def _put_first(drafts: Iterable[MedicineEntry]) -> tuple[MedicineEntry, ...]:
    """Those that are orders still, the first by authoredOn, then id, in front."""
    standing = (draft for draft in drafts if draft.status in JUDGED_STATUSES and not draft.do_not_perform)
    return tuple(sorted(standing, key=_first_key))


def find_concerned(
    orders: Iterable[MedicineEntry], medicine: ReadyMedicine, sets: Mapping[str, ConceptSet]
) -> list[Matched[MedicineEntry]]:
    """Those of the orders that are of the medicine."""
    value_set = sets[medicine.medicine.value_set]
    return [Matched(o, match) for o in orders if (match := value_set.find_any(o.product.concepts()))]


def find_partner_rules(order: MedicineEntry, medicine: ReadyMedicine, sets: Mapping[str, ConceptSet]) -> tuple[ReadyRule, ...]:
    """The rules of the medicine in which this order's medicine takes part as a partner."""
    concepts = order.product.concepts()
    return tuple(r for r in medicine.rules if any(sets[set_id].find_any(concepts) for set_id in r.rule.partners))


def assess(bedside: Bedside, medicines: Sequence[ReadyMedicine], judged: Judged) -> Assessment:
    """Every outcome of the call, in table order per medicine, and what a rule needed and could not have."""
    outcomes: list[RuleOutcome] = []
    by_text: list[str] = []
    lacking: list[str] = []
    for medicine in medicines:
        concerned = find_concerned(judged.orders, medicine, bedside.sets)
        orders = tuple(found.record for found in concerned)
        by_text += [found.record.reference for found in concerned if found.match.by == "text"]
        outcomes += _judge_orders(bedside, medicine, orders, judged)
        if not orders:
            outcomes += _judge_partners(bedside, medicine, judged, lacking)
    lacking += _find_dated_ahead(outcomes, bedside.now)
    unusable = find_unusable(bedside, judged.unmatched, outcomes)
    not_checked = find_not_checked(outcomes, lacking, unusable, find_spoken=partial(_find_spoken, judged))
    return Assessment(tuple(outcomes), not_checked, tuple(by_text), unusable)


def _judge_orders(
    bedside: Bedside, medicine: ReadyMedicine, orders: tuple[MedicineEntry, ...], judged: Judged
) -> list[RuleOutcome]:
    """Rules about the patient and the dose on the first order, rules about one order on each."""
    outcomes = []
    for number, order in enumerate(orders):
        is_bare = judged.is_select and not order.dosages and not has_supply(order)
        situation = Situation(bedside, medicine.medicine, order, orders=orders, is_bare=is_bare)
        awake = medicine.find_awake(bedside.signs)
        for place, ready in enumerate(medicine.rules):
            if number and ready.rule.scope is not Scope.ORDER:
                outcomes.append(RuleOutcome(ready.rule, order, OutcomeState.NOT_APPLICABLE, NO))
            elif place in awake:
                outcomes.append(judge_rule(ready, situation))
            else:
                outcomes.append(RuleOutcome(ready.rule, order, OutcomeState.CLEARED, NO))
    return yield_to_critical(outcomes)


def yield_to_critical(outcomes: list[RuleOutcome]) -> list[RuleOutcome]:
    """A rule that urges to give the medicine is silent where another one is critical: it is cleared."""
    if not any(outcome.case is not None and outcome.case.level is Level.CRITICAL for outcome in outcomes):
        return outcomes
    return [
        RuleOutcome(outcome.rule, outcome.order, OutcomeState.CLEARED, outcome.finding.with_truth(False))
        if outcome.rule.yields_to_critical and outcome.state is OutcomeState.FIRED
        else outcome
        for outcome in outcomes
    ]


def _judge_partners(bedside: Bedside, medicine: ReadyMedicine, judged: Judged, lacking: list[str]) -> list[RuleOutcome]:
    """Orders of a partner for a patient who takes the medicine: only the rules in which the partner takes part."""
    outcomes: list[RuleOutcome] = []
    asked: set[str] = set()
    for order in judged.orders:
        rules = find_partner_rules(order, medicine, bedside.sets)
        if not rules:
            continue
        taken = tuple(found.record for found in find_active(bedside, medicine.medicine.value_set))
        if not taken:
            lacking += bedside.chart.find_lacking(*MEDICINE_KEYS)
            continue
        situation = Situation(bedside, medicine.medicine, order, orders=taken)
        outcomes += [judge_rule(ready, situation) for ready in rules if ready.rule.id not in asked]
        asked |= {ready.rule.id for ready in rules if ready.rule.scope is not Scope.ORDER}
    return outcomes


def has_supply(order: MedicineEntry) -> bool:
    """Whether the order says anything of what is to be dispensed."""
    supply = order.supply
    return supply.quantity is not None or supply.duration_days is not None or supply.valid_until is not None


def _first_key(order: MedicineEntry) -> tuple[date, float, str]:
    """Smallest authoredOn, then id; an order without a date comes last."""
    when = order.when
    if when is None:
        return date.max, 0.0, order.reference
    return when.last, when.instant.timestamp() if when.instant else 0.0, order.reference


def _is_dated_ahead(order: MedicineEntry, now: Now) -> bool:
    """Whether authoredOn lies over 24 hours after the call (contract, "Time": said)."""
    when = order.when
    if when is None:
        return False
    if when.instant is not None:
        return when.instant > now.instant + timedelta(hours=24)
    return when.first > now.today + timedelta(days=1)


def find_not_checked(
    outcomes: Sequence[RuleOutcome],
    lacking: Sequence[str],
    unusable: Sequence[ReadingNote],
    *,
    find_spoken: Callable[[RuleOutcome], Set[str]],
) -> tuple[str, ...]:
    """Inputs and facts that a rule needed and could not have, in a fixed order; then resources that could not be used.
    `find_spoken`: the facts whose lack another rule tells."""
    named: set[str] = set(lacking)
    for outcome in outcomes:
        if outcome.state is OutcomeState.FIRED:
            named |= {name for name in outcome.finding.missing if name in PREFETCH_KEYS or name in UNRESOLVED}
        if outcome.state is OutcomeState.UNKNOWN:
            named |= set(outcome.finding.missing) - find_spoken(outcome)
    keys = [key for key in PREFETCH_KEYS if key in named]
    facts = sorted(named.difference(PREFETCH_KEYS))
    return tuple(dict.fromkeys((*keys, *facts, *(note.reference or note.input for note in unusable))))


def _find_dated_ahead(outcomes: Sequence[RuleOutcome], now: Now) -> list[str]:
    orders = {id(outcome.order): outcome.order for outcome in outcomes}
    return [DATED_AHEAD] if any(_is_dated_ahead(order, now) for order in orders.values()) else []


def _find_spoken(judged: Judged, outcome: RuleOutcome) -> Set[str]:
    """Facts with a rule of their own; and the dose of an order that has none yet."""
    is_bare = judged.is_select and not outcome.order.dosages and not has_supply(outcome.order)
    return SPOKEN_ELSEWHERE | {"dose"} if is_bare else SPOKEN_ELSEWHERE
