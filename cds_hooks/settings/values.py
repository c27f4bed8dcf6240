"""How the text of a setting becomes a value; a ValueError says what is wrong and what would be right."""

from __future__ import annotations

import ipaddress
import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from cds_hooks.knowledge.model import LANGUAGES


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def read_auth(text: str) -> str:
    """`off` or `required`."""
    return _read_choice(text, ("off", "required"))


def read_switch(text: str) -> bool:
    """`on` or `off`."""
    return _read_choice(text, ("on", "off")) == "on"


def read_language(text: str) -> str:
    """A language of the service."""
    return _read_choice(text, LANGUAGES)


def read_count(text: str) -> int:
    """A whole number above 0."""
    if not (text.isascii() and text.isdigit()) or int(text) == 0:
        raise ValueError(f"{text!r} is not a whole number above 0")
    return int(text)


def read_seconds(text: str) -> timedelta:
    """A time in seconds, above 0 and at most 60."""
    try:
        seconds = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number of seconds") from None
    if not seconds.is_finite() or not 0 < seconds <= 60:
        raise ValueError(f"{text!r} is not above 0 and at most 60 seconds")
    return timedelta(seconds=float(seconds))


def read_moment(text: str) -> datetime:
    """An ISO date-time that says its offset."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is not an ISO date-time such as 2026-04-25T10:00:00+02:00") from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset; write it as 2026-04-25T10:00:00+02:00")
    return moment


def read_timezone(text: str) -> ZoneInfo:
    """An IANA time zone."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"{text!r} is not an IANA time zone such as Europe/Amsterdam") from None


def read_base_url(text: str) -> str:
    """An absolute http(s) URL, without a slash at its end."""
    parts = _split_url(text)
    if parts.username or parts.query or parts.fragment:
        raise ValueError(f"{text!r} holds more than scheme, host and path")
    return text.rstrip("/")


def read_origins(text: str) -> tuple[str, ...]:
    """Origins as a browser sends them, or `*`."""
    origins = _split_list(text)
    for origin in origins:
        if origin != "*" and _split_url(origin).path:
            raise ValueError(f"{origin!r} is not an origin such as https://ehr.example.org (no path, no slash at the end)")
    return origins


def read_servers(text: str) -> tuple[str, ...]:
    """FHIR base URLs; https, unless loopback."""
    return tuple(read_server(server) for server in _split_list(text))


def read_server(text: str) -> str:
    """One FHIR base URL; https, unless loopback."""
    _require_https(text, _split_url(text))
    return read_base_url(text)


def read_networks(text: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    """IP networks, none of them all there is."""
    networks = []
    for part in _split_list(text):
        try:
            network = ipaddress.ip_network(part)
        except ValueError:
            raise ValueError(f"{part!r} is not a network such as 10.20.0.0/16") from None
        if network.prefixlen == 0:
            raise ValueError(f"{part!r} is every address there is; list the networks that are meant")
        networks.append(network)
    return tuple(networks)


def read_url(text: str) -> str:
    """A URL with all that belongs to it, as it is; https, unless loopback."""
    parts = _split_url(text)
    if parts.username or parts.fragment or not text.isprintable() or " " in text:
        raise ValueError(f"{text!r} holds more than scheme, host, path and query")
    return _require_https(text, parts)


def read_redis_url(text: str) -> str:
    """Where a Redis is. It may hold a password, so it is never repeated."""
    parts = urlsplit(text)
    if parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise ValueError("is not the URL of a Redis such as rediss://:password@redis.example.org:6379/0")
    return text


def read_age(text: str) -> timedelta:
    """An age in whole seconds, at most a week."""
    return _read_age(text, timedelta(weeks=1))


def read_token_age(text: str) -> timedelta:
    """The age of a token in whole seconds, at most an hour: each used one is remembered as long."""
    return _read_age(text, timedelta(hours=1))


def read_file(text: str) -> Path:
    """A file that is there."""
    path = Path(text)
    if not path.is_file():
        raise ValueError(f"{text!r} is not a file")
    return path


def read_rate(text: str) -> str:
    """So many in a second, a minute or an hour."""
    if not re.fullmatch(r"[1-9][0-9]{0,8}/(second|minute|hour)", text):
        raise ValueError(f"{text!r} is not a number of calls in a time such as 600/minute (or /second, /hour)")
    return text


def read_new_file(text: str) -> Path:
    """A file that is there or can be: its folder is."""
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(f"{text!r} is not a file in a folder that exists")
    return path


def read_folder(text: str) -> Path:
    """A folder that is there."""
    path = Path(text)
    if not path.is_dir():
        raise ValueError(f"{text!r} is not a folder")
    return path


def _read_choice(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(f"{text!r} is none of {', '.join(choices)}")
    return text


def _read_age(text: str, most: timedelta) -> timedelta:
    age = timedelta(seconds=min(read_count(text), 10**9))
    if age > most:
        raise ValueError(f"{text!r} is over {most.total_seconds():.0f} seconds")
    return age


def _split_list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _require_https(text: str, parts: SplitResult) -> str:
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError(f"{text!r} is not https")
    return text


def _split_url(text: str) -> SplitResult:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{text!r} is not an absolute URL such as https://cds.example.org")
    return parts
