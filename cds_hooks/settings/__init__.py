"""The settings: every CDS_HOOKS_* variable in one table, read once at start, refused with a plain word where wrong."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cds_hooks.errors import SettingsError
from cds_hooks.hooks.profile import ClientProfile
from cds_hooks.hooks.request import Limits
from cds_hooks.settings import values
from cds_hooks.settings.audit import AuditSettings, decide_audit
from cds_hooks.settings.auth import decide_auth
from cds_hooks.settings.clients import Client, read_clients
from cds_hooks.settings.profile import read_profile
from cds_hooks.settings.proxy import NamingProxy, decide_proxy, read_header
from cds_hooks.settings.tls import Tls, decide_tls

#: Of one registered client, where the site says nothing: many times what a hospital's busiest minute brings.
_RATE_LIMIT = "6000/minute"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: its name, the default as one would write it, what it does, and how its text is read."""

    name: str
    default: str
    meaning: str
    read: Callable[[str], Any]


#: All settings. Empty default: none is set, `meaning` says what then happens. The README repeats this table.
SETTINGS = (
    Setting("CDS_HOOKS_AUDIT_FILE", "", "path of the audit file, one line of JSON per call; unset is none", values.read_new_file),
    Setting("CDS_HOOKS_AUDIT_MAX_BYTES", "104857600", "bytes after which the audit file is set aside", values.read_count),
    Setting(
        "CDS_HOOKS_AUDIT_SECRET_FILE",
        "",
        "path of the site's secret (32 bytes or more) that hashes patients there",
        values.read_file,
    ),
    Setting("CDS_HOOKS_AUTH", "", "`off` or `required`; unset is `off`, and only on loopback", values.read_auth),
    Setting(
        "CDS_HOOKS_BASE_URL",
        "",
        "public base URL, for links and the `aud` of tokens; unset is the address bound to",
        values.read_base_url,
    ),
    Setting("CDS_HOOKS_CARDS", "", "another folder instead of the shipped `cards/`", values.read_folder),
    Setting(
        "CDS_HOOKS_CHECK_RESPONSES",
        "on",
        "`on` or `off`: whether each answer is checked against CDS Hooks before it leaves",
        values.read_switch,
    ),
    Setting("CDS_HOOKS_CLIENTS", "", "path of the YAML file of clients; needed where auth is `required`", read_clients),
    Setting("CDS_HOOKS_CODE_MAP", "", "path of the site's own CSV of medicine codes (`docs/dutch-records.md`)", values.read_file),
    Setting(
        "CDS_HOOKS_CORS_ORIGINS",
        "",
        "comma-separated origins; unset is `*` with auth off on loopback, else none",
        values.read_origins,
    ),
    Setting(
        "CDS_HOOKS_FHIR_SERVERS",
        "",
        "comma-separated FHIR bases that may be asked; unset is loopback",
        values.read_servers,
    ),
    Setting("CDS_HOOKS_FHIR_TIMEOUT", "3", "seconds for all FHIR queries of one call together", values.read_seconds),
    Setting(
        "CDS_HOOKS_JWKS_MAX_AGE",
        "86400",
        "seconds that a client's keys are used while its JWK Set cannot be fetched; then 503",
        values.read_age,
    ),
    Setting("CDS_HOOKS_LANGUAGE", "en", "`en` or `nl`, where the call asks for neither", values.read_language),
    Setting("CDS_HOOKS_MAX_BODY", "10485760", "bytes of a call", values.read_count),
    Setting("CDS_HOOKS_MAX_DRAFTS", "1000", "draft orders of a call", values.read_count),
    Setting("CDS_HOOKS_MAX_ENTRIES", "50000", "entries in the prefetch of a call", values.read_count),
    Setting("CDS_HOOKS_MAX_FHIR_BYTES", "10485760", "bytes of one answer of a FHIR server", values.read_count),
    Setting(
        "CDS_HOOKS_MAX_SECONDS", "30", "seconds that one call may keep a worker; then both are broken off", values.read_count
    ),
    Setting(
        "CDS_HOOKS_MAX_TOKEN_AGE",
        "900",
        "seconds from its `iat` that a token is taken, whatever its `exp` says",
        values.read_token_age,
    ),
    Setting(
        "CDS_HOOKS_NOW",
        "",
        "ISO date-time with offset that stands for now; unset is the clock; refused with auth `required`",
        values.read_moment,
    ),
    Setting(
        "CDS_HOOKS_PRIVATE_NETWORKS",
        "",
        "comma-separated private networks (10.20.0.0/16) in which FHIR and key servers may lie; unset is none",
        values.read_networks,
    ),
    Setting(
        "CDS_HOOKS_PROFILE", "default", "a shipped client profile (`epic`, `oracle`, `sandbox`) or the path of one", read_profile
    ),
    Setting(
        "CDS_HOOKS_PROXY_ADDRESSES",
        "",
        "comma-separated networks that the proxy with client certificates calls from",
        values.read_networks,
    ),
    Setting("CDS_HOOKS_PROXY_HEADER", "", "the header in which that proxy names the client of the certificate", read_header),
    Setting(
        "CDS_HOOKS_RATE_LIMIT",
        "",
        "calls of one client: `600/minute`; unset is `6000/minute` where auth is `required`, else no limit",
        values.read_rate,
    ),
    Setting(
        "CDS_HOOKS_REDIS_URL",
        "",
        "Redis in which workers and hosts share which tokens were used; unset is the memory of one worker",
        values.read_redis_url,
    ),
    Setting("CDS_HOOKS_SITE", "", "path of a YAML file with the site's own numbers", values.read_file),
    Setting("CDS_HOOKS_SMART_APP", "", "launch URL of the site's SMART app, for a link on each card; https", values.read_url),
    Setting("CDS_HOOKS_TIMEZONE", "UTC", "IANA zone in which days are counted", values.read_timezone),
    Setting("CDS_HOOKS_TLS_CERT", "", "PEM file of the certificate chain, for TLS without a proxy", values.read_file),
    Setting("CDS_HOOKS_TLS_KEY", "", "PEM file of its key", values.read_file),
)

#: Variables of the tests and of the build; not settings of the service.
_IGNORED_PREFIX = "CDS_HOOKS_TEST_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator asked for. `fhir_servers` None: any loopback base. `now` None: the clock."""

    audit: AuditSettings | None
    auth: str
    base_url: str
    cards: Path | None
    check_responses: bool
    clients: tuple[Client, ...]
    code_map: Path | None
    cors_origins: tuple[str, ...]
    fhir_servers: tuple[str, ...] | None
    fhir_timeout: timedelta
    jwks_max_age: timedelta
    language: str
    max_body_bytes: int
    max_drafts: int
    max_entries: int
    max_fhir_bytes: int
    longest_call_seconds: int
    max_token_age: timedelta
    now: datetime | None
    private_networks: tuple[IPv4Network | IPv6Network, ...]
    profile: ClientProfile
    proxy: NamingProxy | None
    rate_limit: str | None
    redis_url: str | None = field(repr=False)
    site: Path | None
    smart_app: str
    timezone: ZoneInfo
    tls: Tls | None

    @property
    def limits(self) -> Limits:
        """How large a call may be."""
        return Limits(self.max_body_bytes, self.max_drafts, self.max_entries)


def read_settings(environ: Mapping[str, str], *, host: str = "127.0.0.1", port: int = 8080) -> Settings:
    """All settings for a service bound to `host` and `port`. Raises SettingsError that names the variable."""
    given = {setting.name: _read(setting, environ) for setting in SETTINGS}
    auth = decide_auth(given, host)
    tls = decide_tls(given["CDS_HOOKS_TLS_CERT"], given["CDS_HOOKS_TLS_KEY"])
    return Settings(
        audit=decide_audit(
            given["CDS_HOOKS_AUDIT_FILE"], given["CDS_HOOKS_AUDIT_SECRET_FILE"], given["CDS_HOOKS_AUDIT_MAX_BYTES"]
        ),
        auth=auth,
        base_url=given["CDS_HOOKS_BASE_URL"] or _compose_base_url("https" if tls else "http", host, port),
        cards=given["CDS_HOOKS_CARDS"],
        check_responses=given["CDS_HOOKS_CHECK_RESPONSES"],
        clients=given["CDS_HOOKS_CLIENTS"] or (),
        code_map=given["CDS_HOOKS_CODE_MAP"],
        cors_origins=_decide_origins(given["CDS_HOOKS_CORS_ORIGINS"], auth, host),
        fhir_servers=given["CDS_HOOKS_FHIR_SERVERS"],
        fhir_timeout=given["CDS_HOOKS_FHIR_TIMEOUT"],
        jwks_max_age=given["CDS_HOOKS_JWKS_MAX_AGE"],
        language=given["CDS_HOOKS_LANGUAGE"],
        max_body_bytes=given["CDS_HOOKS_MAX_BODY"],
        max_drafts=given["CDS_HOOKS_MAX_DRAFTS"],
        max_entries=given["CDS_HOOKS_MAX_ENTRIES"],
        max_fhir_bytes=given["CDS_HOOKS_MAX_FHIR_BYTES"],
        longest_call_seconds=given["CDS_HOOKS_MAX_SECONDS"],
        max_token_age=given["CDS_HOOKS_MAX_TOKEN_AGE"],
        now=given["CDS_HOOKS_NOW"],
        private_networks=given["CDS_HOOKS_PRIVATE_NETWORKS"] or (),
        profile=given["CDS_HOOKS_PROFILE"],
        proxy=decide_proxy(given["CDS_HOOKS_PROXY_HEADER"], given["CDS_HOOKS_PROXY_ADDRESSES"], auth),
        rate_limit=given["CDS_HOOKS_RATE_LIMIT"] or (_RATE_LIMIT if auth == "required" else None),
        redis_url=given["CDS_HOOKS_REDIS_URL"],
        site=given["CDS_HOOKS_SITE"],
        smart_app=given["CDS_HOOKS_SMART_APP"] or "",
        timezone=given["CDS_HOOKS_TIMEZONE"],
        tls=tls,
    )


def find_unknown_settings(environ: Mapping[str, str]) -> tuple[str, ...]:
    """One line for each CDS_HOOKS_* variable that is no setting, with the nearest name: a typing error is heard of."""
    names = [setting.name for setting in SETTINGS]
    unknown = (name for name in environ if name.startswith("CDS_HOOKS_") and name not in names)
    return tuple(_describe_unknown(name, names) for name in sorted(unknown) if not name.startswith(_IGNORED_PREFIX))


def _describe_unknown(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"{name} is no setting and is not used" + (f"; did you mean {near[0]}?" if near else "")


def _read(setting: Setting, environ: Mapping[str, str]) -> Any:
    text = environ.get(setting.name, "").strip() or setting.default
    if not text:
        return None
    try:
        return setting.read(text)
    except ValueError as error:
        raise SettingsError(f"{setting.name}: {error}") from None


def _compose_base_url(scheme: str, host: str, port: int) -> str:
    """Bound to every address (0.0.0.0) a link can only guess: loopback, until CDS_HOOKS_BASE_URL says better."""
    if host in ("0.0.0.0", "::", ""):  # read, not bound to  # nosec B104
        host = "127.0.0.1"
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def _decide_origins(origins: tuple[str, ...] | None, auth: str, host: str) -> tuple[str, ...]:
    if origins is not None:
        return origins
    return ("*",) if auth == "off" and values.is_loopback(host) else ()
