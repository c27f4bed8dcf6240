"""The clients file (CDS_HOOKS_CLIENTS): who may call, by which keys, and what each may have (contract, "Who may call")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cds_hooks.errors import KnowledgeError
from cds_hooks.hooks.profile import DEFAULT, ClientProfile
from cds_hooks.knowledge.source import YamlFile, read_yaml, validate
from cds_hooks.settings import values
from cds_hooks.settings.profile import read_profile_value

#: What a client may sign with, the recommended ones first (S169). Never `none` nor a shared secret (S168).
ALGORITHMS = ("ES384", "RS384", "ES256", "ES512", "RS256", "RS512", "PS256", "PS384", "PS512")
_DEFAULT_ALGORITHMS = ("ES384", "RS384")


@dataclass(frozen=True, slots=True)
class Client:
    """One registered client. Either `jwks_url` or `jwks_file` is set. `tenants` empty: the claim is not looked at."""

    name: str
    issuer: str
    jwks_url: str | None
    jwks_file: Path | None
    algorithms: tuple[str, ...]
    tenants: tuple[str, ...]
    audiences: tuple[str, ...]
    fhir_servers: tuple[str, ...]
    profile: ClientProfile


def _check_algorithm(name: str) -> str:
    if name not in ALGORITHMS:
        raise ValueError(f"algorithm '{name[:20]}' is never accepted; choose from {', '.join(ALGORITHMS)}")
    return name


def _check_profile(value: Any) -> Any:
    """A shipped name or a mapping; read a second time under the client's name."""
    if not isinstance(value, str | Mapping):
        raise ValueError("'profile' is neither a name nor a mapping; write epic, or a mapping such as {language: nl}")
    read_profile_value(value)
    return value


_Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=2048)]
_Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
_Url = Annotated[_Text, AfterValidator(values.read_url)]
_Base = Annotated[_Text, AfterValidator(values.read_server)]
_Algorithm = Annotated[_Text, AfterValidator(_check_algorithm)]


class _Entry(BaseModel):
    """One client as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: _Name
    issuer: _Text
    jwks_url: _Url | None = None
    jwks_file: _Text | None = None
    algorithms: Annotated[tuple[_Algorithm, ...], Field(min_length=1)] = _DEFAULT_ALGORITHMS
    tenants: Annotated[tuple[_Text, ...], Field(min_length=1)] | None = None
    audiences: tuple[_Text, ...] = ()
    fhir_servers: tuple[_Base, ...] = ()
    profile: Annotated[Any, AfterValidator(_check_profile)] = None

    @model_validator(mode="before")
    @classmethod
    def _drop_nothing(cls, entry: Any) -> Any:
        """A key without a value is a slip, not a wish for the default."""
        if isinstance(entry, Mapping):
            for key, value in entry.items():
                if value is None:
                    raise ValueError(f"'{key}' is empty; give it a value or leave the line out")
        return entry

    @model_validator(mode="after")
    def _check_keys(self) -> Self:
        if (self.jwks_url is None) == (self.jwks_file is None):
            raise ValueError(f"client '{self.name}' needs one of jwks_url and jwks_file; add one, keep one")
        return self


class _ClientsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    clients: Annotated[tuple[_Entry, ...], Field(min_length=1)]


def read_clients(text: str) -> tuple[Client, ...]:
    """The clients in the file of this path. Raises ValueError: `file:line: what is wrong; what would be right`."""
    path = values.read_file(text)
    try:
        file = read_yaml(path)
        entries = validate(file, _ClientsFile).clients
        if faults := [*_find_twins(file, entries, "name"), *_find_twins(file, entries, "issuer")]:
            raise KnowledgeError(faults)
        return tuple(_compose(entry, file, index) for index, entry in enumerate(entries))
    except KnowledgeError as error:
        raise ValueError("; ".join(error.findings)) from None


def _find_twins(file: YamlFile, entries: tuple[_Entry, ...], key: str) -> Iterator[str]:
    """Two entries of one name or issuer: which keys would hold for a token?"""
    seen = set()
    for index, entry in enumerate(entries):
        value = getattr(entry, key)
        if value in seen:
            yield file.finding(("clients", index, key), f"{key} '{value}' stands twice; give each client its own")
        seen.add(value)


def _compose(entry: _Entry, file: YamlFile, index: int) -> Client:
    return Client(
        name=entry.name,
        issuer=entry.issuer,
        jwks_url=entry.jwks_url,
        jwks_file=_find_keys(entry.jwks_file, file, index) if entry.jwks_file else None,
        algorithms=entry.algorithms,
        tenants=entry.tenants or (),
        audiences=entry.audiences,
        fhir_servers=entry.fhir_servers,
        profile=DEFAULT if entry.profile is None else read_profile_value(entry.profile, entry.name),
    )


def _find_keys(name: str, file: YamlFile, index: int) -> Path:
    """A relative path is looked for beside the clients file, then in the working directory."""
    for path in (file.path.parent / name, Path(name)):
        if path.is_file():
            return path.absolute()
    finding = f"'{name}' is no file beside this one, nor in the working directory; write the path of a JWK Set"
    raise KnowledgeError([file.finding(("clients", index, "jwks_file"), finding)])
