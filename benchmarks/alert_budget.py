"""`python -m benchmarks.alert_budget`: how many cards an order or an opened chart brings; writes docs/alert-budget.md."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.patients import COMPLETENESS, DOCUMENTED, TREATMENTS, Patient, draw_charts, draw_patients
from cds_hooks.service import evaluate, load_knowledge
from tests.clinical.build import SERVICE_OF_HOOK, build_request, read_now
from tests.clinical.format import Case

TABLE = Path(__file__).resolve().parent.parent / "docs" / "alert-budget.md"
#: Cards that are not critical: at most so many on one order, and so many in the middle of all orders.
MOST, MIDDLE = 6, 3
#: The same where a chart is opened.
MOST_ON_CHART, MIDDLE_ON_CHART = 3, 1
_ADVICE = "dev.cds-hooks-server.advice"


@dataclass(frozen=True, slots=True)
class Answer:
    """The cards that one patient's order, or opened chart, brings."""

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
    """Every patient's order or chart through the whole service."""
    knowledge = load_knowledge()
    answers = []
    for patient in patients:
        case = Case.model_validate(patient.facts)
        request = build_request(case, name=patient.name)
        body, service = json.dumps(request).encode(), SERVICE_OF_HOOK[request["hook"]]
        found = evaluate(body, service, knowledge, now=read_now(case), language="en")
        answers.append(Answer(patient, tuple(found.response["cards"])))
    return answers


def find_excess(answers: Sequence[Answer], most: int = MOST, *, in_the_middle: int = MIDDLE) -> list[str]:
    """What breaks the budget: a card too many, too many in the middle, or more than info where all is in order."""
    found = [f"{a.patient.name}: {a.count} cards that are not critical, at most {most}" for a in answers if a.count > most]
    if (middle := median(a.count for a in answers)) > in_the_middle:
        found.append(f"the median is {middle}, at most {in_the_middle}")
    for answer in answers:
        if answer.patient.completeness == DOCUMENTED:
            loud = sorted(rule for rule, indicator in answer.list_rules() if indicator != "info")
            found += [f"{answer.patient.name}: all is in order, and yet {', '.join(loud)}"] if loud else []
    return found


def compose_table(answers: Sequence[Answer], charts: Sequence[Answer]) -> str:
    """The page, as Markdown."""
    of_orders = [*_compose_summary(answers, "orders"), "", "## By rule", "", *_compose_rules(answers, "orders")]
    of_charts = [*_compose_summary(charts, "charts"), "", *_compose_rules(charts, "charts")]
    return "\n".join([_INTRODUCTION, *of_orders, "", _ON_CHARTS, *of_charts]) + "\n"


def main() -> int:
    """Draw, ask, write; exit code 1 where the budget is broken."""
    answers, charts = ask_all(draw_patients()), ask_all(draw_charts())
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(compose_table(answers, charts), encoding="utf-8")
    excess = [*find_excess(answers), *find_excess(charts, MOST_ON_CHART, in_the_middle=MIDDLE_ON_CHART)]
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


_ON_CHARTS = f"""## When a chart is opened

The same patients, under way with what was ordered up to four weeks ago, and no order of now: at most {MOST_ON_CHART} cards that
are not critical, in the middle {MIDDLE_ON_CHART}.
"""


def _compose_summary(answers: Sequence[Answer], what: str) -> list[str]:
    lines = [f"| patients | {what} | median | maximum | {what} with a critical card |", "| --- | ---: | ---: | ---: | ---: |"]
    groups = [("all", list(answers))]
    groups += [(name, [a for a in answers if a.patient.completeness == name]) for name in COMPLETENESS]
    groups += [(name, [a for a in answers if a.patient.treatment == name]) for name in TREATMENTS]
    for name, group in groups:
        counts = [answer.count for answer in group]
        critical = sum(any(card["indicator"] == "critical" for card in answer.cards) for answer in group)
        lines.append(f"| {name} | {len(group)} | {median(counts):g} | {max(counts)} | {critical} |")
    return lines


def _compose_rules(answers: Sequence[Answer], what: str) -> list[str]:
    lines = [f"| rule | {what} | of 100 |", "| --- | ---: | ---: |"]
    counted = Counter(rule for answer in answers for rule in {rule for rule, _ in answer.list_rules()})
    for rule, count in sorted(counted.items(), key=lambda each: (-each[1], each[0])):
        lines.append(f"| `{rule}` | {count} | {100 * count / len(answers):.0f} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
