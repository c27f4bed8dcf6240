"""Questions about how it is to be taken: whole capsules, once a day, by which route, unopened."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from cds_hooks.chart.finding import NO, Amount, Evidence, Finding, Value, find_unknown
from cds_hooks.chart.instruction_text import find_instruction
from cds_hooks.chart.intake import count_intakes, find_intake_mg, find_other_route, find_texts, is_made_of
from cds_hooks.chart.medicines import MEDICINE_KEYS, compute_entry_schedule, find_active, show_medicine
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.clinical.dosage import NotComputable
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation


class DoseNotMade(Predicate):
    """A dose of an order that no whole capsules of the medicine's strengths make, or (`own_strength`) none of the strength
    that the order itself names."""

    name: ClassVar[str] = "dose-not-made"
    asks: ClassVar[str] = "is this a dose that no whole capsules make?"
    provides: ClassVar[frozenset[str]] = frozenset({"dose", "strength"})
    variants: ClassVar[frozenset[str]] = frozenset({"own_strength"})
    own_strength: bool = False

    def find(self, situation: Situation) -> Finding:
        """Unknown where the dose of every order cannot be computed. Each order is looked at alone: a sum hides halves."""
        answers = [self._judge(situation, order) for order in situation.orders]
        if wrong := [answer for answer in answers if answer.truth]:
            return wrong[0]
        return find_unknown("dose") if any(answer.truth is None for answer in answers) else NO

    def denies_all(self, situation: Situation) -> bool:
        """Whole capsules make every dose of every order, those of the strength that the order names too."""
        made = situation.medicine.strengths_mg
        doses: list[tuple[Decimal, Decimal | None]] = []
        for order in situation.orders:
            schedule = compute_entry_schedule(order)
            if isinstance(schedule, NotComputable):
                return False
            doses += [(mg, order.product.strength_mg) for mg in find_intake_mg(schedule)]
        if not all(is_made_of(mg, made) for mg, _ in doses):
            return False
        return all(own is None or is_made_of(mg, (own,)) for mg, own in doses)

    def _judge(self, situation: Situation, order: MedicineEntry) -> Finding:
        schedule = compute_entry_schedule(order)
        if isinstance(schedule, NotComputable):
            return find_unknown("dose")
        strength = order.product.strength_mg
        if self.own_strength and strength is None:
            return NO
        strengths = (strength,) if self.own_strength and strength is not None else situation.medicine.strengths_mg
        for mg in find_intake_mg(schedule):
            if not is_made_of(mg, strengths):
                values: dict[str, Value] = {"dose": Amount(mg, "mg")}
                values["strength"] = Amount(strength if strength is not None else mg, "mg")
                shown = Evidence("dose-per-intake", f"{mg.normalize():f}", "mg", "", order.reference)
                return Finding(True, (shown,), (), values)
        return NO


class SeveralIntakes(Predicate):
    """More than one intake on a day."""

    name: ClassVar[str] = "several-intakes"
    asks: ClassVar[str] = "is it to be taken more than once a day?"
    provides: ClassVar[frozenset[str]] = frozenset({"intakes"})

    def find(self, situation: Situation) -> Finding:
        """By the sum of the orders, else by the timing of each; unknown where neither tells."""
        counts = [count_intakes(order) for order in situation.orders]
        if not isinstance(situation.dose, NotComputable):
            counts.append(situation.dose.intakes_per_day)
        told = [count for count in counts if count is not None]
        if told and max(told) > 1:
            most = max(told)
            shown = Evidence("intakes a day", f"{most.normalize():f}", "", "", situation.medicine_order.reference)
            return Finding(True, (shown,), (), {"intakes": most.normalize()})
        return find_unknown("dose") if None in counts else NO


class RouteIsNot(Predicate):
    """The order names a route outside the set `allowed`; `others` names routes that count when only text is there."""

    name: ClassVar[str] = "route-is-not"
    asks: ClassVar[str] = "is another route ordered?"
    provides: ClassVar[frozenset[str]] = frozenset({"route"})
    allowed: str
    others: str

    def find(self, situation: Situation) -> Finding:
        """No route is no other route; a text that is neither known leaves it unknown."""
        order, sets = situation.order, situation.bedside.sets
        truth, shown = find_other_route(order, sets[self.allowed], sets[self.others])
        evidence = (Evidence("route", shown, "", "", order.reference),) if shown else ()
        return Finding(truth, evidence, ("route",) if truth is None else (), {"route": shown})

    def find_set_ids(self) -> tuple[str, ...]:
        """Both sets."""
        return (self.allowed, self.others)


class TextTells(Predicate):
    """The order's text uses a word of the set, not negated ("open the capsule", not "do not open")."""

    name: ClassVar[str] = "text-tells"
    asks: ClassVar[str] = "does the order's text tell to do this?"
    provides: ClassVar[frozenset[str]] = frozenset({"word"})
    words: str

    def find(self, situation: Situation) -> Finding:
        """Never unknown: the text of the order is there."""
        order = situation.order
        for text in find_texts(order):
            if text and (word := find_instruction(text, situation.bedside.sets[self.words].names)):
                return Finding(True, (Evidence("instruction", text, "", "", order.reference),), (), {"word": word})
        return NO

    def find_set_ids(self) -> tuple[str, ...]:
        """The words."""
        return (self.words,)


class PartnerByRoute(Predicate):
    """A medicine of the sets is ordered or active by this route: by its code, its text, or the text of the dosage."""

    name: ClassVar[str] = "partner-by-route"
    asks: ClassVar[str] = "is one of these medicines ordered by this route?"
    sets: list[str] = Field(min_length=1)
    route: str

    def find(self, situation: Situation) -> Finding:
        """Unknown where orders or statements could not be had; an order without a route is none by this one."""
        bedside = situation.bedside
        route = bedside.sets[self.route]
        for found in find_active(bedside, *self.sets):
            entry = found.record
            if route.find(entry.route) or any(find_instruction(text, route.names) for text in find_texts(entry)):
                shown = entry.route.shown()
                by = (Evidence("route", shown, "", "", entry.reference),) if shown else ()
                return Finding(True, (show_medicine(found), *by))
        lacking = bedside.chart.find_lacking(*MEDICINE_KEYS)
        return Finding(None if lacking else False, missing=lacking)

    def find_signs(self) -> frozenset[str] | None:
        """The medicines."""
        return frozenset(self.sets)

    def find_set_ids(self) -> tuple[str, ...]:
        """The medicines and the route."""
        return (*self.sets, self.route)
