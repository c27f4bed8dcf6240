"""What a call needs to know before it is judged: which prefetch keys, and that the patient is among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from cds_hooks.chart.inputs import PREFETCH_KEYS
from cds_hooks.chart.medicines import MEDICINE_KEYS
from cds_hooks.errors import MissingNecessaryData
from cds_hooks.fhir.deliveries import Delivery, read_prefetch
from cds_hooks.fhir.reading import ReadingContext
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.rules.assessing import Judged
from cds_hooks.rules.compilation import ReadyMedicine

Fetch = Callable[[Mapping[str, Delivery], str], dict[str, Delivery]]


def find_needed_keys(judged: Judged, medicines: Iterable[ReadyMedicine], context: ReadingContext) -> tuple[str, ...]:
    """All keys where an order is of a medicine of ours; for a partner of one those that tell whether the patient takes it;
    none where no order concerns us. An unresolved medicationReference may be ours: it is looked up with everything else.
    """
    index = context.vocabulary.set_index
    keys: tuple[str, ...] = ()
    for order in judged.orders:
        if order.product.unresolved:
            return PREFETCH_KEYS
        held = index.find_product_sets(order.product)
        for medicine in medicines:
            if medicine.medicine.value_set in held:
                return PREFETCH_KEYS
            if not medicine.partners.isdisjoint(held):
                keys = MEDICINE_KEYS
    return keys


def deliver(
    request: HookRequest, keys: Sequence[str], fetch: Fetch | None, *, asked_codes: frozenset[str]
) -> dict[str, Delivery]:
    """What prefetch brought of these keys, completed from the FHIR server where there is one. `asked_codes`: of Observations."""
    deliveries = read_prefetch(request.prefetch, keys, patient_id=request.patient_id, asked_codes=asked_codes)
    if fetch is None or all(delivery.state.is_whole for delivery in deliveries.values()):
        return deliveries
    return fetch(deliveries, request.patient_id)


def require_patient(deliveries: Mapping[str, Delivery]) -> None:
    """Raises MissingNecessaryData unless the patient is there: age and sex decide too much."""
    patient = deliveries.get("patient")
    if patient is None or not any(resource.get("resourceType") == "Patient" for resource in patient.resources):
        raise MissingNecessaryData("could be had neither from prefetch nor from the FHIR server", element="prefetch.patient")
