"""Which network addresses may be connected to: a name is looked up once, and what was checked is what is called (S179)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from cds_hooks.errors import CdsHooksError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Addresses that carry an IPv4 address for a translator (RFC 6052).
_NAT64 = IPv6Network("64:ff9b::/96")


class ForbiddenAddress(CdsHooksError):
    """A name leads only to addresses that may not be called. Not an OSError: the HTTP library would wrap and hide it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far requests may go: to the public internet, and into the networks that the operator lists."""

    networks: tuple[Network, ...] = ()

    def allows(self, address: Address, host: str) -> bool:
        """Whether `address`, to which `host` led, may be called. An address that is itself the host was listed as one by
        whoever listed the server; `localhost` may be nothing but this machine."""
        if host == "localhost":
            return address.is_loopback
        if _read_literal(host) == address:
            return True
        if any(address.version == network.version and address in network for network in self.networks):
            return True
        return all(each.is_global and not each.is_multicast for each in _unwrap(address))


#: No private network at all.
PUBLIC = Reach()


def find_addresses(host: str, port: int, reach: Reach) -> list[str]:
    """The addresses of a host that may be called, in the resolver's order. Raises ForbiddenAddress where there are none,
    socket.gaierror where the name leads nowhere."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    addresses = [str(info[4][0]) for info in found]
    allowed = [address for address in dict.fromkeys(addresses) if reach.allows(_parse(address), host.lower().strip("[]"))]
    if not allowed:
        raise ForbiddenAddress("leads to no address that may be called")
    return allowed


def _read_literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _parse(address: str) -> Address:
    return ip_address(address.partition("%")[0])


def _unwrap(address: Address) -> Iterator[Address]:
    """The address, and each IPv4 address that it carries: by mapping, 6to4, Teredo or NAT64."""
    yield address
    if isinstance(address, IPv4Address):
        return
    carried = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        carried.append(IPv4Address(int(address) & 0xFFFFFFFF))
    yield from (each for each in carried if each is not None)
