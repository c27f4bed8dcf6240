"""Where calls are audited, and the site's secret that patients are hashed with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cds_hooks.errors import SettingsError

#: A shorter secret could be found by trying, and with it every patient id.
LEAST_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """`path` grows to `max_bytes`, then is set aside under a name with the moment; nothing is ever deleted."""

    path: Path
    secret: bytes = field(repr=False)
    max_bytes: int


def decide_audit(path: Path | None, secret_file: Path | None, max_bytes: int) -> AuditSettings | None:
    """None where no file is named. Raises SettingsError where the secret lacks or is short."""
    if path is None:
        return None
    if secret_file is None:
        raise SettingsError("CDS_HOOKS_AUDIT_SECRET_FILE: is not set; an audit file needs it, to hash patients with")
    secret = secret_file.read_bytes().strip()
    if len(secret) < LEAST_SECRET_BYTES:
        raise SettingsError(f"CDS_HOOKS_AUDIT_SECRET_FILE: holds fewer than {LEAST_SECRET_BYTES} bytes")
    return AuditSettings(path, secret, max_bytes)
