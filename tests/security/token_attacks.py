"""Attacks on the tokens of clients: what each sends, and for which reason (in the log alone) it has to be refused.

The service that is attacked knows `ward-ehr` (by file; ES384, RS384; tenants a and b), `other-ehr` (by file, with a key of
the same kid), and `odd-ehr` (by URL; its set holds keys that must not be used).
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256, sha384
from typing import Any

from joserfc import jwe
from joserfc.jwk import ECKey, OctKey, RSAKey
from joserfc.jws import serialize_compact

from tests.security.attack_keys import (
    ATTACKER,
    FOR_ENCRYPTION,
    NO_VERIFYING,
    ODD_ISSUER,
    OF_ES512,
    OFF_CURVE,
    OTHER,
    OTHER_ISSUER,
    PRIVATE,
    SHARED,
    TWICE,
    WARD,
    WARD_RSA,
    WEAK,
)
from tests.security.token_maker import BASE, ISSUER, SIGN, compose_claims, encode, sign, sign_raw


@dataclass(frozen=True)
class Attack:
    """`send` makes the Authorization header; `reason` is part of what the log says."""

    name: str
    reason: str
    send: Callable[[], str]


ATTACKS: list[Attack] = []


def attack(name: str, reason: str, send: Callable[[], str]) -> None:
    ATTACKS.append(Attack(name, reason, send))


def bearer(make: Callable[[], str]) -> Callable[[], str]:
    return lambda: f"Bearer {make()}"


def claiming(**changes: Any) -> Callable[[], str]:
    """An honest signature under these claims."""
    return bearer(lambda: sign(compose_claims(**changes), WARD))


def heading(key: ECKey | RSAKey = WARD, **header: Any) -> Callable[[], str]:
    """Honest claims under this header."""
    return bearer(lambda: sign(compose_claims(), key, **header))


def odd(key: Any, **header: Any) -> Callable[[], str]:
    """Signed by a key that stands in the odd client's set."""
    return bearer(lambda: sign(compose_claims(iss=ODD_ISSUER), key, **header))


def raw(header: dict[str, Any], make_signature: Callable[[bytes], bytes], claims: Any = None) -> Callable[[], str]:
    full = {"typ": "JWT", "kid": "key-1", **header}
    return bearer(lambda: sign_raw(full, compose_claims() if claims is None else claims, make_signature))


def odd_raw(**header: Any) -> Callable[[], str]:
    return raw({"alg": "ES384", **header}, lambda _: b"x", compose_claims(iss=ODD_ISSUER))


def parts(header: bytes, claims: bytes) -> Callable[[], str]:
    """These very bytes, under a signature of one byte."""
    return lambda: f"Bearer {encode(header)}.{encode(claims)}.eA"


def tamper(change: Callable[[list[str]], list[str]]) -> Callable[[], str]:
    """An honest token of which the parts are then changed."""
    return bearer(lambda: ".".join(change(sign(compose_claims(), WARD).split("."))))


FORM = "not one Bearer token"
READ = "cannot be read"
ALGORITHM = "signed by an algorithm that is not this client's"
NO_KEY = "no key of this kid"
SIGNATURE = "the signature is not by this key"
TOGETHER = "header, algorithm and key do not go together"
EXTENSION = "an extension that is not known here"

# Without a signature, or with one of another kind.
for spelling in ("none", "None", "NONE", "nOnE", ""):
    attack(f"alg '{spelling}' with a made-up signature", ALGORITHM, raw({"alg": spelling}, lambda _: b"x"))
attack("alg none without a signature", FORM, raw({"alg": "none"}, lambda _: b""))
attack("the signature cut off", FORM, tamper(lambda parts: [*parts[:2], ""]))
attack("only two parts", FORM, tamper(lambda parts: parts[:2]))
for label, secret in {
    "PEM": WARD_RSA.as_pem(private=False),
    "DER": WARD_RSA.as_der(private=False),
    "JWK": json.dumps(WARD_RSA.as_dict(private=False)).encode(),
}.items():
    attack(
        f"HS256 with the public key as {label} for secret",
        ALGORITHM,
        raw({"alg": "HS256", "kid": "rsa-1"}, lambda signed, secret=secret: hmac.digest(secret, signed, sha256)),
    )
attack(
    "HS384 with the public EC key for secret",
    ALGORITHM,
    raw({"alg": "HS384"}, lambda signed: hmac.digest(WARD.as_pem(private=False), signed, sha384)),
)
attack("HS256 with an empty secret", ALGORITHM, raw({"alg": "HS256"}, lambda signed: hmac.digest(b"", signed, sha256)))
for algorithm in ("RS256", "RS512", "PS384"):
    attack(f"{algorithm}, which the client has not listed", ALGORITHM, heading(WARD_RSA, alg=algorithm))
attack("ES384 by a key for RSA", TOGETHER, raw({"alg": "ES384", "kid": "rsa-1"}, lambda _: b"x" * 96))
attack("RS384 by a key for EC", TOGETHER, raw({"alg": "RS384"}, lambda _: b"x" * 256))
attack("an algorithm that there is not", ALGORITHM, raw({"alg": "XX999"}, lambda _: b"x"))
attack("alg as a number", "alg is no text", raw({"alg": 384}, lambda _: b"x"))
attack("no alg", READ, raw({}, lambda _: b"x"))
attack("a signature of zeros", SIGNATURE, raw({"alg": "ES384"}, lambda _: bytes(96)))
attack("a signature of the order of the curve", SIGNATURE, raw({"alg": "ES384"}, lambda _: b"\xff" * 96))
attack("a signature of one byte", SIGNATURE, raw({"alg": "ES384"}, lambda _: b"x"))
attack("a signature in DER", SIGNATURE, raw({"alg": "ES384"}, lambda _: b"\x30\x06\x02\x01\x01\x02\x01\x01"))
attack("a signature of 1,000 bytes", SIGNATURE, raw({"alg": "ES384"}, lambda _: b"x" * 700))
attack("signed by a stranger's key", SIGNATURE, heading(ATTACKER))
attack(
    "claims of another token",
    SIGNATURE,
    tamper(lambda parts: [parts[0], encode(json.dumps(compose_claims()).encode()), parts[2]]),
)
attack("a header of another token", SIGNATURE, tamper(lambda parts: [sign({}, WARD, cty="x").split(".")[0], *parts[1:]]))

# Which key.
for kid in (
    "key-2",
    "../../../../dev/null",
    "/etc/passwd",
    "' OR 1=1 --",
    "https://evil.example.org/jwks",
    "key-1\x00",
    "KEY-1",
    "*",
):
    attack(f"kid {kid!r}", NO_KEY, heading(kid=kid))
for wrong in ("", 1, ["key-1"], "k" * 300, None):
    attack(f"kid {str(wrong)[:12]!r}", "header kid is missing", raw({"alg": "ES384", "kid": wrong}, lambda _: b"x"))
attack("the kid of another client's key", SIGNATURE, bearer(lambda: sign(compose_claims(), OTHER)))
attack("another client's name on one's own token", SIGNATURE, bearer(lambda: sign(compose_claims(iss=OTHER_ISSUER), WARD)))
attack("the key in the header", NO_KEY, heading(ATTACKER, kid="mine", jwk=ATTACKER.as_dict(private=False)))
attack("the key in the header, under a known kid", SIGNATURE, heading(ATTACKER, jwk=ATTACKER.as_dict(private=False)))
attack("a certificate in the header", SIGNATURE, heading(ATTACKER, x5c=[encode(ATTACKER.as_der(private=False))]))
attack("the URL of a certificate in the header", SIGNATURE, heading(ATTACKER, x5u="https://evil.example.org/cert.pem"))
attack("the jku of a stranger", "header jku is not", odd(ATTACKER, jku="https://evil.example.org/jwks"))
attack("a jku on the cloud's own network", "header jku is not", odd(ATTACKER, jku="http://169.254.169.254/latest/meta-data"))
attack("a jku of a file", "header jku is not", odd_raw(jku="file:///etc/passwd"))
attack("a jku that is no text", "header jku is not", odd_raw(jku=["https://odd.example.org/jwks"]))
attack("RS384 by a key of 1,024 bits", NO_KEY, odd(WEAK, alg="RS384"))
attack(
    "ES384 by a key on P-256", TOGETHER, raw({"alg": "ES384", "kid": "p256"}, lambda _: b"x" * 96, compose_claims(iss=ODD_ISSUER))
)
attack("by a key for encryption", NO_KEY, odd(FOR_ENCRYPTION))
attack("by a key that may not verify", NO_KEY, odd(NO_VERIFYING))
attack("by a key for another algorithm", TOGETHER, odd(OF_ES512))
attack("by a key whose kid stands twice", NO_KEY, odd(TWICE))
attack("by a key whose private half was published", NO_KEY, odd(PRIVATE))
attack("by a shared secret in the set", ALGORITHM, odd(SHARED, alg="HS384"))
attack("by a key whose point is not on its curve", NO_KEY, odd(OFF_CURVE))
attack("by a key that is none", NO_KEY, raw({"alg": "RS384", "kid": "broken"}, lambda _: b"x", compose_claims(iss=ODD_ISSUER)))

# Who, for whom, when.
for issuer in ("https://evil.example.org", f"{ISSUER}/", ISSUER.upper(), f"{ISSUER}.evil.example", "", " " + ISSUER):
    attack(f"iss {issuer!r}", "the issuer is no client's", claiming(iss=issuer))
for no_text in (5, [ISSUER], {"a": ISSUER}, True):
    attack(f"iss {no_text!r}", "claim iss is missing or no text", claiming(iss=no_text))
for audience in (
    "https://other-service.example.org/cds-services/medication-order-sign",
    BASE,
    f"{BASE}/cds-services",
    f"{BASE}/cds-services/medication-order-select",
    f"{BASE}{SIGN}/",
    f"{BASE}{SIGN}/feedback",
    f"{BASE}{SIGN}?x=1",
    SIGN,
    f"http://localhost{SIGN}",
    f"HTTPS://cds.example.org{SIGN}",
    "*",
    "",
    [],
    ["https://other.example.org"],
    [None, 5],
    5,
    {"a": BASE + SIGN},
):
    attack(f"aud {audience!r}", "claims: ", claiming(aud=audience))
for tenant in ("c", "", "A", ["a"], 1, {"a": "a"}, True, None):
    attack(f"tenant {tenant!r}", "claim tenant", claiming(tenant=tenant))
attack("expired", "expired_token", bearer(lambda: sign(compose_claims(exp=int(time.time()) - 70), WARD)))
attack("expired years ago", "expired_token", claiming(iat=1_000_000_000, exp=1_000_000_300))
attack(
    "good for ten years, made an hour ago",
    "older than",
    bearer(lambda: sign(compose_claims(iat=int(time.time()) - 3600, exp=2**40), WARD)),
)
attack("made at the beginning of time", "older than", claiming(iat=0, exp=2**40))
attack("made before time", "older than", claiming(iat=-(2**62), exp=2**40))
attack("made tomorrow", "invalid_claim", bearer(lambda: sign(compose_claims(iat=int(time.time()) + 86_400, exp=2**40), WARD)))
attack("not valid yet", "invalid_claim", bearer(lambda: sign(compose_claims(nbf=int(time.time()) + 120), WARD)))
for name in ("exp", "iat", "nbf"):
    for time_that_is_none in ("2030-01-01", "1", True, [], {}, 1e308):
        if name == "exp" and time_that_is_none == 1e308:
            continue  # a far end is no attack: the token is taken for 15 minutes all the same
        attack(f"{name} {time_that_is_none!r}", "claims: ", claiming(**{name: time_that_is_none}))
for infinite in ("NaN", "Infinity", "-Infinity", "1e999", "9" * 5000):
    attack(
        f"exp {infinite[:9]}",
        "",
        bearer(lambda infinite=infinite: _sign_text(json.dumps(compose_claims(exp=0)).replace('"exp": 0', f'"exp": {infinite}'))),
    )
for required in ("iss", "aud", "exp", "iat", "jti"):
    reason = "claim iss is missing" if required == "iss" else f"missing_claim: Missing claim: '{required}'"
    attack(f"no {required}", reason, claiming(**{required: None}))
for jti in ("", 5, ["a"], "j" * 257, True):
    attack(f"jti {str(jti)[:9]!r}", "jti", claiming(jti=jti))

# How it is written.
for typ in (None, "JOSE", "at+jwt", 5, ""):
    attack(f"typ {typ!r}", "header typ is not JWT", raw({"alg": "ES384", "typ": typ}, lambda _: b"x"))
attack("a critical header that nobody knows", EXTENSION, raw({"alg": "ES384", "crit": ["made-up"], "made-up": 1}, lambda _: b"x"))
attack("a critical header that we know", EXTENSION, raw({"alg": "ES384", "crit": ["exp"], "exp": 1}, lambda _: b"x"))
attack("an empty list of critical headers", EXTENSION, raw({"alg": "ES384", "crit": []}, lambda _: b"x"))
attack("critical headers that are no list", EXTENSION, raw({"alg": "ES384", "crit": "b64"}, lambda _: b"x"))
attack("claims that are not encoded", READ, raw({"alg": "ES384", "b64": False}, lambda _: b"x"))
attack("claims that are not encoded, critical", "", raw({"alg": "ES384", "b64": False, "crit": ["b64"]}, lambda _: b"x"))
for claims in ([], "iss", 5, None, [ISSUER]):
    attack(
        f"claims {claims!r}",
        "claim iss is missing",
        bearer(lambda claims=claims: sign_raw({"alg": "ES384", "kid": "key-1", "typ": "JWT"}, claims, lambda _: b"x")),
    )
for header in ([], ["alg"], "alg", 5, None, {}):
    attack(f"header {header!r}", READ, bearer(lambda header=header: sign_raw(header, compose_claims(), lambda _: b"x")))
attack("claims 2,000 levels deep", READ, parts(b'{"alg":"ES384"}', b"[" * 2000))
attack("a header 1,400 levels deep", READ, parts(b"[" * 1400, b"{}"))
attack("claims that are not UTF-8", READ, parts(b'{"alg":"ES384"}', b'{"iss": "\xff"}'))
attack("a huge token", FORM, claiming(extra="x" * 20_000))
attack("a huge header", READ, heading(extra="x" * 4_000))
attack(
    "an encrypted token",
    FORM,
    bearer(lambda: jwe.encrypt_compact({"alg": "dir", "enc": "A128GCM"}, b"{}", OctKey.generate_key(128))),
)
attack("a token as JSON", FORM, lambda: 'Bearer {"payload":"e30","signatures":[]}')
attack("padding", FORM, tamper(lambda parts: [*parts[:2], parts[2] + "=="]))
attack("the other alphabet of base64", FORM, tamper(lambda parts: [*parts[:2], parts[2][:-2] + "+/"]))
attack("bits that say nothing", READ, lambda: "Bearer eyJh.e31.eA")
attack("white space inside", FORM, tamper(lambda parts: [parts[0], " " + parts[1], parts[2]]))
attack("two tokens", FORM, lambda: f"Bearer {sign(compose_claims(), WARD)} {sign(compose_claims(), WARD)}")
attack("two tokens with a comma", FORM, lambda: f"Bearer {sign(compose_claims(), WARD)}, Bearer {sign(compose_claims(), WARD)}")
attack("another scheme", FORM, lambda: f"Basic {sign(compose_claims(), WARD)}")
attack("the scheme twice", FORM, lambda: f"Bearer Bearer {sign(compose_claims(), WARD)}")
attack("no scheme", FORM, lambda: sign(compose_claims(), WARD))
attack("no space", FORM, lambda: f"Bearer{sign(compose_claims(), WARD)}")
attack("a scheme alone", FORM, lambda: "Bearer")
attack("nothing at all", "no token", lambda: "")
attack("letters of other alphabets", FORM, lambda: "Bearer \u0435yJh.e30.eA")


def _sign_text(claims: str) -> str:
    """An honest signature over claims that are no JSON, or numbers that are none."""
    return serialize_compact({"alg": "ES384", "kid": "key-1", "typ": "JWT"}, claims, WARD, algorithms=["ES384"])
