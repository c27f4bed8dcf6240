"""The wire types of a CDS Hooks 2.0.1 response; `to_json` leaves out what is empty, so that no null and no `""` ever leaves."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import orjson

from cds_hooks.record import Record

Json = dict[str, Any]

#: The longest summary: "fewer than 140 characters" (S80).
LONGEST_SUMMARY = 139


def leave_out_empty(members: Json) -> Json:
    """The members that say something: no None, no empty text, list or object (S05 to S07). False and 0 do say something.
    Where all do, these members themselves."""
    if all(members.values()):
        return members
    return {key: value for key, value in members.items() if value or value is False or value == 0}


class Coding(Record):
    """A CDS Hooks Coding: code and system are required, display is left out when empty (S94)."""

    code: str
    system: str
    display: str = ""

    def to_json(self) -> Json:
        """The members that are there."""
        return leave_out_empty({"code": self.code, "system": self.system, "display": self.display})


class Source(Record):
    """Where the guidance comes from; `topic` is static per alert (clients remember overrides by it)."""

    label: str
    url: str = ""
    topic: Coding | None = None

    def to_json(self) -> Json:
        """The members that are there."""
        topic = self.topic.to_json() if self.topic else None
        return leave_out_empty({"label": self.label, "url": self.url, "topic": topic})


class Action(Record):
    """One action of a suggestion. `resource` is a whole FHIR resource (create, update)."""

    type: str
    description: str
    resource: Mapping[str, Any]

    def to_json(self) -> Json:
        """The members that are there."""
        return leave_out_empty({"type": self.type, "description": self.description, "resource": self.resource})


class WrittenAction(Record):
    """A proposal written as a whole, valid resource, before it is an action with a description.

    `said` is what the resource orders, in words of the answer's language. `repairs` names the members that FHIR R4 forbade as
    they were sent and that were put right; `remarks` are phrase keys of `cards/facts.yaml` that the action has to say.
    """

    type: str
    resource: Mapping[str, Any]
    said: str
    repairs: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Suggestion(Record):
    """Something to accept with one click; here always with exactly one action (some clients take no more)."""

    label: str
    uuid: str
    actions: tuple[Action, ...]

    def to_json(self) -> Json:
        """The members that are there."""
        actions = [action.to_json() for action in self.actions]
        return leave_out_empty({"label": self.label, "uuid": self.uuid, "actions": actions})


class Link(Record):
    """A link of a card; `type` is `absolute` or `smart`. `app_context` only with `smart` (cds-resp-3)."""

    label: str
    url: str
    type: str = "absolute"
    app_context: str = ""

    def to_json(self) -> Json:
        """The members that are there."""
        return leave_out_empty({"label": self.label, "url": self.url, "type": self.type, "appContext": self.app_context})


class Card(Record):
    """One card. `indicator` is info, warning or critical; `extension` an object, not FHIR's array (S200)."""

    summary: str
    indicator: str
    source: Source
    uuid: str
    detail: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    selection_behavior: str = ""
    override_reasons: tuple[Coding, ...] = ()
    links: tuple[Link, ...] = ()
    extension: Mapping[str, Any] = MappingProxyType({})

    def to_json(self) -> Json:
        """The members that are there; `selectionBehavior` only beside suggestions (cds-resp-6)."""
        source, reasons, links = _compose_fixed(self.source, self.override_reasons, self.links)
        return leave_out_empty(
            {
                "uuid": self.uuid,
                "summary": self.summary,
                "detail": self.detail,
                "indicator": self.indicator,
                "source": source,
                "suggestions": [suggestion.to_json() for suggestion in self.suggestions],
                "selectionBehavior": self.selection_behavior if self.suggestions else "",
                "overrideReasons": reasons,
                "links": links,
                "extension": self.extension,
            }
        )


def _compose_fixed(source: Source, reasons: tuple[Coding, ...], links: tuple[Link, ...]) -> Any:
    """Their JSON, which nobody else holds. What comes from `cards/` and the settings alone is written once; and so that it is
    seen by who checks the card, what cannot be written stays as it is."""
    try:
        return orjson.loads(_write_fixed(source, reasons, links))
    except TypeError:
        return _list_fixed(source, reasons, links)


@lru_cache(maxsize=1024)
def _write_fixed(source: Source, reasons: tuple[Coding, ...], links: tuple[Link, ...]) -> bytes:
    return orjson.dumps(_list_fixed(source, reasons, links))


def _list_fixed(source: Source, reasons: tuple[Coding, ...], links: tuple[Link, ...]) -> tuple[Json, list[Json], list[Json]]:
    return source.to_json(), [reason.to_json() for reason in reasons], [link.to_json() for link in links]
