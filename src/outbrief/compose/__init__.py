"""Reports as documents: each kind says what it asks of the facts and what it makes of the answers."""

from outbrief.compose.measures import measure_of
from outbrief.compose.registry import check_layout, compose, questions, section_keys

__all__ = ["check_layout", "compose", "measure_of", "questions", "section_keys"]
