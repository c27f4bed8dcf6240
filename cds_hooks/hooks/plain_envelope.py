"""Reads the envelope of an ordinary call, which most are: all its words are plain ASCII, and nothing is of a wrong type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cds_hooks.hooks.envelope import MAX_ID_LENGTH, MAX_TOKEN_LENGTH, MAX_URL_LENGTH
from cds_hooks.hooks.hook_request import FhirAuthorization, HookRequest
from cds_hooks.hooks.services import Service

#: Narrower than what `envelope` takes: whatever else comes is left to it.
_LINE = re.compile(rf"[ -~]{{1,{MAX_ID_LENGTH}}}")
_ID = re.compile(rf"(?=\.*[A-Za-z0-9_-])[A-Za-z0-9._-]{{1,{MAX_ID_LENGTH}}}")
_URL = re.compile(rf"[!-~]{{1,{MAX_URL_LENGTH}}}")
_TOKEN = re.compile(rf"[!-~]{{1,{MAX_TOKEN_LENGTH}}}")


def read_plain_envelope(document: Mapping[str, Any], service: Service) -> HookRequest | None:
    """The call, as `read_envelope` reads it; None where that has to tell what is to be made of it."""
    context, prefetch, extension = document.get("context"), document.get("prefetch"), document.get("extension")
    sent = document.get("fhirAuthorization")
    if not isinstance(context, dict):
        return None
    orders = context.get("draftOrders") if service.has_orders else {}
    given = context.get("selections") if service.has_orders else None
    selections = [] if given is None else given
    authorization = _read_authorization(sent)
    is_plain = (
        all(_is(_LINE, value) for value in (document.get("hook"), document.get("hookInstance"), context.get("userId")))
        and _is(_ID, context.get("patientId"))
        and _is_or_none(_LINE, context.get("encounterId"))
        and _is_or_none(_URL, document.get("fhirServer"))
        and (prefetch is None or isinstance(prefetch, dict))
        and isinstance(selections, list)
        and all(_is(_LINE, one) for one in selections)
        and (sent is None or authorization is not None)
    )
    if not is_plain or not isinstance(orders, dict):
        return None
    return HookRequest(
        hook=service.hook,
        hook_instance=document["hookInstance"],
        user_id=context["userId"],
        patient_id=context["patientId"],
        encounter_id=context.get("encounterId"),
        selections=tuple(selections) if service.needs_selections else None,
        draft_orders=orders,
        prefetch=prefetch,
        fhir_server=document.get("fhirServer"),
        fhir_authorization=authorization,
        extension=extension if isinstance(extension, dict) else None,
        has_orders=service.has_orders,
    )


def _read_authorization(sent: object) -> FhirAuthorization | None:
    """None where none was sent, or one that is not plain."""
    if not isinstance(sent, dict) or sent.get("token_type", "Bearer") != "Bearer":
        return None
    if not _is(_TOKEN, sent.get("access_token")) or not _is_or_none(_LINE, sent.get("patient")):
        return None
    return FhirAuthorization(sent["access_token"], sent.get("patient"))


def _is(words: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and words.fullmatch(value) is not None


def _is_or_none(words: re.Pattern[str], value: object) -> bool:
    return value is None or _is(words, value)
