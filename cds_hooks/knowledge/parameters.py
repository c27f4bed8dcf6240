"""Site parameters: every number of the rules that is not the source's, with its default and the bounds a site must keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cds_hooks.knowledge.model import Text


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number of `cards/parameters.yaml`. `value` is the site's where `is_site` is true, else the default."""

    id: str
    name: Text
    unit: str
    value: Decimal
    low: Decimal
    high: Decimal
    is_site: bool = False


@dataclass(frozen=True, slots=True)
class SiteList:
    """Codes or names a site adds to a value set (contraceptive methods, agreement forms)."""

    value_set: str
    codes: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameters:
    """All parameters by id. Asking for an unknown id is a programming error (KeyError)."""

    by_id: Mapping[str, Parameter]
    lists: tuple[SiteList, ...] = ()
    _days: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """The whole numbers, which rules ask for by the dozen in each call."""
        object.__setattr__(self, "_days", {name: int(parameter.value) for name, parameter in self.by_id.items()})

    def number(self, name: str) -> Decimal:
        """The value in force."""
        return self.by_id[name].value

    def days(self, name: str) -> int:
        """The value in force as whole days (or weeks, months, years: the parameter's unit)."""
        return self._days[name]
