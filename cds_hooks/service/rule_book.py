"""The rule book: every rule of a medicine as Markdown, so that a pharmacist can review it against its source without YAML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cds_hooks.errors import WrongUse
from cds_hooks.knowledge.knowledge import Knowledge
from cds_hooks.knowledge.model import Medicine, Rule, RuleCase, Text
from cds_hooks.knowledge.templates import fill
from cds_hooks.knowledge.wording import say_amount
from cds_hooks.rules.compilation import find_parameters, find_sets
from cds_hooks.service.describing import UNKNOWN_WORDS
from cds_hooks.service.rule_book_tables import RegimenTables, compose_table

#: Rule id -> names of its clinical cases; None where the cases are not at hand.
CaseNames = Mapping[str, Sequence[str]]


def compose_rule_book(knowledge: Knowledge, medicine: str | None, language: str, *, cases: CaseNames | None) -> str:
    """The book of one medicine, or of all with the service's own rules. Raises WrongUse for a medicine that is not here."""
    book = _Book(knowledge, language, cases)
    chosen = [one for one in knowledge.medicines if medicine in (None, one.id)]
    if not chosen:
        raise WrongUse(f"no medicine '{medicine}' here; there are {', '.join(one.id for one in knowledge.medicines)}")
    parts = [part for one in chosen for part in book.tell_medicine(one)]
    if medicine is None:
        parts += book.tell_service()
    return "\n\n".join([f"# {book.say('title')}", *book.tell_front(), *parts]) + "\n"


class _Book:
    """Knowledge told in one language; every method gives blocks of Markdown."""

    def __init__(self, knowledge: Knowledge, language: str, cases: CaseNames | None) -> None:
        self.knowledge = knowledge
        self.language = language
        self.cases = cases

    def say(self, key: str) -> str:
        """A word of the book (`book.*` of cards/facts.yaml)."""
        return self.read(self.knowledge.facts[f"book.{key}"])

    def read(self, text: Text) -> str:
        """A text in the book's language, its placeholders in words."""
        return fill(text.in_language(self.language), self._show_placeholder)

    def _show_placeholder(self, name: str) -> str:
        key = name.replace("_", "-")
        words = self.knowledge.facts.get(f"placeholder.{key}")
        return f"‹{words.in_language(self.language) if words else key.replace('-', ' ')}›"

    def tell_front(self) -> Iterator[str]:
        """What the book is, of which version, and what is not in it."""
        yield self.say("intro")
        yield f"{self.say('knowledge')}: {self.knowledge.version}."
        if self.cases is None:
            yield self.say("cases-not-here")
        elif self.language != "en":
            yield self.say("cases-language")

    def tell_medicine(self, medicine: Medicine) -> list[str]:
        """The source, a table of the rules, then each rule in table order."""
        source = medicine.source
        told = ", ".join((self.read(source.label), self.read(source.product), source.registration, self.read(source.version)))
        title = f"# {self.read(medicine.name)}"
        tables = RegimenTables(self.knowledge, medicine, self.language).tell()
        return [title, f"{self.say('source')}: {told}.", *tables, *self._tell_rules(medicine.rules)]

    def tell_service(self) -> list[str]:
        """The rules that belong to no medicine."""
        own = [rule for rule in self.knowledge.rules.values() if all(rule.medicine != one.id for one in self.knowledge.medicines)]
        return [f"# {self.read(self.knowledge.facts['service.name'])}", *self._tell_rules(own)] if own else []

    def _tell_rules(self, rules: Sequence[Rule]) -> list[str]:
        numbered = list(enumerate(rules, start=1))
        names = ("", *(self.say(name) for name in ("rule", "levels", "section", "cases")))
        table = compose_table(names, (self._list_cells(number, rule) for number, rule in numbered))
        return [f"## {self.say('rules')}", table, *(part for number, rule in numbered for part in self._tell_rule(number, rule))]

    def _list_cells(self, number: int, rule: Rule) -> tuple[str, ...]:
        levels = ", ".join(dict.fromkeys(self.say(f"level.{case.level.indicator}") for case in _list_cases(rule)))
        cases = "" if self.cases is None else str(len(self.cases.get(rule.id, ())))
        return str(number), f"{self.read(rule.title)} (`{rule.id}`)", levels, rule.section, cases

    def _tell_rule(self, number: int, rule: Rule) -> Iterator[str]:
        yield f"## {number}. {self.read(rule.title)}"
        yield self._tell_place(rule)
        yield f"**{self.say('fires-when')}:** {self.read(rule.fires_when)}"
        yield f"**{self.say('card')}**"
        for case in rule.cases:
            yield self._tell_case(case)
        yield f"**{self.say('unknown')}:** {self.read(self.knowledge.facts[UNKNOWN_WORDS[rule.unknown]])}"
        if rule.unknown_case:
            yield self._tell_case(rule.unknown_case)
        if rule.derived:
            yield f"**{self.say('derived')}:** {self.read(rule.derived)}"
        for key, lines in self._list_extras(rule):
            if lines:
                yield f"**{self.say(key)}**\n\n{_compose_list(lines)}"
        yield f"**{self.say('review')}:** {self._tell_review(rule)}"
        if self.cases is not None:
            names = self.cases.get(rule.id, ())
            yield f"**{self.say('cases')} ({len(names)})**\n\n{_compose_list(names) if names else self.say('no-cases')}"

    def _tell_place(self, rule: Rule) -> str:
        place = [f"`{rule.id}`", f"{self.say('section')} {rule.section}"]
        place.append(f"{self.say('group')}: {self.say(f'group.{rule.group}')}")
        place.append(f"{self.say('judged')}: {self.say(f'scope.{rule.scope.value}')}")
        return " · ".join(place)

    def _tell_case(self, case: RuleCase) -> str:
        """The level, the summary as the card prints it, and below it what to do and why."""
        level = self.say(f"level.{case.level.indicator}").capitalize()
        do, why = (self.read(self.knowledge.facts[key]) for key in ("card.do", "card.why"))
        lines = [f"{do}: {self.read(case.do)}", *([f"{why}: {self.read(case.why)}"] if case.why else [])]
        return f"*{level}*\n\n> {self.read(case.summary)}\n\n{_compose_list(lines)}"

    def _list_extras(self, rule: Rule) -> Iterator[tuple[str, list[str]]]:
        titles = self.knowledge.vocabulary.titles
        yield "looks-for", [titles[set_id][self.language] for set_id in find_sets(rule)]
        offers = [self.read(self.knowledge.tests[test].text) for test in rule.tests]
        yield "offers", offers + ([self.say("offers-dose")] if rule.rewrites_dose else [])
        yield "partners", [titles[partner][self.language] for partner in rule.partners]
        yield "numbers", [self._tell_number(name) for name in find_parameters(rule)]
        yield "reasons", [self.read(self.knowledge.override_reasons[reason].display) for reason in rule.override_reasons]

    def _tell_number(self, name: str) -> str:
        number = self.knowledge.parameters.by_id[name]
        whose = self.say("number-site" if number.is_site else "number-default")
        return f"{self.read(number.name)}: {say_amount(number.value, number.unit, language=self.language)} ({whose})"

    def _tell_review(self, rule: Rule) -> str:
        if rule.reviewer == "none":
            return self.say("not-reviewed")
        return rule.reviewer if rule.review_by == "none" else f"{rule.reviewer}, {self.say('review-by')} {rule.review_by}"


def _list_cases(rule: Rule) -> tuple[RuleCase, ...]:
    return (*rule.cases, *([rule.unknown_case] if rule.unknown_case else []))


def _compose_list(lines: Iterable[str]) -> str:
    """A list; further lines of an item (a list within) stay with it."""
    return "\n".join("- " + line.strip().replace("\n", "\n  ") for line in lines)
