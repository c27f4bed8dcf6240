"""A client profile as a value: a shipped name, or the members written out."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from cds_hooks.hooks.profile import EPIC, PROFILES
from cds_hooks.settings.profile import read_profile_value


def test_a_name_is_the_shipped_profile() -> None:
    assert read_profile_value("epic") is EPIC


def test_members_written_out_make_a_profile_of_the_clients_name() -> None:
    profile = read_profile_value({"language": "nl", "selection_behavior": "any", "topic_code": "alphanumeric"}, "ward-ehr")
    assert (profile.name, profile.language, profile.selection_behavior) == ("ward-ehr", "nl", "any")
    assert profile.topic_code == "alphanumeric"


@pytest.mark.parametrize("name", PROFILES)
def test_every_shipped_profile_could_be_written_out(name: str) -> None:
    shipped = PROFILES[name]
    written = {field.name: getattr(shipped, field.name) for field in fields(shipped) if field.name != "name"}
    assert read_profile_value(written, name) == shipped


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("cerner", "'cerner' is none of default, epic, oracle, sandbox, nor a mapping"),
        ({"language": "de"}, "'language' is 'de'; expected 'en' or 'nl'"),
        ({"colour": "red"}, "unknown key 'colour'; known keys are language"),
    ],
)
def test_what_is_wrong_with_a_profile_is_said(value: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_profile_value(value)
