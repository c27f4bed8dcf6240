"""Lets in who shows a token of a registered client, once; says of everybody else only in the log why not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cds_hooks.errors import CannotCheckCaller, SettingsError, TrustStoreError, Unauthorized
from cds_hooks.fhir.addresses import Reach
from cds_hooks.hooks.caller import Caller
from cds_hooks.server.trust.jwk_set import holds_private_key, read_jwk_set
from cds_hooks.server.trust.key_ring import KeyRing
from cds_hooks.server.trust.key_source import KeyFile, KeySource, KeyUrl
from cds_hooks.server.trust.token import Token, check_claims, read_token, verify_signature
from cds_hooks.server.trust.used_tokens import TokensInMemory, TokensInRedis, UsedTokens
from cds_hooks.settings import Settings
from cds_hooks.settings.clients import Client

#: Takes what the log may know of a token, as soon as it is known: `client`, `iss`, `jti`.
Note = Callable[[str, str], None]

#: A further check of the client of this name, that raises Unauthorized where it fails (a certificate, for instance).
Vouch = Callable[[str], None]


def _read_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Registered:
    """A client of the clients file, and its keys."""

    client: Client
    keys: KeyRing


@dataclass(frozen=True, slots=True)
class Gate:
    """The clients by issuer, and what keeps their tokens from serving twice."""

    clients: Mapping[str, Registered]
    used: UsedTokens
    max_age: timedelta
    now: Callable[[], datetime] = _read_clock

    def identify(self, authorization: str | None, *, audiences: Sequence[str], note: Note, vouch: Vouch | None = None) -> Caller:
        """Who calls. `audiences`: the URLs that a token for this endpoint may be for. Raises Unauthorized (401), or
        CannotCheckCaller (503) where the keys or the record of used tokens cannot be had."""
        token = read_token(authorization)
        note("iss", token.issuer)
        note("jti", token.jti)
        registered = self.clients.get(token.issuer)
        if registered is None:
            raise Unauthorized("the issuer is no client's")
        client = registered.client
        note("client", client.name)
        try:
            _verify(token, registered)
            end = check_claims(token, audiences=[*audiences, *client.audiences], now=self.now(), max_age=self.max_age)
            _check_tenant(token, client)
            if vouch:
                vouch(client.name)
            self._use(token, end)
        except TrustStoreError as error:
            note("unreachable", str(error))
            raise CannotCheckCaller("could not be checked now; try again later", element="Authorization") from None
        return Caller(client.name, client.profile, client.fhir_servers)

    def find_unready(self) -> tuple[str, ...]:
        """What is not ready to serve."""
        try:
            self.used.check()
        except TrustStoreError:
            return ("record of used tokens",)
        return ()

    def _use(self, token: Token, end: datetime) -> None:
        """Last of all: a token that was refused for another reason has not been used (S171)."""
        seconds = math.ceil((end - self.now()).total_seconds()) + 1
        if not self.used.use(token.issuer, token.jti, seconds=max(1, seconds)):
            raise Unauthorized("the token was used before")


def open_gate(settings: Settings) -> Gate:
    """The gate of these settings. Raises SettingsError where the keys in a client's file cannot serve."""
    registered = {client.issuer: Registered(client, _open_keys(client, settings)) for client in settings.clients}
    used = TokensInRedis(settings.redis_url) if settings.redis_url else TokensInMemory()
    return Gate(registered, used, settings.max_token_age)


def _verify(token: Token, registered: Registered) -> None:
    client = registered.client
    if client.jwks_url and token.jku not in (None, client.jwks_url):
        raise Unauthorized("header jku is not the URL of this client's keys")
    if token.algorithm not in client.algorithms:
        raise Unauthorized("signed by an algorithm that is not this client's")
    key = registered.keys.find(token.kid)
    if key is None:
        raise Unauthorized("no key of this kid in the client's set")
    verify_signature(token, key, client.algorithms)


def _check_tenant(token: Token, client: Client) -> None:
    if client.tenants and token.claims.get("tenant") not in client.tenants:
        raise Unauthorized("claim tenant is not one of this client's")


def _open_keys(client: Client, settings: Settings) -> KeyRing:
    if client.jwks_file is None:
        assert client.jwks_url is not None
        return _open_ring(client, KeyUrl(client.jwks_url, Reach(settings.private_networks)), settings)
    source = KeyFile(client.jwks_file)
    try:
        _check_file(source.read())
    except TrustStoreError as error:
        raise SettingsError(f"CDS_HOOKS_CLIENTS: the jwks_file of client '{client.name}' {error}") from None
    return _open_ring(client, source, settings)


def _check_file(content: bytes) -> None:
    if holds_private_key(content):
        raise TrustStoreError("holds a private key; keep that with the client, and write only the public one here")
    if not read_jwk_set(content):
        raise TrustStoreError("holds no usable key; each needs a kid, and is RSA of 2048 bits or more, or EC")


def _open_ring(client: Client, source: KeySource, settings: Settings) -> KeyRing:
    return KeyRing(client.name, source, max_age=settings.jwks_max_age)
