"""Text of the record, made harmless: for Markdown (details) and for plain sentences (summaries)."""

from __future__ import annotations

import re
import unicodedata

#: U+2060, takes no room: keeps GitHub's and remark's automatic links and mentions from seeing an address.
_JOINER = "\u2060"
_MEANS_SOMETHING = re.compile(r"[\\`*_{}\[\]()<>#|~!&$^]")
_ADDRESS = re.compile(r"://|@|www(?=\.)|\b(?:mailto|xmpp)(?=:)", re.IGNORECASE)
_LIST_OR_RULE = re.compile(r"(?:[-+=:](?!\d)|(\d{1,9})(?=[.)](?:\s|\Z)))")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_HARMLESS = re.compile(r"[A-Za-z0-9 ,;'/%µ]*\Z")

LONGEST_IN_DETAIL = 120


def escape(text: str, longest: int = LONGEST_IN_DETAIL) -> str:
    """`text` so that GitHub Flavored Markdown shows it as it is: no emphasis, link, image, HTML, entity, table, heading,
    list, mention or automatic link; on one line, and at most `longest` characters long before escaping."""
    if len(text) <= longest and _HARMLESS.match(text) and "  " not in text:
        return text.strip()
    text = shorten(_clean(text), longest)
    text = _MEANS_SOMETHING.sub(r"\\\g<0>", text)
    text = _ADDRESS.sub(_break_address, text)
    return _LIST_OR_RULE.sub(_escape_start, text, count=1) if _LIST_OR_RULE.match(text) else text


def plain(text: str, longest: int) -> str:
    """`text` for a summary, which is no Markdown: one line, at most `longest` characters, and nothing that a client that
    takes it for HTML would read as a tag."""
    return shorten(_TAG.sub("‹", _clean(text)), longest)


def shorten(text: str, longest: int) -> str:
    """At most `longest` characters; what is cut is cut at a word where there is one, and marked with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    at_word = cut.rpartition(" ")[0]
    return (at_word if len(at_word) >= longest // 2 else cut).rstrip(" ,;:(-") + "…"


def indent(markdown: str) -> str:
    """A bullet of one or more lines of our own Markdown."""
    markdown = markdown.strip()
    if markdown.isprintable():  # nothing that ends a line is
        return f"- {markdown}"
    first, *more = markdown.splitlines() or [""]
    return "\n".join([f"- {first}", *[f"  {line}" if line else line for line in more]]) if more else f"- {first}"


def _clean(text: str) -> str:
    """One line, without control characters and without the format characters that reorder or hide text."""
    if text.isprintable():
        return " ".join(text.split())
    kept = "".join(" " if c in "\r\n\t\v\f" or unicodedata.category(c) in ("Zl", "Zp") else c for c in text)
    kept = "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join(kept.split())


def _break_address(found: re.Match[str]) -> str:
    mark = found.group()
    return f":{_JOINER}//" if mark == "://" else f"{mark}{_JOINER}"


def _escape_start(found: re.Match[str]) -> str:
    return f"{found.group(1)}\\" if found.group(1) else f"\\{found.group()}"
