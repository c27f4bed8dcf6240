"""One line per call in the site's audit file: who asked, when, which rules fired, and a keyed hash of the patient."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from cds_hooks.advice.extension import ADVICE
from cds_hooks.hooks.hook_request import HookRequest
from cds_hooks.server.audit_file import AuditFile, raise_alarm
from cds_hooks.server.state import OpenCall
from cds_hooks.settings.audit import AuditSettings

#: Users who are not patients themselves; the id of any other is hashed as a patient's.
_CLINICIAN = re.compile(r"(?:Practitioner|PractitionerRole)/[A-Za-z0-9.\-]{1,128}")


class Audit:
    """The audit of one service. What cannot be written is an alarm in the log, and never keeps an answer back."""

    def __init__(self, settings: AuditSettings) -> None:
        self._file = AuditFile(settings.path, settings.max_bytes)
        self._secret = settings.secret

    def write(self, call: OpenCall, status: int) -> None:
        """The line of a call that was answered with `status`; none where no service was called."""
        if "service" not in call.facts:
            return
        head = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "request": call.id}
        line = {**head, **self._compose_call(call), "status": status}
        try:
            self._file.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        except OSError as error:
            raise_alarm(error)

    def hash_patient(self, patient_id: str, client: str) -> str:
        """HMAC-SHA256 of client and id: who has the secret finds a patient's calls, nobody else learns an id."""
        return hmac.digest(self._secret, f"{client}\n{patient_id}".encode(), "sha256").hex()

    def _compose_call(self, call: OpenCall) -> dict[str, Any]:
        facts = call.facts
        kept = ("client", "service", "hookInstance", "cards", "feedback", "refused", "broke", "insteadOf")
        line = {name: facts[name] for name in kept if name in facts}
        if call.audited is not None:
            line |= self._describe_people(call.audited, facts.get("client", ""))
        return line | {"rules": list(dict.fromkeys(_list_rules(call.cards)))}

    def _describe_people(self, call: HookRequest, client: str) -> dict[str, str]:
        known = _CLINICIAN.fullmatch(call.user_id)
        user = call.user_id if known else self.hash_patient(call.user_id, client)
        return {"hook": call.hook, "user": user, "patient": self.hash_patient(call.patient_id, client)}


def _list_rules(cards: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for card in cards:
        yield from card.get("extension", {}).get(ADVICE, {}).get("rules", ())
