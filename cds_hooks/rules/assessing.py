"""Assesses one call: which orders are judged, by which rules, and what could not be checked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from datetime import date, timedelta
from functools import partial

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.finding import NO
from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.chart.medicines import MEDICINE_KEYS, find_active
from cds_hooks.chart.records import MedicineEntry, ReadingNote
from cds_hooks.chart.when import Now
from cds_hooks.knowledge.model import Level, Scope
from cds_hooks.record import Record
from cds_hooks.rules.compilation import ReadyMedicine
from cds_hooks.rules.judging import judge_rules
from cds_hooks.rules.outcome import Assessment, Judgement, OutcomeState, Quiet, RuleOutcome
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


class Judged(Record):
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
    standing = [draft for draft in drafts if draft.status in JUDGED_STATUSES and not draft.do_not_perform]
    if len(standing) > 1:
        standing.sort(key=_first_key)
    return tuple(standing)


def assess(bedside: Bedside, medicines: Sequence[ReadyMedicine], judged: Judged) -> Assessment:
    """Every outcome of the call, in table order per medicine, and what a rule needed and could not have."""
    judgements: list[Judgement] = []
    by_text: list[str] = []
    lacking: list[str] = []
    for medicine in medicines:
        concerned = _find_concerned(bedside, medicine, judged)
        orders = tuple(found.record for found in concerned)
        by_text += [found.record.reference for found in concerned if found.match.by == "text"]
        judgements += _judge_orders(bedside, medicine, orders, judged)
        if not orders:
            judgements += _judge_partners(bedside, medicine, judged, lacking)
    lacking += _find_dated_ahead(judgements, bedside.now)
    unusable = find_unusable(bedside, judged.unmatched, judgements)
    not_checked = find_not_checked(judgements, lacking, unusable, find_spoken=partial(_find_spoken, judged))
    return Assessment(tuple(judgements), not_checked, tuple(by_text), unusable)


def _find_concerned(bedside: Bedside, medicine: ReadyMedicine, judged: Judged) -> list[Matched[MedicineEntry]]:
    """Those of the orders that are of the medicine."""
    set_id = medicine.medicine.value_set
    return [Matched(order, match) for order in judged.orders if (match := bedside.find_product_sets(order).get(set_id))]


def _judge_orders(
    bedside: Bedside, medicine: ReadyMedicine, orders: tuple[MedicineEntry, ...], judged: Judged
) -> list[Judgement]:
    """Rules about the patient and the dose on the first order, rules about one order on each."""
    judgements = []
    for order in orders if medicine.rules else ():
        is_bare = judged.is_select and not order.dosages and not has_supply(order)
        situation = open_situation(bedside, medicine, order, orders=orders, is_bare=is_bare)
        awake = medicine.find_awake(bedside.signs)
        if order is orders[0]:
            noted, quiet = judge_rules(awake, situation)
        else:
            noted, quiet = judge_rules([ready for ready in awake if ready.rule.scope is Scope.ORDER], situation)
            told = [(rule, NO) for rule in medicine.table if rule.scope is not Scope.ORDER]
            quiet = Quiet([*quiet.passed, *told], quiet.cleared)
        judgements.append(Judgement(order, medicine.table, tuple(noted), quiet))
    return yield_to_critical(judgements)


def open_situation(
    bedside: Bedside, medicine: ReadyMedicine, order: MedicineEntry, *, orders: tuple[MedicineEntry, ...], is_bare: bool = False
) -> Situation:
    """Where rules can be judged: what of the medicine sleeps has answered."""
    situation = Situation(bedside, medicine.medicine, order, orders=orders, is_bare=is_bare)
    situation.answers = medicine.list_settled(bedside.signs)
    return situation


def yield_to_critical(judgements: list[Judgement]) -> list[Judgement]:
    """A rule that urges to give the medicine is silent where another one is critical: it is cleared."""
    if not any(outcome.level is Level.CRITICAL for judgement in judgements for outcome in judgement.noted):
        return judgements
    return [Judgement(one.order, one.rules, tuple(map(_yield, one.noted)), one.quiet) for one in judgements]


def _yield(outcome: RuleOutcome) -> RuleOutcome:
    if outcome.rule.yields_to_critical and outcome.state is OutcomeState.FIRED:
        return RuleOutcome(outcome.rule, outcome.order, OutcomeState.CLEARED, outcome.finding.with_truth(False))
    return outcome


def _judge_partners(bedside: Bedside, medicine: ReadyMedicine, judged: Judged, lacking: list[str]) -> list[Judgement]:
    """Orders of a partner for a patient who takes the medicine: only the rules in which the partner takes part."""
    judgements: list[Judgement] = []
    asked: set[str] = set()
    for order in judged.orders:
        rules = medicine.find_partner_rules(bedside.find_product_sets(order))
        if not rules:
            continue
        taken = tuple(found.record for found in find_active(bedside, medicine.medicine.value_set))
        if not taken:
            lacking += bedside.chart.find_lacking(*MEDICINE_KEYS)
            continue
        open_rules = [ready for ready in rules if ready.rule.id not in asked]
        if open_rules:
            noted, quiet = judge_rules(open_rules, open_situation(bedside, medicine, order, orders=taken))
            judgements.append(Judgement(order, tuple(ready.rule for ready in open_rules), tuple(noted), quiet))
        asked |= {ready.rule.id for ready in rules if ready.rule.scope is not Scope.ORDER}
    return judgements


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
    judgements: Sequence[Judgement],
    lacking: Sequence[str],
    unusable: Sequence[ReadingNote],
    *,
    find_spoken: Callable[[RuleOutcome], Set[str]],
) -> tuple[str, ...]:
    """Inputs and facts that a rule needed and could not have, in a fixed order; then resources that could not be used.
    `find_spoken`: the facts whose lack another rule tells."""
    named: set[str] = set(lacking)
    for outcome in (outcome for judgement in judgements for outcome in judgement.noted):
        if outcome.state is OutcomeState.FIRED:
            named |= {name for name in outcome.finding.missing if name in PREFETCH_KEYS or name in UNRESOLVED}
        if outcome.state is OutcomeState.UNKNOWN:
            named |= set(outcome.finding.missing) - find_spoken(outcome)
    if not named and not unusable:
        return ()
    keys = [key for key in PREFETCH_KEYS if key in named]
    facts = sorted(named.difference(PREFETCH_KEYS))
    return tuple(dict.fromkeys((*keys, *facts, *(note.reference or note.input for note in unusable))))


def _find_dated_ahead(judgements: Sequence[Judgement], now: Now) -> list[str]:
    return [DATED_AHEAD] if any(_is_dated_ahead(judgement.order, now) for judgement in judgements) else []


def _find_spoken(judged: Judged, outcome: RuleOutcome) -> Set[str]:
    """Facts with a rule of their own; and the dose of an order that has none yet."""
    is_bare = judged.is_select and not outcome.order.dosages and not has_supply(outcome.order)
    return SPOKEN_ELSEWHERE | {"dose"} if is_bare else SPOKEN_ELSEWHERE
