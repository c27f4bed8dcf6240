"""Parameters: the shipped defaults of `cards/parameters.yaml`, and the strict site file (CDS_HOOKS_SITE) over them."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import Field

from cds_hooks.errors import SettingsError
from cds_hooks.knowledge.medicine_file import TwoWords
from cds_hooks.knowledge.parameters import Parameter, Parameters, SiteList
from cds_hooks.knowledge.source import read_yaml, validate
from cds_hooks.knowledge.value_set import CardModel

Number = Decimal | int
#: Value sets that a site may add to.
OPEN_SETS = ("site-contraceptive", "prevention-programme-agreement", "jaw-reminder-card", "site-calcium-predisposition")


class ParameterEntry(CardModel):
    """One parameter: its default and the bounds that a site must keep."""

    name: TwoWords
    unit: Annotated[str, Field(max_length=20)]
    default: Number
    low: Number
    high: Number


class ParametersFile(CardModel):
    """cards/parameters.yaml."""

    parameters: dict[str, ParameterEntry]


class SiteCode(CardModel):
    """A code that a site adds."""

    system: Annotated[str, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(min_length=1, max_length=200)]


class SiteAddition(CardModel):
    """What a site adds to a value set."""

    codes: tuple[SiteCode, ...] = ()
    names: tuple[Annotated[str, Field(min_length=2, max_length=200)], ...] = ()


class SiteFile(CardModel):
    """CDS_HOOKS_SITE."""

    parameters: dict[str, Number] = Field(default_factory=dict)
    additions: dict[str, SiteAddition] = Field(default_factory=dict)


def read_parameters(folder: Path) -> dict[str, Parameter]:
    """The defaults by id."""
    model = validate(read_yaml(folder / "parameters.yaml"), ParametersFile)
    return {
        id: Parameter(id, entry.name.to_text(), entry.unit, Decimal(entry.default), Decimal(entry.low), Decimal(entry.high))
        for id, entry in model.parameters.items()
    }


def read_site_file(path: Path) -> SiteFile:
    """The site file as written. Raises KnowledgeError with its lines."""
    return validate(read_yaml(path), SiteFile)


def apply_site(defaults: Mapping[str, Parameter], site: SiteFile | None) -> Parameters:
    """The parameters in force. Raises SettingsError for an unknown name or a value out of its bounds."""
    if site is None:
        return Parameters(MappingProxyType(dict(defaults)))
    in_force = dict(defaults)
    for name, value in site.parameters.items():
        in_force[name] = _set(defaults, name, Decimal(value))
    return Parameters(MappingProxyType(in_force), _compose_lists(site))


def _set(defaults: Mapping[str, Parameter], name: str, value: Decimal) -> Parameter:
    parameter = defaults.get(name)
    if parameter is None:
        near = difflib.get_close_matches(name, defaults, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else f"; known are {', '.join(sorted(defaults))}"
        raise SettingsError(f"CDS_HOOKS_SITE: no parameter '{name}'{hint}")
    if not parameter.low <= value <= parameter.high:
        bounds = f"{parameter.low} to {parameter.high} {parameter.unit}".strip()
        raise SettingsError(f"CDS_HOOKS_SITE: '{name}' is {value}; it has to be {bounds}")
    return replace(parameter, value=value, is_site=True)


def _compose_lists(site: SiteFile) -> tuple[SiteList, ...]:
    for name in site.additions:
        if name not in OPEN_SETS:
            raise SettingsError(f"CDS_HOOKS_SITE: nothing can be added to '{name}'; open are {', '.join(OPEN_SETS)}")
    return tuple(
        SiteList(name, tuple((code.system, code.code) for code in addition.codes), addition.names)
        for name, addition in site.additions.items()
    )
