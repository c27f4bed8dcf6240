"""The closed set of predicates that rules of `cards/` are made of; importing this package registers them all."""

from cds_hooks.rules.predicates import blood, denosumab, dose, kidney, patient, prevention, record

__all__ = ["blood", "denosumab", "dose", "kidney", "patient", "prevention", "record"]
