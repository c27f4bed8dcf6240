"""Every dose level at which a table, or the record, can let treatment resume can be said in both languages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from cds_hooks.advice.voice import Voice
from cds_hooks.chart.count_limits import Level
from cds_hooks.chart.regimen import Regimen
from cds_hooks.clinical.dosage import Pattern
from cds_hooks.knowledge.model import LANGUAGES
from cds_hooks.rules.predicates.blood import show_level
from cds_hooks.service import load_knowledge

KNOWLEDGE = load_knowledge().knowledge
REGIMENS: list[Regimen] = [one for medicine in KNOWLEDGE.medicines for one in medicine.tables.get("regimens", {}).values()]
#: Days of the record, as a dose lowered for the kidney or by a physician's own judgement has them.
OTHERS = [Pattern(Decimal(on), Decimal(of)) for on, of in ((14, 21), (14, 28), (2, 7), (3, 7), (1, 3), (1, 1))]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("regimen", REGIMENS, ids=lambda regimen: regimen.id)
def test_a_level_on_whatever_days_can_be_said(regimen: Regimen, language: str) -> None:
    voice = Voice(KNOWLEDGE.facts, language)
    for level in (*regimen.ladder, *(Level(Decimal("2.5"), days) for days in OTHERS)):
        assert "mg" in voice.show(show_level(level, regimen))


def test_days_of_a_table_are_named_however_the_record_writes_them() -> None:
    maintenance = next(one for one in REGIMENS if one.id == "mm-maintenance")
    voice = Voice(KNOWLEDGE.facts, "en")
    written = Pattern(Decimal("21.0"), Decimal("28.0"), cycle_stated=False)
    assert voice.show(show_level(Level(Decimal(5), written), maintenance)) == "5 mg once a day on days 1-21 of 28"
    assert voice.show(show_level(Level(Decimal(5), OTHERS[1]), maintenance)) == "5 mg on the same days as before"
