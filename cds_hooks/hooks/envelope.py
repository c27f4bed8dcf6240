"""The shape of a call around its clinical content, and the plain words for what does not fit it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from cds_hooks.hooks.hook_request import FhirAuthorization, HookRequest
from cds_hooks.hooks.services import Service
from cds_hooks.hooks.shape_faults import compose_shape_refusal

#: Longest id accepted: Epic sends over FHIR's 64 characters (checklist 5.C).
MAX_ID_LENGTH = 256
MAX_URL_LENGTH = 2048
MAX_TOKEN_LENGTH = 16_384


def _refuse_dots(value: str) -> str:
    """`.` and `..` would walk up the path of a FHIR read."""
    if not value.strip("."):
        raise ValueError
    return value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


_NO_CONTROLS = r"^[^\p{Cc}\p{Zl}\p{Zp}]*$"
_Id = Annotated[
    str,
    StringConstraints(strict=True, min_length=1, max_length=MAX_ID_LENGTH, pattern=r"^[^\p{Cc}\p{Zl}\p{Zp}/\\]+$"),
    AfterValidator(_refuse_dots),
]
_Line = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_ID_LENGTH, pattern=_NO_CONTROLS)]
_OptionalLine = Annotated[str, StringConstraints(strict=True, max_length=MAX_ID_LENGTH, pattern=_NO_CONTROLS)] | None
_Url = Annotated[str, StringConstraints(strict=True, max_length=MAX_URL_LENGTH, pattern=_NO_CONTROLS)] | None
_Token = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MAX_TOKEN_LENGTH, pattern=r"^[\x21-\x7e]+$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _Context(_Shape):
    """`context` of every hook; all that patient-view has. Orders and selections are looked at only where the hook has them."""

    user_id: _Line = Field(alias="userId")
    patient_id: _Id = Field(alias="patientId")
    encounter_id: _OptionalLine = Field(default=None, alias="encounterId")


class _OrderContext(_Context):
    """`context` of order-select and order-sign. The Bundle is kept as it came."""

    draft_orders: dict[str, Any] = Field(alias="draftOrders")
    selections: list[_Line] | None = None


class _Authorization(_Shape):
    """`fhirAuthorization`: of its members only these are used, so only these are asked for."""

    access_token: _Token
    token_type: Annotated[Literal["bearer"], BeforeValidator(_lower)] = "bearer"
    patient: _OptionalLine = None


class _Envelope(_Shape):
    """The whole call of a hook without orders. `Any` members are not looked into: on a record of megabytes that would be the main
    cost."""

    hook: _Line
    hook_instance: _Line = Field(alias="hookInstance")
    context: _Context
    prefetch: dict[str, Any] | None = None
    fhir_server: _Url = Field(default=None, alias="fhirServer")
    fhir_authorization: _Authorization | None = Field(default=None, alias="fhirAuthorization")
    extension: Any = None


class _OrderEnvelope(_Envelope):
    """The call of a hook with orders."""

    context: _OrderContext


def read_envelope(document: Mapping[str, Any], service: Service) -> HookRequest:
    """Any call of the hook of this service. Raises BadRequest that names the first member at fault, never its content."""
    try:
        envelope = (_OrderEnvelope if service.has_orders else _Envelope).model_validate(document)
    except ValidationError as error:
        raise compose_shape_refusal(error) from None
    return _compose_request(envelope, service)


def _compose_request(envelope: _Envelope, service: Service) -> HookRequest:
    context = envelope.context
    orders = context if isinstance(context, _OrderContext) else None
    return HookRequest(
        hook=service.hook,
        hook_instance=envelope.hook_instance,
        user_id=context.user_id,
        patient_id=context.patient_id,
        encounter_id=context.encounter_id or None,
        selections=tuple(orders.selections or ()) if orders and service.needs_selections else None,
        draft_orders=orders.draft_orders if orders else {},
        prefetch=envelope.prefetch,
        fhir_server=envelope.fhir_server or None,
        fhir_authorization=_compose_authorization(envelope.fhir_authorization),
        extension=envelope.extension if isinstance(envelope.extension, dict) else None,
        has_orders=service.has_orders,
    )


def _compose_authorization(authorization: _Authorization | None) -> FhirAuthorization | None:
    if authorization is None:
        return None
    return FhirAuthorization(authorization.access_token, authorization.patient or None)
