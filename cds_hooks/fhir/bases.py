"""FHIR base URLs: which may be called at all, and which addresses lie below one (S179: no calls to elsewhere)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from cds_hooks.errors import FhirError

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Backslashes, white space and control characters are read differently by different URL parsers.
_SAFE_URL = re.compile(r"[\x21-\x5b\x5d-\x7e]{1,8192}")


def normalise_base(url: str) -> str:
    """One spelling of a FHIR base: lower-case host, no default port, no closing slash.

    FhirError where it is no plain http or https base: user information, a query, a fragment, a path that climbs.
    """
    parts = _split(url)
    if parts is None or parts.query or parts.fragment or "?" in url or "#" in url:
        raise FhirError("the FHIR base is not a plain http or https URL")
    return _compose_origin(parts) + parts.path.rstrip("/")


def is_allowed_base(base: str, allowed: Sequence[str] | None) -> bool:
    """Whether a FHIR base may be called: it is one of `allowed` (None: any base on the loopback of this machine)."""
    wanted = _normalise_or_none(base)
    if wanted is None:
        return False
    if allowed is None:
        return _is_loopback(urlsplit(wanted).hostname or "")
    return any(wanted == _normalise_or_none(entry) for entry in allowed)


def is_below_base(url: str, base: str) -> bool:
    """Whether an absolute URL lies on the server and under the path of a normalised base."""
    parts = _split(url)
    if parts is None:
        return False
    address = _compose_origin(parts) + parts.path
    return address == base or address.startswith(f"{base}/")


def _normalise_or_none(url: str) -> str | None:
    try:
        return normalise_base(url)
    except FhirError:
        return None


def _split(url: str) -> SplitResult | None:
    if not isinstance(url, str) or not _SAFE_URL.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        is_plain = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc or not is_plain:
        return None
    return None if _climbs(parts.path) else parts


def _climbs(path: str) -> bool:
    """Whether a path holds a dot segment or an encoded slash, by which it could leave the base."""
    decoded = unquote(unquote(path))
    return decoded.count("/") != path.count("/") or any(part in (".", "..") for part in decoded.split("/"))


def _compose_origin(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    shown = f"[{host}]" if ":" in host else host
    is_default = parts.port in (None, _DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{shown}" + ("" if is_default else f":{parts.port}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
