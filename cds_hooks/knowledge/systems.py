"""`cards/systems.yaml`: the code systems that cards may use, and every way in which records write their URIs."""

from __future__ import annotations

from pydantic import Field

from cds_hooks.knowledge.source import YamlFile
from cds_hooks.knowledge.value_set import CardModel, CodeSystem, refuse


class SystemsFile(CardModel):
    """The whole file."""

    systems: tuple[CodeSystem, ...] = Field(min_length=1)


def compose_aliases(file: YamlFile, written: SystemsFile) -> dict[str, str]:
    """Every way to write a system -> its canonical URI. Raises KnowledgeError where one way would mean two systems."""
    aliases: dict[str, str] = {}
    found: list[str] = []
    for i, system in enumerate(written.systems):
        for alias in (system.uri, *system.aliases):
            if alias in aliases:
                found.append(file.finding(("systems", i), f"'{alias}' stands for two systems; keep it under one"))
            aliases[alias] = system.uri
    refuse(found)
    return aliases
