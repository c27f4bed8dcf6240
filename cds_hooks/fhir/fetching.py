"""Fetches what the prefetch did not bring, in parallel and within one deadline for all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from typing import Any, TypeVar

from cds_hooks.chart.inputs import InputState
from cds_hooks.chart.records import ReadingNote
from cds_hooks.errors import FhirError
from cds_hooks.fhir.answers import TIMED_OUT, NotOnServer
from cds_hooks.fhir.client import ELSEWHERE, MAX_PARALLEL, FhirClient, Pages
from cds_hooks.fhir.deliveries import Delivery, read_delivery
from cds_hooks.fhir.queries import fill_template
from cds_hooks.record import change

#: References that one call resolves on the server; the rest stays unresolved, and is named so.
MAX_REFERENCES = 50

# Requests end by the deadline on their own and tell what they have; only a name look-up can outlast it.
_GRACE_SECONDS = 0.2

_UNUSABLE = "the FHIR server told of an error, or answered with what was not asked"

_T = TypeVar("_T")

_log = logging.getLogger(__name__)


def fetch_missing(
    deliveries: Mapping[str, Delivery],
    templates: Mapping[str, str],
    client: FhirClient,
    *,
    patient_id: str,
    deadline: float | None = None,
) -> dict[str, Delivery]:
    """The same keys, those that were not whole completed from the server; asks for no other key.

    Missing, failed and torn keys are asked anew by their template; of a paged prefetch the further pages are read. What
    cannot be had stays as it was, a missing key becomes failed; `failure` says why. Raises nothing.
    """
    until = client.compute_deadline() if deadline is None else deadline
    jobs: dict[str, Callable[[], Delivery]] = {}
    for key, delivery in deliveries.items():
        query = fill_template(templates.get(key, "{{"), patient_id)
        if not delivery.state.is_whole and query is not None:
            jobs[key] = partial(_complete, delivery, query, client, patient_id=patient_id, deadline=until)
    answers = _run_in_parallel(jobs, until)
    late = {key: _keep(deliveries[key], TIMED_OUT) for key in jobs}
    _log_failures({**late, **answers})
    return {**deliveries, **late, **answers}


def _log_failures(fetched: Mapping[str, Delivery]) -> None:
    """One line with the reason of each key that could not be had: fixed words, no URL."""
    failures = {key: delivery.failure for key, delivery in fetched.items() if delivery.failure}
    if failures:
        _log.warning("not fetched", extra={"keys": failures})


def fetch_references(
    references: Iterable[str], client: FhirClient, *, deadline: float | None = None
) -> dict[str, dict[str, Any]]:
    """The resources of these references, by reference, without those that could not be had. At most 50 are read."""
    until = client.compute_deadline() if deadline is None else deadline
    wanted = list(dict.fromkeys(references))[:MAX_REFERENCES]
    jobs = {reference: partial(_read_or_none, reference, client, until) for reference in wanted}
    found = _run_in_parallel(jobs, until)
    return {reference: resource for reference, resource in found.items() if resource is not None}


def _run_in_parallel(jobs: Mapping[str, Callable[[], _T]], deadline: float) -> dict[str, _T]:
    """What the jobs give that end in time."""
    if not jobs:
        return {}
    pool = ThreadPoolExecutor(max_workers=min(len(jobs), MAX_PARALLEL), thread_name_prefix="fhir")
    try:
        futures = {pool.submit(job): key for key, job in jobs.items()}
        done, _ = wait(futures, timeout=max(0.0, deadline - time.monotonic()) + _GRACE_SECONDS)
        return {futures[future]: future.result() for future in done}
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read_or_none(reference: str, client: FhirClient, deadline: float) -> dict[str, Any] | None:
    try:
        return client.read(reference, deadline)
    except FhirError:
        return None


def _complete(delivery: Delivery, query: str, client: FhirClient, *, patient_id: str, deadline: float) -> Delivery:
    try:
        if delivery.next_url:
            return _read_rest(delivery, client.follow(delivery.next_url, deadline), patient_id)
        pages = client.search(query, deadline) if "?" in query else Pages(client.read(query, deadline))
    except NotOnServer as error:
        return _keep(delivery, str(error), is_absent=delivery.key == "patient")
    except FhirError as error:
        return _keep(delivery, str(error))
    fetched = _read_pages(delivery.key, pages, patient_id)
    if delivery.resources and fetched.state in (InputState.FAILED, InputState.MISSING):
        return _keep(delivery, fetched.failure)
    return fetched


def _read_rest(delivery: Delivery, pages: Pages, patient_id: str) -> Delivery:
    """The pages of the prefetch and those that were fetched, read as one."""
    here = [{"resource": resource} for resource in delivery.resources]
    joined = Pages({**pages.value, "entry": [*here, *pages.value["entry"]]}, pages.stopped)
    whole = _read_pages(delivery.key, joined, patient_id)
    return change(whole, notes=tuple(dict.fromkeys((*delivery.notes, *whole.notes))))


def _read_pages(key: str, pages: Pages, patient_id: str) -> Delivery:
    read = read_delivery(key, pages.value, patient_id=patient_id)
    failure = pages.stopped or ("" if read.state.is_whole else _UNUSABLE)
    return _name_elsewhere(change(read, next_url="", failure=failure))


def _keep(delivery: Delivery, failure: str, *, is_absent: bool = False) -> Delivery:
    """What the prefetch brought, with the reason why it stayed so."""
    state = delivery.state if delivery.state is InputState.PARTIAL else InputState.FAILED
    return _name_elsewhere(change(delivery, state=InputState.MISSING if is_absent else state, next_url="", failure=failure))


def _name_elsewhere(delivery: Delivery) -> Delivery:
    if delivery.failure != ELSEWHERE:
        return delivery
    return change(delivery, notes=(*delivery.notes, ReadingNote(delivery.key, "next-elsewhere")))
