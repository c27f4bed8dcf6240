"""A JWK Set as the keys that may verify a signature; whatever else stands in it is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from cds_hooks.errors import TrustStoreError

Key = ECKey | RSAKey

#: More than any client needs; a set of thousands is an attack or a mistake.
MAX_KEYS = 100
MAX_KID = 256
#: NIST SP 800-131A: shorter ones are broken in reach; longer ones only cost time.
_RSA_BITS = range(2048, 8193)

#: Members that matter: others (`x5c`, `x5u`) are neither believed nor a reason to refuse the key.
_MEMBERS = {
    "EC": ("kty", "kid", "use", "alg", "key_ops", "crv", "x", "y"),
    "RSA": ("kty", "kid", "use", "alg", "key_ops", "n", "e"),
}


def read_jwk_set(content: bytes) -> Mapping[str, Key]:
    """The usable public keys by `kid`. A kid that stands twice names no key (S163). Raises TrustStoreError for what is no JWK
    Set, so that a page of HTML does not take away the keys that are known."""
    entries = _read_entries(content)
    keys = [(entry["kid"], key) for entry in entries if (key := _read_key(entry)) is not None]
    kids = Counter(kid for kid, _ in keys)
    return {kid: key for kid, key in keys if kids[kid] == 1}


def holds_private_key(content: bytes) -> bool:
    """Whether a secret stands in a set that is meant to be public."""
    return any("d" in entry or entry.get("kty") == "oct" for entry in _read_entries(content) if isinstance(entry, dict))


def _read_entries(content: bytes) -> list[Any]:
    try:
        document = orjson.loads(content)
    except ValueError:
        raise TrustStoreError("is not JSON") from None
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise TrustStoreError("is no JWK Set: no list of keys")
    if len(entries) > MAX_KEYS:
        raise TrustStoreError(f"is a JWK Set of more than {MAX_KEYS} keys")
    return entries


def _read_key(entry: Any) -> Key | None:
    """The key, unless it is of another kind or use, private, too weak, or no key at all (a point off its curve)."""
    if not isinstance(entry, dict) or not _is_named(entry.get("kid")) or "d" in entry:
        return None
    kind = entry.get("kty")
    if kind not in ("EC", "RSA") or entry.get("use", "sig") != "sig":
        return None
    try:
        members = {name: entry[name] for name in _MEMBERS[kind] if name in entry}
        key: Key = ECKey.import_key(members) if kind == "EC" else RSAKey.import_key(members)
        key.check_key_op("verify")
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
        return None
    return None if isinstance(key, RSAKey) and key.public_key.key_size not in _RSA_BITS else key


def _is_named(kid: Any) -> bool:
    return isinstance(kid, str) and 0 < len(kid) <= MAX_KID
