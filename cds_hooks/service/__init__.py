"""The program as one call: a checked request goes in, the response comes out."""

from cds_hooks.service.advising import Evaluation, Evaluator, evaluate, load_evaluator, load_knowledge
from cds_hooks.service.serving import build_service, load_settled

__all__ = ["Evaluation", "Evaluator", "build_service", "evaluate", "load_evaluator", "load_knowledge", "load_settled"]
