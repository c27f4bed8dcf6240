"""Whether callers have to say who they are, and what that asks of the other settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cds_hooks.errors import SettingsError
from cds_hooks.settings.values import is_loopback

_GUIDE = "docs/registering-a-client.md shows how"


def decide_auth(given: Mapping[str, Any], host: str) -> str:
    """`off` or `required`, from the settings as read. Raises SettingsError where they do not go together."""
    auth = given["CDS_HOOKS_AUTH"]
    if auth == "required":
        _check_required(given, host)
    if auth is None and not is_loopback(host):
        raise SettingsError(
            f"CDS_HOOKS_AUTH: unset, and {host} is no loopback address; choose CDS_HOOKS_AUTH=off or CDS_HOOKS_AUTH=required"
        )
    return auth or "off"


def check_workers(auth: str, redis_url: str | None, workers: int) -> None:
    """Raises SettingsError where several workers could not tell each other which token was used."""
    if auth == "required" and workers > 1 and redis_url is None:
        raise SettingsError(
            f"CDS_HOOKS_REDIS_URL: unset, and {workers} workers could each take the same token once; "
            "set it to a Redis that they share, or serve with --workers 1"
        )


def _check_required(given: Mapping[str, Any], host: str) -> None:
    if given["CDS_HOOKS_CLIENTS"] is None:
        raise SettingsError(
            f"CDS_HOOKS_CLIENTS: unset, and authentication is required; set the path of a clients file ({_GUIDE})"
        )
    if given["CDS_HOOKS_NOW"] is not None:
        raise SettingsError("CDS_HOOKS_NOW: is refused while authentication is required; unset it, or set CDS_HOOKS_AUTH=off")
    if given["CDS_HOOKS_BASE_URL"] is None and not is_loopback(host):
        raise SettingsError(
            f"CDS_HOOKS_BASE_URL: unset, and {host} is no loopback address; set the public URL, which a token's aud has to match"
        )
