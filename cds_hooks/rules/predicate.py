"""What a predicate is: a small class with typed parameters that answers one clinical question in three values."""

from __future__ import annotations

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from cds_hooks.chart.finding import Finding
from cds_hooks.rules.situation import Situation

REGISTRY: dict[str, type[Predicate]] = {}


class Predicate(BaseModel):
    """Base of all predicates. The fields are the parameters that `cards/` may give; unknown ones are refused.

    A subclass is registered under the `name` it declares. `provides` are the placeholders that its findings fill;
    `sets` are the fields that hold value set ids and `numbers` those that hold site parameters: both are checked at load.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)
    name: ClassVar[str]
    provides: ClassVar[frozenset[str]] = frozenset()
    asks: ClassVar[str] = ""
    """The question in one line, for messages of the loader."""
    variants: ClassVar[frozenset[str]] = frozenset()
    """The fields in which the cases of one rule differ that ask the same otherwise (how far, in all regimens or in some)."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.name in REGISTRY:
            raise TypeError(f"predicate {cls.name!r} is defined twice")
        REGISTRY[cls.name] = cls

    never_denies: ClassVar[bool] = False
    """Whether its answer is never false."""

    def find(self, situation: Situation) -> Finding:
        """Answer the question."""
        raise NotImplementedError

    def denies_all(self, situation: Situation) -> bool:
        """Whether the answer is `NO`, and stays so whatever its `variants` are; asked only where it has such."""
        raise NotImplementedError

    def find_signs(self) -> frozenset[str] | None:
        """Without any of these on record (`Bedside.signs`), and with every input whole, the answer is `NO` and rests on nothing
        else; None: it always has to be asked."""
        return None

    def find_set_ids(self) -> tuple[str, ...]:
        """The value sets it names, to be checked by the loader."""
        return ()

    def find_parameter_ids(self) -> tuple[str, ...]:
        """The site parameters it names, to be checked by the loader."""
        return ()
