"""`python -m benchmarks.alert_budget`: how many cards an order brings, over 300 patients; writes docs/alert-budget.md."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.patients import COMPLETENESS, DOCUMENTED, TREATMENTS, Patient, draw_patients
from cds_hooks.service import evaluate, load_knowledge
from tests.clinical.build import SERVICE_OF_HOOK, build_request, read_now
from tests.clinical.format import Case

TABLE = Path(__file__).resolve().parent.parent / "docs" / "alert-budget.md"
#: Cards that are not critical: at most so many on one order, and so many in the middle of all orders.
MOST, MIDDLE = 6, 3
_ADVICE = "dev.cds-hooks-server.advice"


@dataclass(frozen=True, slots=True)
class Answer:
    """The cards that one patient's order brings."""

    patient: Patient
    cards: tuple[dict[str, Any], ...]

    @property
    def count(self) -> int:
        """Cards that are not critical."""
        return sum(card["indicator"] != "critical" for card in self.cards)

    def list_rules(self) -> set[tuple[str, str]]:
        """The rules on the cards, each with the indicator of its card."""
        return {(rule, card["indicator"]) for card in self.cards for rule in card["extension"][_ADVICE]["rules"]}


def ask_all(patients: Iterable[Patient]) -> list[Answer]:
    """Every patient's order through the whole service."""
    knowledge = load_knowledge()
    answers = []
    for patient in patients:
        case = Case.model_validate(patient.facts)
        request = build_request(case, name=patient.name)
        body, service = json.dumps(request).encode(), SERVICE_OF_HOOK[request["hook"]]
        found = evaluate(body, service, knowledge, now=read_now(case), language="en")
        answers.append(Answer(patient, tuple(found.response["cards"])))
    return answers


def find_excess(answers: Sequence[Answer]) -> list[str]:
    """What breaks the budget: a card too many, too many in the middle, or more than info where all is in order."""
    found = [f"{a.patient.name}: {a.count} cards that are not critical, at most {MOST}" for a in answers if a.count > MOST]
    if (middle := median(a.count for a in answers)) > MIDDLE:
        found.append(f"the median is {middle}, at most {MIDDLE}")
    for answer in answers:
        if answer.patient.completeness == DOCUMENTED:
            loud = sorted(rule for rule, indicator in answer.list_rules() if indicator != "info")
            found += [f"{answer.patient.name}: all is in order, and yet {', '.join(loud)}"] if loud else []
    return found


def compose_table(answers: Sequence[Answer]) -> str:
    """The page, as Markdown."""
    return "\n".join([_INTRODUCTION, *_compose_summary(answers), "", "## By rule", "", *_compose_rules(answers)]) + "\n"


def main() -> int:
    """Draw, ask, write; exit code 1 where the budget is broken."""
    answers = ask_all(draw_patients())
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(compose_table(answers), encoding="utf-8")
    excess = find_excess(answers)
    for line in excess:
        print(line, file=sys.stderr)
    print(
        f"{len(answers)} orders, median {median(a.count for a in answers)}, maximum {max(a.count for a in answers)}: {TABLE.name}"
    )
    return 1 if excess else 0


_INTRODUCTION = f"""# Alert budget

How many cards an order brings. 300 synthetic patients drawn by a seed: sex, regimen of lenalidomide or denosumab, start
or continuing, and a record that is documented (everything in order), usual (gaps, other problems and medicines) or scant
(inputs that could not be had). Counted are the cards that are not critical: at most {MOST} on an order, in the middle
{MIDDLE}; a documented patient in order gets none but info. A test keeps it so. Made by `make budget`.
"""


def _compose_summary(answers: Sequence[Answer]) -> list[str]:
    lines = ["| patients | orders | median | maximum | orders with a critical card |", "| --- | ---: | ---: | ---: | ---: |"]
    groups = [("all", list(answers))]
    groups += [(name, [a for a in answers if a.patient.completeness == name]) for name in COMPLETENESS]
    groups += [(name, [a for a in answers if a.patient.treatment == name]) for name in TREATMENTS]
    for name, group in groups:
        counts = [answer.count for answer in group]
        critical = sum(any(card["indicator"] == "critical" for card in answer.cards) for answer in group)
        lines.append(f"| {name} | {len(group)} | {median(counts):g} | {max(counts)} | {critical} |")
    return lines


def _compose_rules(answers: Sequence[Answer]) -> list[str]:
    lines = ["| rule | orders | of 100 |", "| --- | ---: | ---: |"]
    counted = Counter(rule for answer in answers for rule in {rule for rule, _ in answer.list_rules()})
    for rule, count in sorted(counted.items(), key=lambda each: (-each[1], each[0])):
        lines.append(f"| `{rule}` | {count} | {100 * count / len(answers):.0f} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
