"""What one kind of client can take: how its cards have to differ from the default ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

SelectionBehavior = Literal["any", "at-most-one"]
TopicCode = Literal["rule-id", "alphanumeric"]


@dataclass(frozen=True, slots=True)
class ClientProfile:
    """`language` None: as the request asks. `selection_behavior` None: as fits the suggestions, else this one on every card.

    `errors_as_cards`: a refused request is answered with an info card instead of a status, for clients that hide errors.
    `app_context`: whether a SMART link may carry appContext.
    `short_texts`: for sidebars an eighth of a screen wide; the details leave out product and version of the source (the
    label and the linked page have them).
    """

    name: str = "default"
    language: str | None = None
    selection_behavior: SelectionBehavior | None = None
    topic_code: TopicCode = "rule-id"
    errors_as_cards: bool = False
    short_texts: bool = False
    app_context: bool = True


DEFAULT = ClientProfile()
EPIC = ClientProfile("epic", selection_behavior="any", topic_code="alphanumeric")
#: Its documentation names CDS Hooks 1.0, which knows `at-most-one` alone: a card with another word may be thrown away (S86).
ORACLE = ClientProfile("oracle", selection_behavior="at-most-one", short_texts=True, app_context=False)
SANDBOX = ClientProfile("sandbox", errors_as_cards=True)

#: The profiles a setting can name.
PROFILES: Mapping[str, ClientProfile] = MappingProxyType({profile.name: profile for profile in (DEFAULT, EPIC, ORACLE, SANDBOX)})
