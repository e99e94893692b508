"""Reports as documents: each kind says what it asks of the facts and what it makes of the answers."""

from outbrief.compose.layout import check_layout, section_keys
from outbrief.compose.measures import measure_of
from outbrief.compose.registry import compose, questions

__all__ = ["check_layout", "compose", "measure_of", "questions", "section_keys"]
