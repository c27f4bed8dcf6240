"""A client's JWT: read without trust, then its signature and claims checked one by one (checklist S163 to S174).

The library does the signature, the algorithm against the kind of key, and the registered claims. What it leaves open stands
here: one list of algorithms per client, no critical headers, a lifetime of our own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from joserfc.errors import ClaimError, JoseError
from joserfc.jws import CompactSignature, JWSRegistry, extract_compact, validate_compact
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from cds_hooks.errors import Unauthorized
from cds_hooks.server.trust.jwk_set import MAX_KID, Key

#: How far the clock of a client may be from ours (S174).
SKEW = timedelta(seconds=60)

#: One header line of gunicorn's default size, and more than any client sends.
_MAX_TOKEN = 8000
_MAX_HEADER = 2048
_MAX_JTI = 256
_BEARER = re.compile(r"bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)", re.IGNORECASE)

#: What is asked of a token; other claims (Epic's `sub`) are not looked at (S164).
_CLAIMS = ("iss", "aud", "exp", "iat", "nbf", "jti")


class _Registry(JWSRegistry):
    max_header_length = _MAX_HEADER


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it came: nothing of it is proven until its signature is."""

    signed: CompactSignature = field(repr=False)
    algorithm: str
    kid: str
    jku: str | None
    issuer: str
    claims: Mapping[str, Any] = field(repr=False)

    @property
    def jti(self) -> str:
        """The token's own id; empty where it has none that is text."""
        jti = self.claims.get("jti")
        return jti if isinstance(jti, str) else ""


def read_token(authorization: str | None) -> Token:
    """The token of an Authorization header. Raises Unauthorized for whatever has not the form of one."""
    if not authorization:
        raise Unauthorized("no token")
    found = _BEARER.fullmatch(authorization) if len(authorization) <= _MAX_TOKEN else None
    if found is None:
        raise Unauthorized("not one Bearer token in three parts, or too long")
    try:
        signed = extract_compact(found[1].encode(), registry=_Registry())
        header, claims = signed.headers(), orjson.loads(signed.payload)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        raise Unauthorized("header or claims cannot be read") from None
    if not isinstance(header, dict):
        raise Unauthorized("header or claims cannot be read")
    if not isinstance(claims, dict) or not isinstance(claims.get("iss"), str):
        raise Unauthorized("claim iss is missing or no text")
    kid = _check_header(header)
    return Token(signed, header["alg"], kid, header.get("jku"), claims["iss"], claims)


def verify_signature(token: Token, key: Key, algorithms: Sequence[str]) -> None:
    """Raises Unauthorized unless this very key made the signature, by one of these algorithms and one that is the key's."""
    try:
        is_genuine = validate_compact(token.signed, key, registry=_Registry(algorithms=algorithms, strict_check_header=False))
    except (JoseError, ValueError, TypeError):
        raise Unauthorized("header, algorithm and key do not go together") from None
    if not is_genuine:
        raise Unauthorized("the signature is not by this key")


def check_claims(token: Token, *, audiences: Sequence[str], now: datetime, max_age: timedelta) -> datetime:
    """The moment from which this token is refused for its age. Raises Unauthorized where it is not for us, not now, or lacks
    a required claim (S164, S165)."""
    claims = {name: token.claims[name] for name in _CLAIMS if name in token.claims}
    options: dict[str, ClaimsOption] = {name: {"essential": True} for name in ("iss", "exp", "iat", "jti")}
    options["aud"] = {"essential": True, "values": list(audiences)}
    try:
        JWTClaimsRegistry(int(now.timestamp()), int(SKEW.total_seconds()), **options).validate(claims)
    except ClaimError as error:
        raise Unauthorized(f"claims: {error.error}: {error.description}") from None
    if len(token.jti) > _MAX_JTI:
        raise Unauthorized("claim jti is too long")
    end = min(claims["iat"] + max_age.total_seconds(), claims["exp"]) + SKEW.total_seconds()
    if end < now.timestamp():
        raise Unauthorized("older than tokens may be here")
    return datetime.fromtimestamp(end, now.tzinfo)


def _check_header(header: Mapping[str, Any]) -> str:
    kid = header.get("kid")
    if not isinstance(kid, str) or not 0 < len(kid) <= MAX_KID:
        raise Unauthorized("header kid is missing, no text, or too long")
    if not isinstance(header.get("typ"), str) or header["typ"].upper() != "JWT":
        raise Unauthorized("header typ is not JWT")
    if not isinstance(header.get("alg"), str):
        raise Unauthorized("header alg is no text")
    if "crit" in header or "b64" in header:
        raise Unauthorized("header asks for an extension that is not known here")
    return kid
