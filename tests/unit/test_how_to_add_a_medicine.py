"""ARCHITECTURE.md, "How to add a medicine": the toy medicine is built from the very blocks that stand there."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.errors import KnowledgeError
from cds_hooks.knowledge.source import find_cards_folder
from cds_hooks.service import Evaluator, evaluate, load_evaluator
from tests.clinical.load import read_case_file

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime.fromisoformat("2026-03-02T10:00:00+01:00")
_BLOCK = re.compile(r"```yaml\n# ((?:cards|tests)/\S+)\n(.*?)```", re.DOTALL)


def find_blocks() -> dict[str, str]:
    """The files of the section, by their path."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = text.split("## How to add a medicine")[1].split("\n## ")[0]
    return dict(_BLOCK.findall(section))


def write_blocks(folder: Path, *, without: str = "") -> None:
    """The shipped knowledge and the blocks beside it."""
    shutil.copytree(find_cards_folder(), folder / "cards")
    for path, content in find_blocks().items():
        if path != without:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Evaluator:
    folder = tmp_path_factory.mktemp("toy")
    write_blocks(folder)
    return load_evaluator(folder / "cards")


def ask(evaluator: Evaluator, born: str) -> list[dict[str, Any]]:
    """The cards for an order of examplinib, known by its name, everything else delivered and empty."""
    order = {
        "resourceType": "MedicationRequest",
        "id": "synthetic-order",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"text": "Examplinib 10 mg tablet"},
        "subject": {"reference": "Patient/synthetic-patient"},
    }
    keys = [key for key in PREFETCH_KEYS if key != "patient"]
    patient = {"resourceType": "Patient", "id": "synthetic-patient", "birthDate": born, "gender": "male"}
    call = {
        "hook": "order-sign",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {
            "userId": "Practitioner/synthetic",
            "patientId": "synthetic-patient",
            "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": order}]},
        },
        "prefetch": {"patient": patient, **dict.fromkeys(keys)},
    }
    evaluation = evaluate(json.dumps(call).encode(), "medication-order-sign", evaluator, now=NOW)
    cards: list[dict[str, Any]] = evaluation.response["cards"]
    return cards


def test_the_steps_name_four_files() -> None:
    assert list(find_blocks()) == [
        "cards/valuesets/examplinib.yaml",
        "cards/examplinib/medicine.yaml",
        "cards/examplinib/safety.yaml",
        "tests/clinical/examplinib/under-18.yaml",
    ]


def test_a_child_gets_the_critical_card_of_the_toy_medicine(toy: Evaluator) -> None:
    (card,) = ask(toy, "2015-06-01")
    assert card["indicator"] == "critical"
    assert card["summary"] == "Examplinib is contraindicated under 18 years"
    assert card["source"]["label"] == "SmPC examplinib, section 4.3"


def test_an_adult_gets_none(toy: Evaluator) -> None:
    assert ask(toy, "1960-06-01") == []


def test_the_case_file_has_the_form_of_case_files(tmp_path: Path) -> None:
    write_blocks(tmp_path)
    assert read_case_file(tmp_path / "tests/clinical/examplinib/under-18.yaml").rule == "examplinib.under-18"


def test_a_forgotten_step_is_refused_with_its_file(tmp_path: Path) -> None:
    write_blocks(tmp_path, without="cards/valuesets/examplinib.yaml")
    with pytest.raises(KnowledgeError, match=r"cards/examplinib/medicine\.yaml:\d+: no value set 'examplinib'"):
        load_evaluator(tmp_path / "cards")
