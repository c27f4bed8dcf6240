"""What the page of one rule tells a reader, in one language: plain texts, ready to be laid out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition in words; `parts` are the conditions it joins ("all of", "one of", "not")."""

    text: str
    parts: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class PageCase:
    """One way the rule fires. `indicator` is info, warning or critical; texts are Markdown with `{placeholders}`.

    `when` is None where there is nothing to add (the card of an unknown).
    """

    indicator: str
    when: Clause | None
    summary: str
    do: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class SiteNumber:
    """A number that a site may change: what it is, the value in force, its unit, and whether the site did change it."""

    name: str
    value: str
    unit: str
    is_site: bool = False


@dataclass(frozen=True, slots=True)
class RulePage:
    """One rule. `citation` names the source without a link; `unknown` says what happens where facts are missing.

    `fires_when` is the rule's condition in one sentence; cases may add their own. `applies` is the condition under which
    the rule is asked at all. `reviewer` and `review_by` are `none` until someone has reviewed the rule, and shown so.
    """

    id: str
    language: str
    medicine: str
    title: str
    group: str
    cases: tuple[PageCase, ...]
    citation: str
    source_version: str
    section: str
    unknown: str
    reviewer: str = "none"
    review_by: str = "none"
    applies: Clause | None = None
    unknown_case: PageCase | None = None
    derived: str = ""
    site_numbers: tuple[SiteNumber, ...] = ()
    fires_when: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A rule in the list of all rules."""

    id: str
    medicine: str
    title: str
    indicators: tuple[str, ...]
