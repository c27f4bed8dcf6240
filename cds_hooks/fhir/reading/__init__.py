"""Tolerant reading of FHIR R4: raw JSON to `chart.chart.Chart`."""

from cds_hooks.fhir.reading.chart import read_chart
from cds_hooks.fhir.reading.context import ReadingContext
from cds_hooks.fhir.reading.drafts import SeenDrafts, choose_zone, guess_zone, look_at_drafts, read_drafts

__all__ = ["ReadingContext", "SeenDrafts", "choose_zone", "guess_zone", "look_at_drafts", "read_chart", "read_drafts"]
