"""The proxy that checks a client's certificate, and how it tells us whose it was."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from cds_hooks.errors import SettingsError

_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class NamingProxy:
    """`header` holds the name of the client whose certificate was shown; it is believed from `addresses` alone."""

    header: str
    addresses: tuple[IPv4Network | IPv6Network, ...]


def decide_proxy(header: str | None, addresses: Sequence[IPv4Network | IPv6Network] | None, auth: str) -> NamingProxy | None:
    """None where certificates are not used. Raises SettingsError where the settings do not go together."""
    if header is None and addresses is None:
        return None
    if header is None or addresses is None:
        lacking = "CDS_HOOKS_PROXY_HEADER" if header is None else "CDS_HOOKS_PROXY_ADDRESSES"
        raise SettingsError(f"{lacking}: is not set; header and addresses of the proxy go together")
    if auth != "required":
        raise SettingsError("CDS_HOOKS_PROXY_HEADER: needs CDS_HOOKS_AUTH=required; a certificate stands beside the token")
    return NamingProxy(header, tuple(addresses))


def read_header(text: str) -> str:
    """The name of an HTTP header."""
    if not _HEADER.fullmatch(text):
        raise ValueError(f"{text!r} is not the name of a header such as X-Client-Name")
    return text
