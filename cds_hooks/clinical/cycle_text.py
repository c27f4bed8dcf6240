"""Finds a cycle (21 of 28 days) or a pause in the text of a dosage: the listed Dutch and English forms, and no other.

    days 1-21 · day 1 to 21 · d1-21 · D1-D21 · dag 1 t/m 21 · dagen 1 tot en met 21 · dag 1-4, 9-12 en 17-20 · days 1, 8, 15, 22
    ... of 28 · of a 28-day cycle · q28d · /28 · every 4 weeks · van 28 dagen · van een cyclus van 28 dagen · elke 28 dagen
    ... dag 22-28 rust
    21 of 28 days · 21 out of every 28 days · 21 van de 28 dagen · 21/28 dagen
    21 days on, 7 days off · 21 days, then 7 days rest · 21 dagen, daarna 7 dagen rust · 3 weken innemen, 1 week pauze

The text is untrusted: it is cut into words once and walked in short steps, so that no text takes long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache

from cds_hooks.clinical import cycle_words as w
from cds_hooks.clinical import names
from cds_hooks.clinical.cycle_words import Words
from cds_hooks.clinical.dosage import NotComputable, Pattern
from cds_hooks.record import Record

_LONGEST_CYCLE = 400
#: Characters.
_LONGEST_PHRASE = 80
_SHORTEST_RATIO_CYCLE = 7
#: The usual cycle where a text names the days on alone: 21 days for 14 (lenalidomide SmPC 4.2, with bortezomib), else 28.
_USUAL_CYCLE_BY_DAYS_ON = {14: 21}
_USUAL_CYCLE = 28


class _Form(Record):
    """Days on, and the cycle where it is stated."""

    days_on: int
    cycle: int | None


def find_cycle(*texts: str) -> Pattern | NotComputable | None:
    """The pattern that the texts name; None if none does. Texts that name different ones settle nothing.

    "Days 1-21" alone tell of a pause: the usual cycle, `cycle_stated` False. "Days 1-28" alone tell of none.
    """
    forms = {form for text in texts if text for form in _read_forms(text)}
    if not forms:
        return None
    stated = {form for form in forms if form.cycle is not None}
    if len(stated) > 1 or len({form.days_on for form in forms}) > 1:
        return names.CYCLES_IN_TEXT
    form = next(iter(stated or forms))
    days_on = Decimal(form.days_on)
    if form.cycle is None and form.days_on < _USUAL_CYCLE:
        return assume_cycle(days_on)
    return Pattern(days_on, Decimal(form.cycle or form.days_on))


def _read_forms(text: str) -> Iterable[_Form]:
    """Short texts are phrases that orders repeat ("days 1-21 of 28"): what those say is remembered."""
    return _remember_forms(text) if len(text) <= _LONGEST_PHRASE else _find_forms(w.cut(text))


@lru_cache(maxsize=1024)
def _remember_forms(phrase: str) -> tuple[_Form, ...]:
    return tuple(_find_forms(w.cut(phrase)))


def assume_cycle(days_on: Decimal) -> Pattern:
    """The usual pattern for so many days on where only the pause is known to exist; `cycle_stated` is False."""
    cycle = Decimal(_USUAL_CYCLE_BY_DAYS_ON.get(int(days_on), _USUAL_CYCLE))
    return Pattern(days_on, max(cycle, days_on + 1), cycle_stated=False)


def find_pause_days(text: str) -> Decimal | None:
    """Length of the pause that a text names ("7 days rest", "dag 22-28 rust"); None where it names none, or no length."""
    words = w.cut(text)
    if w.OFF_WORDS.isdisjoint(words):
        return None
    for i, word in enumerate(words):
        if word in w.DAY_WORDS and len(days := _read_days(words, i + 1)[0]) > 1:
            return Decimal(len(days))
        if word in w.OFF_WORDS and (off := _read_off(words, i, None)) is not None:
            return Decimal(off[0])
    return None


def mentions_pause(text: str) -> bool:
    """Whether the text is about a pause: by its word ("rust", "pause") or by its length ("7 days off")."""
    return not w.PAUSE_WORDS.isdisjoint(w.cut(text)) or find_pause_days(text) is not None


def _find_forms(words: Words) -> Iterator[_Form]:
    i = 0
    while i < len(words):
        form, after = _read_form(words, i)
        if form is not None:
            yield form
        i = after if form is not None else i + 1


def _read_form(words: Words, i: int) -> tuple[_Form | None, int]:
    if words[i] in w.DAY_WORDS:
        return _read_block(words, i)
    if w.number_at(words, i) is None:
        return None, i
    form, after = _read_on_off(words, i)
    return (form, after) if form is not None else _read_ratio(words, i)


# --- days 1-21 (of 28) ---


def _read_block(words: Words, i: int) -> tuple[_Form | None, int]:
    days, after = _read_days(words, i + 1)
    if w.word_at(words, i - 1) in w.PER_WORDS or len(days) < 2 or max(days) < 3 or w.word_at(words, after) == "-":
        return None, i
    cycle, end = _read_cycle(words, after)
    if cycle is None:
        cycle, end = _read_rest_block(words, after, max(days))
    if cycle is None:
        return (_Form(len(days), None), after) if min(days) == 1 else (None, i)
    return (_Form(len(days), cycle), end) if cycle >= max(days) else (None, i)


def _read_days(words: Words, i: int) -> tuple[set[int], int]:
    """The day numbers from `i` on ("1-4, 9-12 en 17-20"), and where they end; a number that counts something is none."""
    days: set[int] = set()
    after = i
    while (first := w.digits_at(words, i)) is not None:
        last, end = _read_last(words, i + 1, first)
        follows_pause = first - 1 in days and last > first
        if last < first or last > _LONGEST_CYCLE or w.word_at(words, end) in w.COUNTED_WORDS or follows_pause:
            break
        days.update(range(first, last + 1))
        after = end
        if w.word_at(words, after) not in w.AND_WORDS:
            break
        i = w.skip(words, after + 1, w.DAY_WORDS)
    return days, after


def _read_last(words: Words, i: int, first: int) -> tuple[int, int]:
    """The end of a range and where it ends; `first` again if there is none."""
    for to in w.TO_WORDS:
        end = i + len(to)
        if tuple(words[i:end]) == to:
            end = w.skip(words, end, w.DAY_WORDS)
            if (last := w.digits_at(words, end)) is not None:
                return last, end + 1
    return first, i


def _read_cycle(words: Words, i: int) -> tuple[int | None, int]:
    """The cycle's days after the days on, and where they end; without a unit only right after "of" or the like."""
    at = w.skip(words, i, w.CYCLE_FILLERS)
    number = w.digits_at(words, at)
    if number is None or not w.CYCLE_LINKS.intersection(words[i:at]):
        return None, i
    factor = w.unit_at(words, w.skip(words, at + 1, frozenset("-")))
    if factor is None and (w.word_at(words, at + 1) in w.COUNTED_WORDS or words[at - 1] not in {"of", "van", "q", "/"}):
        return None, i
    cycle = number * (factor or 1)
    return (cycle, at + 1) if 2 <= cycle <= _LONGEST_CYCLE else (None, i)


def _read_rest_block(words: Words, i: int, last: int) -> tuple[int | None, int]:
    """ "dag 1-21 innemen, dag 22-28 rust": a second block that starts where the first ended, a pause word beside it."""
    for at in range(i, min(i + 12, len(words))):
        if words[at] not in w.DAY_WORDS:
            continue
        days, after = _read_days(words, at + 1)
        beside = {*words[max(i, at - 4) : at], *words[after : after + 4]}
        if days and min(days) == last + 1 and beside & w.OFF_WORDS:
            return max(days), after
    return None, i


# --- 21 of 28 days ---


def _read_ratio(words: Words, i: int) -> tuple[_Form | None, int]:
    days_on = w.digits_at(words, i)
    at = w.skip(words, i + 1, w.DAY_WORDS)
    if days_on is None or w.word_at(words, i - 1) in w.TO_ENDS or w.word_at(words, at) not in {"of", "van", "out", "uit", "/"}:
        return None, i
    cycle, end = _read_cycle(words, at)
    has_unit = w.unit_at(words, w.skip(words, end, frozenset("-"))) is not None
    if cycle is None or not has_unit or cycle < _SHORTEST_RATIO_CYCLE or not 2 <= days_on <= cycle:
        return None, i
    return _Form(days_on, cycle), end


# --- 21 days on, 7 days off ---


def _read_on_off(words: Words, i: int) -> tuple[_Form | None, int]:
    on, factor = w.number_at(words, i), w.unit_at(words, i + 1)
    if on is None or factor is None or words[i + 1] in w.OFF_WORDS:
        return None, i
    at = _skip_on(words, i + 2)
    for j in range(at, min(at + 4, len(words))):
        if words[j] in w.OFF_WORDS:
            off = _read_off(words, j, factor)
            if off is None or off[1] != (at if j > at else off[1]) or off[1] < at:
                return None, i
            cycle = on * factor + off[0]
            return (_Form(on * factor, cycle), j + 1) if cycle <= _LONGEST_CYCLE else (None, i)
    return None, i


def _skip_on(words: Words, i: int) -> int:
    """Past what may stand between the two halves: "innemen, daarna", "1 capsule per dag,", "followed by a"."""
    end = min(i + 12, len(words))
    while i < end:
        following = w.word_at(words, i + 1)
        if words[i] in w.ARTICLES and w.unit_at(words, i + 1) is None:
            i += 1
        elif (w.digits_at(words, i) and following in w.COUNTED_WORDS) or (words[i] in w.PER_WORDS and following in w.DAY_WORDS):
            i += 2
        elif words[i] in w.ON_WORDS:
            i += 1
        else:
            break
    return i


def _read_off(words: Words, i: int, factor: int | None) -> tuple[int, int] | None:
    """Days of the pause whose word stands at `i`, and where it begins; its number stands before the word or after it.

    `factor` is the days in the unit of a bare number ("21 days on, 7 off"); None: a bare number is none.
    """
    unit, back = w.unit_at(words, i), i - 1
    if unit is None and (unit := w.unit_at(words, back)) is not None:
        back -= 1
    number = w.number_at(words, back) if unit is not None else w.digits_at(words, back)
    if number is not None and (factor := unit or factor) is not None:
        return number * factor, back
    ahead = w.skip(words, i + 1, w.OFF_FILLERS)
    number, unit = w.number_at(words, ahead), w.unit_at(words, ahead + 1)
    return (number * unit, i) if number is not None and unit is not None else None
