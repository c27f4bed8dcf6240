"""Childbearing potential: a woman has it unless the record shows one of the criteria of 4.4 of the lenalidomide SmPC."""

from __future__ import annotations

from datetime import date, timedelta

from cds_hooks.chart.age import BIRTH_DATE, find_ages, show_age
from cds_hooks.chart.bedside import Bedside, Matched
from cds_hooks.chart.concept import fold_name
from cds_hooks.chart.evidence import show_condition, show_observation, show_procedure
from cds_hooks.chart.finding import NO, Evidence, Finding, Name
from cds_hooks.chart.medicines import ALL_MEDICINE_KEYS, find_start, is_or_was_taken
from cds_hooks.chart.pregnancy import find_breastfeeding
from cds_hooks.chart.records import Condition

#: What the criteria are looked for in: where one of these is lacking, the card says so.
CRITERIA_KEYS = ("conditions", "procedures")
#: What has to be whole before amenorrhoea is believed natural: breastfeeding and cancer therapy undo it.
NATURAL_KEYS = ("conditions", "procedures", "observations", *ALL_MEDICINE_KEYS)
AMENORRHOEA_AGE = 50
#: Problems that record a menopause; osteoporosis after it records one for denosumab only (definitions, "menopause").
MENOPAUSE = ("postmenopausal",)
MENOPAUSE_FOR_BONE = ("postmenopausal", "postmenopausal-osteoporosis")
AMENORRHOEA_DAYS = 365
_NEVER = ("turner-syndrome", "xy-genotype", "uterine-agenesis")
_SURGERY = ("hysterectomy", "bilateral-salpingo-oophorectomy")
_CANCER_MEDICINES = "cancer-therapy"
_CANCER_PROCEDURES = ("autologous-stem-cell-transplant", "stem-cell-transplant", "radiotherapy")


def find_childbearing_potential(bedside: Bedside, *, menopause: tuple[str, ...] = MENOPAUSE) -> Finding:
    """True unless male or a criterion is on record; never unknown: what was lacking is named under `missing`.

    A sex other than male or female, or none, is treated as having it (a remark says so). `menopause` are the value sets of
    problems that record a natural menopause.
    """
    sex = bedside.chart.patient.sex
    if sex == "male":
        return NO
    lasting = _find_lasting_cause(bedside)
    if lasting:
        return Finding(False, lasting)
    lacking = (*bedside.chart.find_lacking(*CRITERIA_KEYS), *_find_lacking_age(bedside))
    waning = _find_ovarian_failure(bedside) or _find_natural_amenorrhoea(bedside, menopause)
    if waning:
        lacking = bedside.chart.find_lacking(*NATURAL_KEYS)
        if not lacking:
            return Finding(False, waning)
    if presumed := _find_presumed(bedside):
        return presumed
    remarks = () if sex == "female" else ("remark.childbearing-sex",)
    return Finding(True, show_age(bedside), lacking, values={"settle": Name("childbearing.settle")}, remarks=remarks)


def _find_lacking_age(bedside: Bedside) -> tuple[str, ...]:
    """The birth date, where it leaves open whether she is 50."""
    ages = find_ages(bedside)
    return (BIRTH_DATE,) if ages is None or ages[0] < AMENORRHOEA_AGE <= ages[1] else ()


def _find_lasting_cause(bedside: Bedside) -> tuple[Evidence, ...]:
    """A womb or ovaries that are not there, or never worked: nothing else in the record undoes it."""
    for found in bedside.find_conditions(*_NEVER, *_SURGERY):
        return (show_condition(found),)
    for done in bedside.find_procedures(*_SURGERY):
        if done.record.status == "completed":
            return (show_procedure(done),)
    return ()


def _find_ovarian_failure(bedside: Bedside) -> tuple[Evidence, ...]:
    for failed in bedside.find_conditions("premature-ovarian-failure"):
        if _is_confirmed_by_gynaecologist(bedside, failed.record):
            return (show_condition(failed),)
    return ()


def _is_confirmed_by_gynaecologist(bedside: Bedside, condition: Condition) -> bool:
    """Premature ovarian failure counts when a gynaecologist confirmed it, and no cancer therapy came before it."""
    if condition.verification != "confirmed" or _find_cancer_therapy_before(bedside, _day_of(condition)):
        return False
    if bedside.numbers.days("ovarian-failure-confirmed-alone"):
        return True
    names = bedside.sets["gynaecologist"].names
    attested = f" {' '.join(fold_name(text) for text in condition.attested_by)} "
    return any(name in attested for name in names)


def _find_natural_amenorrhoea(bedside: Bedside, menopause: tuple[str, ...]) -> tuple[Evidence, ...]:
    """50 or older, and a year without menstruation by natural cause (definitions, "natural amenorrhoea")."""
    ages = find_ages(bedside)
    if ages is None or ages[0] < AMENORRHOEA_AGE or find_breastfeeding(bedside).truth:
        return ()
    if bedside.find_conditions("postmenopausal-not-natural"):
        return ()
    for found in bedside.find_conditions(*menopause):
        if found.record.is_active and not _find_cancer_therapy_before(bedside, _day_of(found.record)):
            return (*show_age(bedside), show_condition(found))
    return _find_last_period_long_ago(bedside)


def _find_last_period_long_ago(bedside: Bedside) -> tuple[Evidence, ...]:
    for observed in bedside.observed("last-menstrual-period")[:1]:
        last = observed.date_value
        if last is None or observed.preliminary:
            continue
        year_over = last.last + timedelta(days=AMENORRHOEA_DAYS)
        if year_over <= bedside.now.today and not _find_cancer_therapy_before(bedside, year_over):
            return (*show_age(bedside), show_observation(observed))
    return ()


def _find_cancer_therapy_before(bedside: Bedside, day: date | None) -> bool:
    """Whether cancer therapy began before `day` (without a day: at any time): amenorrhoea after it proves nothing."""
    dates: list[date | None] = [
        find_start(found.record) for found in bedside.find_medicines(_CANCER_MEDICINES) if is_or_was_taken(found.record)
    ]
    dates += [done.record.start.first if done.record.start else None for done in bedside.find_procedures(*_CANCER_PROCEDURES)]
    transplants: tuple[Matched[Condition], ...] = bedside.find_conditions("stem-cell-transplant")
    dates += [_day_of(found.record) for found in transplants]
    return any(began is None or day is None or began < day for began in dates)


def _day_of(condition: Condition) -> date | None:
    return condition.since.first if condition.since else None


def _find_presumed(bedside: Bedside) -> Finding | None:
    """A site may presume amenorrhoea from an age on (0: it does not, the default)."""
    age = bedside.numbers.days("presumed-amenorrhoea-age")
    ages = find_ages(bedside)
    if age <= 0 or ages is None or ages[0] < max(age, AMENORRHOEA_AGE):
        return None
    return Finding(False, show_age(bedside), remarks=("remark.amenorrhoea-presumed",), parameters=("presumed-amenorrhoea-age",))
