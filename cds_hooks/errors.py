"""The one tree of errors; `server.errors` maps it to HTTP, `cli` to exit codes.

CdsHooksError
├── RequestError                 the caller sent something we refuse (each names the element)
│   ├── BadRequest               400: not JSON, wrong shape, wrong hook, missing member
│   ├── Unauthorized             401: never with detail; the reason is for the log
│   ├── UnknownService           404
│   ├── WrongMethod              405
│   ├── MissingNecessaryData     412: the patient could be had neither from prefetch nor from the FHIR server
│   ├── TooLarge                 413: body, drafts, entries
│   ├── WrongContentType         415
│   ├── TooManyCalls             429: more calls of one client than are answered
│   └── CannotCheckCaller        503: the keys, or the record of used tokens, could not be had
├── KnowledgeError               `cards/` holds something the loader refuses (file, line, what, what would be right)
├── WrongUse                     the command line names something that is not there
├── SettingsError                an environment variable or the site file is wrong
├── TrustStoreError              the keys of a client, or the record of used tokens, could not be had; for the log
├── UnsoundResponse              a response breaks CDS Hooks and cannot be made right: 500, never sent
└── FhirError                    a FHIR server did not answer, or not with FHIR
"""

from __future__ import annotations


class CdsHooksError(Exception):
    """Any error this program raises on purpose. The message holds no patient data."""


class RequestError(CdsHooksError):
    """A call that is refused. `element` is the path of the member at fault (`context.draftOrders`).

    `message` is a fixed English text, with `{placeholders}` for `values`; the server looks its translation up by it.
    """

    status = 400
    issue_code = "invalid"

    def __init__(self, message: str, *, element: str | None = None, **values: object) -> None:
        super().__init__(message.format(**values) if values else message)
        self.template = message
        self.values = values
        self.element = element


class BadRequest(RequestError):
    """The body is not what CDS Hooks 2.0.1 describes."""


class Unauthorized(RequestError):
    """The caller is not known. The message says why, in the log alone: outward there is no detail (S172)."""

    status = 401
    issue_code = "login"


class UnknownService(RequestError):
    """No service or page under this id."""

    status = 404
    issue_code = "not-found"


class WrongMethod(RequestError):
    """The path exists, not for this method."""

    status = 405
    issue_code = "not-supported"


class MissingNecessaryData(RequestError):
    """Necessary data (the patient) could be had neither from prefetch nor from the FHIR server: S47, S62."""

    status = 412
    issue_code = "required"


class TooLarge(RequestError):
    """The body, or the number of drafts, is over the limit."""

    status = 413
    issue_code = "too-long"


class WrongContentType(RequestError):
    """The body is not declared as JSON."""

    status = 415
    issue_code = "not-supported"


class TooManyCalls(RequestError):
    """A client calls more often than is answered; Retry-After says when to come back."""

    status = 429
    issue_code = "throttled"


class CannotCheckCaller(RequestError):
    """Who calls could not be checked: nobody is let in on trust (fails closed)."""

    status = 503
    issue_code = "transient"


class KnowledgeError(CdsHooksError):
    """`cards/` holds something the loader refuses; `findings` are lines `file:line: what is wrong; what instead`."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class WrongUse(CdsHooksError):
    """The command line names something that is not there."""


class SettingsError(CdsHooksError):
    """An environment variable or the site file is wrong; the message says which and what would be right."""


class UnsoundResponse(CdsHooksError):
    """A composed response breaks CDS Hooks and cannot be made right; where is in the log. It is never sent."""


class FhirError(CdsHooksError):
    """A FHIR server could not be asked, or its answer is not usable. Holds no patient data and no token."""


class TrustStoreError(CdsHooksError):
    """What tells who calls could not be asked: a JWK Set, or the record of used tokens. Holds no URL and no token."""
