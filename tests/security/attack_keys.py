"""The keys of the service that is attacked (`token_attacks`), of its attacker, and a JWK Set of which no key may be used."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import ECKey, OctKey

from tests.security.token_maker import encode, make_ec_key, make_rsa_key, write_jwks

WARD, WARD_RSA = make_ec_key("ward"), make_rsa_key("ward")
OTHER = make_ec_key("other")
ATTACKER = make_ec_key("attacker")
OTHER_ISSUER, ODD_ISSUER = "https://other.example.org", "https://odd.example.org"

# Keys of the odd client.
WEAK = make_rsa_key("weak", "weak", 1024)
P256 = make_ec_key("p256", "p256", "P-256")
FOR_ENCRYPTION = make_ec_key("enc", "enc")
NO_VERIFYING = make_ec_key("ops", "ops")
OF_ES512 = make_ec_key("alg", "alg")
TWICE = make_ec_key("twice", "twice")
PRIVATE = make_ec_key("private", "private")
SHARED = OctKey.import_key({"kty": "oct", "kid": "shared", "k": encode(b"k" * 48)})
OFF_CURVE = make_ec_key("off", "off")


def compose_odd_set() -> str:
    """A JWK Set in which no key may be used."""
    off = OFF_CURVE.as_dict(private=False)
    return write_jwks(
        WEAK,
        P256,
        {**FOR_ENCRYPTION.as_dict(private=False), "use": "enc"},
        {**without(NO_VERIFYING, "use"), "key_ops": ["sign"]},
        {**OF_ES512.as_dict(private=False), "alg": "ES512"},
        TWICE,
        {**ATTACKER.as_dict(private=False), "kid": "twice"},
        {**PRIVATE.as_dict(private=True)},
        SHARED.as_dict(private=True),
        {**off, "y": off["x"]},
        {"kty": "RSA", "kid": "broken", "n": "!", "e": 3},
        "no key",
    )


def without(key: ECKey, *names: str) -> dict[str, Any]:
    return {name: value for name, value in key.as_dict(private=False).items() if name not in names}
