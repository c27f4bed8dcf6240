"""The closed set of predicates that rules of `cards/` are made of; importing this package registers them all."""

from cds_hooks.rules.predicates import (
    beside,
    blood,
    cautions,
    count_due,
    denosumab,
    denosumab_course,
    denosumab_problems,
    dose,
    intake,
    kidney,
    limits,
    partner_doses,
    patient,
    prevention,
    record,
    toxicity,
)

__all__ = [
    "beside",
    "blood",
    "cautions",
    "count_due",
    "denosumab",
    "denosumab_course",
    "denosumab_problems",
    "dose",
    "intake",
    "kidney",
    "limits",
    "partner_doses",
    "patient",
    "prevention",
    "record",
    "toxicity",
]
