"""The base of the records that a call makes by the dozen."""

from __future__ import annotations

from typing import dataclass_transform

from msgspec import Struct, structs

#: A copy of a record, with other values for the members that are named.
change = structs.replace
#: What a record holds, in the order of its members.
list_members = structs.astuple


@dataclass_transform(frozen_default=True)
class Record(Struct, frozen=True, gc=False):
    """As a frozen dataclass: compared, hashed and shown by its fields. Made and read in C, at a seventh of the time. Must not
    lead back to itself: Python does not look for such rings here."""
