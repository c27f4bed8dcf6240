"""Made-up clients of the service: their keys, and tokens that are as they should be or not. Keys are made anew in each run."""

from __future__ import annotations

import base64
import json
import time
import uuid
from functools import cache
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

Json = dict[str, Any]

BASE = "https://cds.example.org"
SIGN = "/cds-services/medication-order-sign"
ISSUER = "https://ehr.example.org"

_ALL_ALGORITHMS = sorted(JWSRegistry.algorithms)


@cache
def make_ec_key(label: str, kid: str = "key-1", curve: str = "P-384") -> ECKey:
    """One key for each label."""
    return ECKey.generate_key(curve, {"kid": kid, "use": "sig"})


@cache
def make_rsa_key(label: str, kid: str = "rsa-1", bits: int = 2048) -> RSAKey:
    """One key for each label."""
    return RSAKey.generate_key(bits, {"kid": kid, "use": "sig"})


def write_jwks(*keys: Any) -> str:
    """The public JWK Set of some keys; what is no key stands in it as it is."""
    entries = [key.as_dict(private=False) if isinstance(key, ECKey | RSAKey) else key for key in keys]
    return json.dumps({"keys": entries})


def compose_claims(**changes: Any) -> Json:
    """Claims of a token for the sign service, valid for five minutes from now; a change to None takes the claim away."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": BASE + SIGN, "exp": now + 300, "iat": now, "jti": str(uuid.uuid4()), "tenant": "a", **changes}
    return {name: value for name, value in claims.items() if value is not None}


def sign(claims: Json, key: Any, **header: Any) -> str:
    """A signed token; ES384 and the key's kid unless the header says otherwise (None: left out)."""
    full = {"alg": "ES384", "kid": key.kid, "typ": "JWT", **header}
    given = {name: value for name, value in full.items() if value is not None}
    registry = JWSRegistry(algorithms=_ALL_ALGORITHMS, strict_check_header=False)
    return jwt.encode(given, claims, key, registry=registry, default_type=None)


def sign_raw(header: Any, claims: Any, make_signature: Any) -> str:
    """A token whose parts no library would write; `make_signature` is given what is to be signed."""
    signed = f"{encode(json.dumps(header).encode())}.{encode(json.dumps(claims).encode())}"
    return f"{signed}.{encode(make_signature(signed.encode()))}"


def encode(content: bytes) -> str:
    """base64url without padding, as JOSE has it."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def bear(token: str) -> dict[str, str]:
    """The header that carries it."""
    return {"Authorization": f"Bearer {token}"}
