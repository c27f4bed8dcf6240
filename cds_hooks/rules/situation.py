"""One order of one medicine at the bedside: what predicates are asked about, each derived fact worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.blood_record import BloodRecord
from cds_hooks.chart.childbearing import find_childbearing_potential
from cds_hooks.chart.contraception import find_methods
from cds_hooks.chart.count_standing import Verdict as CountVerdict
from cds_hooks.chart.count_standing import judge_interruption, judge_start
from cds_hooks.chart.cycles import find_cycles
from cds_hooks.chart.denosumab_course import DenosumabCourse, find_denosumab_course
from cds_hooks.chart.finding import Finding
from cds_hooks.chart.kidney import KidneyFunction, find_dialysis, find_kidney_function
from cds_hooks.chart.lasting_methods import MethodInUse
from cds_hooks.chart.medicines import find_active
from cds_hooks.chart.order_dose import find_dose, find_overlapping
from cds_hooks.chart.phase import Course, Phase, find_course
from cds_hooks.chart.records import MedicineEntry
from cds_hooks.chart.regimen import Regimen, Regimens, find_regimens
from cds_hooks.chart.remembered import remembered
from cds_hooks.chart.renal_dose import Verdict, judge
from cds_hooks.clinical.dosage import NotComputable, Schedule
from cds_hooks.knowledge.model import Medicine

T = TypeVar("T")
_NOT_YET = object()

#: Parameter: a dose over this many times the table's is far above it.
TWICE = "renal-far-above-factor"
#: Parameters: how old a kidney function may be, in days.
KIDNEY_AT_START = "kidney-days-at-start"
KIDNEY_CONTINUING = "kidney-days-continuing"


class Situation:
    """`order` is the judged draft, or where a chart is opened the entry of the record that treatment hangs on; `orders` are all
    judged orders of the medicine, or, for a partner's draft, the patient's own active entries of it. Remembers what it worked
    out; lives for one call."""

    def __init__(
        self,
        bedside: Bedside,
        medicine: Medicine,
        order: MedicineEntry,
        *,
        orders: tuple[MedicineEntry, ...],
        is_bare: bool = False,
    ) -> None:
        self.bedside = bedside
        self.medicine = medicine
        self.order = order
        self.orders = orders
        self.is_bare = is_bare
        self.answers: dict[int, Finding] = {}
        """What predicates answered, by their numbers (`rules.questions`); before any is asked, the `NO` of each that the record
        holds no sign of (`rules.sleepers`)."""
        self._worked_out: dict[tuple[object, ...], Any] = {}
        self._kidney: dict[int, KidneyFunction] = {}
        self._counts: dict[tuple[str, bool], CountVerdict] = {}
        # By identity: the kidney functions themselves are kept in `_kidney`, for as long as this lives.
        self._verdicts: dict[int, Verdict] = {}

    def work_out(self, name: tuple[object, ...], compute: Callable[[], T]) -> T:
        """What several predicates rest on, computed when the first of them asks; `name` tells it from everything else."""
        worked_out: T = self._worked_out.get(name, _NOT_YET)
        if worked_out is _NOT_YET:
            worked_out = self._worked_out[name] = compute()
        return worked_out

    @property
    def medicine_order(self) -> MedicineEntry:
        """The order of the medicine itself: the judged draft, or for a partner the patient's own entry."""
        return self.order if self.order in self.orders else self.orders[0]

    @remembered
    def course(self) -> Course:
        """Start or continuing, and how long."""
        return find_course(self.bedside, self.medicine.value_set, self.order)

    @remembered
    def denosumab_course(self) -> DenosumabCourse:
        """Start or continuing with denosumab, and its doses on record."""
        return find_denosumab_course(self.bedside, self.medicine_order)

    @remembered
    def childbearing(self) -> Finding:
        """Whether she can become pregnant."""
        return find_childbearing_potential(self.bedside)

    @remembered
    def methods(self) -> tuple[MethodInUse, ...]:
        """Contraceptive methods in use now."""
        return find_methods(self.bedside)

    @remembered
    def regimen_table(self) -> Mapping[str, Regimen]:
        """The medicine's regimens by id; empty where it has none."""
        table = self.medicine.tables.get("regimens", {})
        return table if isinstance(table, Mapping) else {}

    @remembered
    def regimens(self) -> Regimens:
        """The regimens that the record leaves open."""
        every = tuple(self.regimen_table)
        return find_regimens(self.bedside, self.medicine_order, every=every, course_began=self.course.began)

    @remembered
    def candidates(self) -> tuple[Regimen, ...]:
        """The open regimens with their tables."""
        return tuple(self.regimen_table[name] for name in self.regimens.candidates)

    @remembered
    def blood(self) -> BloodRecord:
        """Blood counts, falls, cycles and doses of this course."""
        return BloodRecord(self.bedside, self.course, self.medicine_order)

    def judge_count(self, kind: str, *, is_start: bool) -> CountVerdict:
        """Neutrophils or platelets by the tables of all open regimens: too low to start, or to be interrupted."""
        verdict = self._counts.get((kind, is_start))
        if verdict is None:
            judge_count = judge_start if is_start else judge_interruption
            verdict = self._counts[kind, is_start] = judge_count(self.blood, self.candidates, kind)
        return verdict

    @remembered
    def dose(self) -> Schedule | NotComputable:
        """The dose of all judged orders of the medicine on the same days, with active ones that they do not replace."""
        return find_dose(self.bedside, self.orders, others=self.beside)

    @remembered
    def dialysis(self) -> Finding:
        """Whether the patient is on dialysis."""
        return find_dialysis(self.bedside)

    @remembered
    def renal_kidney(self) -> KidneyFunction:
        """Kidney function as recent as the phase asks: 30 days at start, 90 while continuing (site)."""
        continuing = self.course.phase is Phase.CONTINUING
        return self.kidney(self.bedside.numbers.days(KIDNEY_CONTINUING if continuing else KIDNEY_AT_START))

    @remembered
    def beside(self) -> tuple[MedicineEntry, ...]:
        """The active orders of the medicine that go on beside the judged ones."""
        return find_overlapping(self.bedside, self.medicine.value_set, self.orders)

    def find_active(self, *set_ids: str) -> tuple[Matched[MedicineEntry], ...]:
        """Active entries and drafts of other medicines."""
        return find_active(self.bedside, *set_ids)

    def count_cycles(self, regimen: Regimen) -> int:
        """Known earlier cycles of this course, by the regimen's own length of a cycle."""
        return len(find_cycles(self.course.stays, int(regimen.days.cycle_days)))

    def judge_renal_dose(self, kidney: KidneyFunction) -> Verdict | None:
        """The dose against the kidney table; None where the dose cannot be computed."""
        known = self._verdicts.get(id(kidney))
        if known is not None or isinstance(self.dose, NotComputable):
            return known
        twice = self.bedside.numbers.number(TWICE)
        verdict = self._verdicts[id(kidney)] = judge(self.dose, self.candidates, kidney, self.course, twice=twice)
        return verdict

    def kidney(self, within_days: int) -> KidneyFunction:
        """Kidney function from values of at most `within_days` ago."""
        if within_days not in self._kidney:
            self._kidney[within_days] = find_kidney_function(self.bedside, self.dialysis, within_days=within_days)
        return self._kidney[within_days]
