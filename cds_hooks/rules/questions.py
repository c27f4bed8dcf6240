"""Rules as trees of questions in three values, and when a question need not be asked since the record holds nothing of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from cds_hooks.chart.finding import NO, YES, Finding, merge, negate
from cds_hooks.rules.predicate import Predicate
from cds_hooks.rules.situation import Situation

#: What has to be on record before an answer is anything but `NO`; None: it always has to be asked.
Signs = frozenset[str] | None


#: The number of a question whose answer is not kept (`Situation.answers`).
NOT_REMEMBERED = -1


class Question(Protocol):
    """Anything that can be asked of a situation."""

    @property
    def number(self) -> int:
        """What its answer is remembered by."""
        ...

    @property
    def signs(self) -> Signs:
        """Where every input came whole and the record has none of these, the answer is `NO`."""
        ...

    def find(self, situation: Situation) -> Finding:
        """Answer in three values."""
        ...

    def ask(self, situation: Situation) -> Finding:
        """As `find`, for who has looked in vain for an answer by `number`."""
        ...


@dataclass(frozen=True, slots=True)
class AllOf:
    """Kleene's and, as `join_all`; stops at the first false."""

    parts: tuple[Question, ...]
    number: ClassVar[int] = NOT_REMEMBERED

    @property
    def signs(self) -> Signs:
        """Those of the first part: where it says no, no other is asked."""
        return self.parts[0].signs

    def find(self, situation: Situation) -> Finding:
        """True if all are."""
        truth: bool | None = True
        findings = []
        answers = situation.answers
        for part in self.parts:
            # Most parts have been asked by another rule: that saves the call.
            found = answers.get(part.number) or part.ask(situation)
            if found.truth is False:
                return found
            if found.truth is None:
                truth = None
            if found is not YES:
                findings.append(found)
        return merge(findings, truth) if findings else YES

    ask = find


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Kleene's or, as `join_any`; stops at the first true."""

    parts: tuple[Question, ...]
    number: ClassVar[int] = NOT_REMEMBERED

    @property
    def signs(self) -> Signs:
        """Those of all parts."""
        return unite(part.signs for part in self.parts)

    def find(self, situation: Situation) -> Finding:
        """True if one is."""
        truth: bool | None = False
        findings = []
        answers = situation.answers
        for part in self.parts:
            # Most parts have been asked by another rule: that saves the call.
            found = answers.get(part.number) or part.ask(situation)
            if found is NO:
                continue
            if found.truth is True:
                return found
            if found.truth is None:
                truth = None
            findings.append(found)
        return merge(findings, truth) if findings else NO

    ask = find


@dataclass(frozen=True, slots=True)
class NotSo:
    """Kleene's not, remembered as a predicate is: nearly all rules of a medicine can hang on one that is not so."""

    part: Question
    number: int

    @property
    def signs(self) -> Signs:
        """None: where nothing is on record, its answer is yes."""
        return None

    def find(self, situation: Situation) -> Finding:
        """True if it is false."""
        return situation.answers.get(self.number) or self.ask(situation)

    def ask(self, situation: Situation) -> Finding:
        """From now on remembered."""
        part, answers = self.part, situation.answers
        found = answers[self.number] = negate(answers.get(part.number) or part.ask(situation))
        return found


@dataclass(frozen=True, slots=True)
class Always:
    """Where a rule gives no condition."""

    signs: Signs = None
    number: ClassVar[int] = NOT_REMEMBERED

    def find(self, situation: Situation) -> Finding:
        """True."""
        return YES

    ask = find


#: Of every rule without a condition: those are told by it.
UNCONDITIONAL = Always()


@dataclass(frozen=True, slots=True)
class Asked:
    """A predicate as a rule asks it: once per situation, however many rules do; `number` is the same for equal ones."""

    predicate: Predicate
    number: int
    signs: Signs

    def find(self, situation: Situation) -> Finding:
        """The answer, remembered."""
        return situation.answers.get(self.number) or self.ask(situation)

    def ask(self, situation: Situation) -> Finding:
        """From now on remembered."""
        found = situation.answers[self.number] = self.predicate.find(situation)
        return found


def list_asked(question: Question) -> list[Asked]:
    """The predicates of a question, each as often as it stands there."""
    if isinstance(question, AllOf | AnyOf):
        return [asked for part in question.parts for asked in list_asked(part)]
    if isinstance(question, NotSo):
        return list_asked(question.part)
    return [question] if isinstance(question, Asked) else []


def unite(signs: Iterable[Signs]) -> Signs:
    """All of them together; None where one of them is None."""
    held: set[str] = set()
    for one in signs:
        if one is None:
            return None
        held |= one
    return frozenset(held)
