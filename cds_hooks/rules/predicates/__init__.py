"""The closed set of predicates that rules of `cards/` are made of; importing this package registers them all."""

from cds_hooks.rules.predicates import denosumab, dose, kidney, patient, prevention, record, toxicity

__all__ = ["denosumab", "dose", "kidney", "patient", "prevention", "record", "toxicity"]
