"""A site's own map of medicine codes (CDS_HOOKS_CODE_MAP): what ATC code and strength a code of the G-Standaard stands for.

None is shipped: the G-Standaard is licensed. The file is CSV with the header `system,code,atc,strength`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from cds_hooks.errors import SettingsError
from cds_hooks.knowledge.source import read_yaml, validate
from cds_hooks.knowledge.systems import SystemsFile, compose_aliases
from cds_hooks.record import Record

HEADER = ("system", "code", "atc", "strength")
#: The whole G-Standaard has fewer; a larger file is another one.
MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 400_000

_ATC = re.compile(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)
_STRENGTH = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
_HIGHEST_MG = 100_000


class MappedProduct(Record):
    """What one code stands for. `strength_mg` is mg in one piece (capsule, syringe); None where the map does not say."""

    atc: str
    strength_mg: Decimal | None = None


#: System URI -> code -> product.
CodeMap = Mapping[str, Mapping[str, MappedProduct]]


def read_code_map(path: Path, cards: Path) -> CodeMap:
    """The map of a file; `cards` is the folder whose systems.yaml names the code systems. Raises SettingsError with the line."""
    systems_file = read_yaml(cards / "systems.yaml")
    written = validate(systems_file, SystemsFile)
    names = {**compose_aliases(systems_file, written), **{system.id: system.uri for system in written.systems}}
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _Refused(0, f"is larger than {MOST_BYTES} bytes; give only the codes that are prescribed and dispensed")
        with path.open(encoding="utf-8-sig", newline="") as file:
            return _read_rows(_number(file), names)
    except UnicodeDecodeError:
        raise SettingsError(f"CDS_HOOKS_CODE_MAP: {path.name} is not UTF-8; save it as CSV in UTF-8") from None
    except _Refused as refused:
        where = f"{path.name}:{refused.line}: " if refused.line else f"{path.name} "
        raise SettingsError(f"CDS_HOOKS_CODE_MAP: {where}{refused}") from None
    except OSError as error:
        raise SettingsError(f"CDS_HOOKS_CODE_MAP: {path.name} cannot be read ({error.strerror})") from None


class _Refused(ValueError):
    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line


def _read_rows(rows: Iterator[tuple[int, list[str]]], names: Mapping[str, str]) -> CodeMap:
    found: dict[str, dict[str, MappedProduct]] = {}
    once: dict[MappedProduct, MappedProduct] = {}
    for count, (line, row) in enumerate(rows):
        if count == 0:
            _check_header(row, line)
            continue
        if count > MOST_ROWS:
            raise _Refused(line, f"has more than {MOST_ROWS} rows; give only the codes that are prescribed and dispensed")
        system, code, product = _read_row(row, line, names=names)
        held = found.setdefault(system, {})
        if code in held:
            raise _Refused(line, f"code '{code}' of this system stands in the map twice; keep one row")
        # Many codes stand for the same product: it is kept once.
        held[code] = once.setdefault(product, product)
    if not found:
        raise _Refused(0, "holds no row; give at least one code, or leave the setting out")
    return found


def _number(file: TextIO) -> Iterator[tuple[int, list[str]]]:
    """Each row that is not blank, trimmed, with the line on which it ends."""
    reader = csv.reader(file, strict=True)
    try:
        for row in reader:
            if any(cells := [cell.strip() for cell in row]):
                yield reader.line_num, cells
    except csv.Error as error:
        raise _Refused(reader.line_num, f"is not CSV ({error})") from None


def _check_header(row: list[str], line: int) -> None:
    if tuple(cell.lower() for cell in row) != HEADER:
        raise _Refused(line, f"the first line is not '{','.join(HEADER)}'; columns are separated by commas")


def _read_row(row: list[str], line: int, *, names: Mapping[str, str]) -> tuple[str, str, MappedProduct]:
    if len(row) != len(HEADER):
        raise _Refused(line, f"has {len(row)} columns; expected {len(HEADER)}: {', '.join(HEADER)}")
    system, code, atc, strength = row
    if not _CODE.fullmatch(code):
        raise _Refused(line, "the code is not one of 1 to 40 letters, digits, dots, dashes")
    if not _ATC.fullmatch(atc):
        raise _Refused(line, "the ATC code is not whole; expected seven characters such as L04AX04")
    return _read_system(system, line, names=names), code, MappedProduct(atc, _read_strength(strength, line))


def _read_system(system: str, line: int, *, names: Mapping[str, str]) -> str:
    known = names.get(system) or names.get(system.lower())
    if known is None:
        raise _Refused(
            line, "the system is not known; expected its URI (urn:oid:2.16.840.1.113883.2.4.4.10) or gpk, prk, hpk or zi"
        )
    return known


def _read_strength(text: str, line: int) -> Decimal | None:
    """Empty: the map does not say (a liquid, a combination)."""
    if not text:
        return None
    if not _STRENGTH.fullmatch(text) or not 0 < Decimal(text) <= _HIGHEST_MG:
        raise _Refused(line, "the strength is not mg in one piece; expected a number such as 7.5, or nothing where it has none")
    return Decimal(text)
