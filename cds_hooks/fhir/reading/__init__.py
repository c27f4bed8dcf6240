"""Tolerant reading of FHIR R4: raw JSON to `chart.records.Chart`."""

from cds_hooks.fhir.reading.chart import read_chart
from cds_hooks.fhir.reading.context import ReadingContext
from cds_hooks.fhir.reading.drafts import choose_zone, read_drafts, read_noted_drafts

__all__ = ["ReadingContext", "choose_zone", "read_chart", "read_drafts", "read_noted_drafts"]
