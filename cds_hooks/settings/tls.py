"""TLS of our own, for a site without a proxy: certificate and key go together."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from cds_hooks.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files of the certificate chain and of its key."""

    certificate: Path
    key: Path


def decide_tls(certificate: Path | None, key: Path | None) -> Tls | None:
    """Both or neither, and fitting each other. Raises SettingsError."""
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        lacking = "CDS_HOOKS_TLS_CERT" if certificate is None else "CDS_HOOKS_TLS_KEY"
        raise SettingsError(f"{lacking}: is not set; certificate and key go together")
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(certificate, key)
    except (ssl.SSLError, OSError):
        raise SettingsError("CDS_HOOKS_TLS_CERT, CDS_HOOKS_TLS_KEY: are no PEM certificate chain with its key") from None
    return Tls(certificate, key)
