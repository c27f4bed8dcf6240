"""A dosage in words, in forms that our own reading understands again."""

from __future__ import annotations

from decimal import Decimal

from cds_hooks.clinical.dosage import Pattern
from cds_hooks.fhir.writing.context import WritingContext
from cds_hooks.fhir.writing.days import Days
from cds_hooks.knowledge.wording import say_amount, say_number

_WEEK = 7


def say_capsules(count: int, strength_mg: Decimal, *, context: WritingContext) -> str:
    """`1 capsule of 10 mg`."""
    strength = say_amount(strength_mg, "mg", language=context.language)
    if count == 1:
        return context.say("order.one-capsule", strength=strength)
    return context.say("order.capsules", n=str(count), strength=strength)


def say_dosage(amount: str, days: Days, *, context: WritingContext) -> str:
    """`1 capsule of 10 mg once a day, days 1-21 of 28`."""
    how = _say_rhythm(amount, days.rhythm, context=context)
    window = days.window
    if window is None:
        return how
    n, m = (say_number(number, context.language) for number in (window.days_on, window.cycle_days))
    if not window.cycle_stated:
        return context.say("order.first-days", how=how, n=n)
    return context.say("order.days-of-cycle", how=how, n=n, m=m)


def _say_rhythm(amount: str, rhythm: Pattern | None, *, context: WritingContext) -> str:
    if rhythm is None:
        return context.say("order.days-of-intake", amount=amount)
    if not rhythm.has_pause:
        return context.say("order.daily", amount=amount)
    if rhythm.days_on == 1 and rhythm.cycle_days == 2:
        return context.say("order.every-other-day", amount=amount)
    n, m = (say_number(number, context.language) for number in (rhythm.days_on, rhythm.cycle_days))
    if rhythm.cycle_days == _WEEK:
        return context.say("order.days-a-week", amount=amount, n=n)
    return context.say("order.every-n-days", amount=amount, n=m)
