"""Questions and export requests, answered from the facts as Arrow tables and batches."""

from outbrief.query.arrow import arrow_schema
from outbrief.query.connection import Engine
from outbrief.query.engine import answer, answers, count_rows, estimate_rows, probe, sample_rows
from outbrief.query.stream import BatchStream, export_batches

__all__ = [
    "BatchStream",
    "Engine",
    "answer",
    "answers",
    "arrow_schema",
    "count_rows",
    "estimate_rows",
    "export_batches",
    "probe",
    "sample_rows",
]
