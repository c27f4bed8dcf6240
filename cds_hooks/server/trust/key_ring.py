"""The keys of one client as they are known here: kept, renewed, and asked for again when a new `kid` turns up (S167)."""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from threading import Lock

from cds_hooks.errors import TrustStoreError
from cds_hooks.server.trust.jwk_set import Key, read_jwk_set
from cds_hooks.server.trust.key_source import KeySource

LOGGER = logging.getLogger("cds_hooks.trust")

#: A key that was taken out of the set is used no longer than this.
RENEW_S = 300.0
#: The least time between two fetches, whoever asks for whatever kid.
RETRY_S = 10.0
#: The same, for keys that are known: a server that does not answer keeps one call in a minute waiting, not one in ten seconds.
RENEW_RETRY_S = 60.0
#: How long a kid that the set did not hold is not looked for again.
UNKNOWN_S = 60.0
_MAX_UNKNOWN = 1000


class KeyRing:
    """The keys of one issuer by `kid`. The set is fetched once for many calls; while it cannot be had, what is known goes on
    until `max_age`. `clock` counts seconds and never jumps."""

    def __init__(
        self, client: str, source: KeySource, *, max_age: timedelta, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._source = source
        self._max_age_s = max_age.total_seconds()
        self._clock = clock
        self._lock = Lock()
        self._keys: Mapping[str, Key] = {}
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._read_at: float | None = None
        self._tried_at: float | None = None
        self._failure = ""

    def find(self, kid: str) -> Key | None:
        """The key of this name; None where the set has none. Raises TrustStoreError where that cannot be known: the set was
        never fetched, is too old, or cannot be fetched now to look for a new key."""
        with self._lock:
            if self._is_due(kid):
                self._renew(kid)
            if self._failure and (kid not in self._keys or self._is_too_old()):
                raise TrustStoreError(f"the JWK Set {self._failure}")
            return self._keys.get(kid)

    def _is_due(self, kid: str) -> bool:
        now = self._clock()
        patience = RENEW_RETRY_S if kid in self._keys and not self._is_too_old() else RETRY_S
        if self._tried_at is not None and now - self._tried_at < patience:
            return False
        if self._read_at is None or now - self._read_at >= RENEW_S:
            return True
        return kid not in self._keys and now >= self._unknown.get(kid, now)

    def _is_too_old(self) -> bool:
        return self._read_at is None or self._clock() - self._read_at > self._max_age_s

    def _renew(self, kid: str) -> None:
        self._tried_at = self._clock()
        try:
            self._keys = read_jwk_set(self._source.read())
        except TrustStoreError as error:
            self._failure = str(error)
            LOGGER.warning("keys", extra={"client": self._client, "failed": self._failure})
            return
        self._failure = ""
        self._read_at = self._tried_at
        LOGGER.info("keys", extra={"client": self._client, "usable": len(self._keys)})
        if kid not in self._keys:
            self._note_unknown(kid)

    def _note_unknown(self, kid: str) -> None:
        self._unknown[kid] = self._clock() + UNKNOWN_S
        self._unknown.move_to_end(kid)
        while len(self._unknown) > _MAX_UNKNOWN:
            self._unknown.popitem(last=False)
