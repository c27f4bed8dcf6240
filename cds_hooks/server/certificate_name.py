"""Mutual TLS at the proxy: the client of the certificate has to be the client of the token (S162)."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from cds_hooks.errors import Unauthorized
from cds_hooks.settings.proxy import NamingProxy


def check_certificate_name(environ: Mapping[str, Any], proxy: NamingProxy, client: str) -> None:
    """Raises Unauthorized unless the proxy says that this client showed its certificate. Whoever else sends the header is not
    believed: it could name itself as it likes."""
    if not _is_from(environ.get("REMOTE_ADDR"), proxy):
        raise Unauthorized("the call did not come through the proxy")
    if environ.get(f"HTTP_{proxy.header.upper().replace('-', '_')}") != client:
        raise Unauthorized("the certificate is not that of the token's client")


def _is_from(address: str | None, proxy: NamingProxy) -> bool:
    try:
        sender = ip_address(address or "")
    except ValueError:
        return False
    return any(sender.version == network.version and sender in network for network in proxy.addresses)
