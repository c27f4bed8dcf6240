"""Mutual TLS at the proxy: the client of the certificate has to be the client of the token (S162)."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Request

from cds_hooks.errors import Unauthorized
from cds_hooks.settings.proxy import NamingProxy


def check_certificate_name(request: Request, proxy: NamingProxy, client: str) -> None:
    """Raises Unauthorized unless the proxy says that this client showed its certificate. Whoever else sends the header is not
    believed: it could name itself as it likes."""
    if not _is_from(request.remote_addr, proxy):
        raise Unauthorized("the call did not come through the proxy")
    if request.headers.getlist(proxy.header) != [client]:
        raise Unauthorized("the certificate is not that of the token's client")


def _is_from(address: str | None, proxy: NamingProxy) -> bool:
    try:
        sender = ip_address(address or "")
    except ValueError:
        return False
    return any(sender.version == network.version and sender in network for network in proxy.addresses)
