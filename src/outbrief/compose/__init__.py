"""Reports as documents: each kind says what it asks of the facts and what it makes of the answers."""

from outbrief.compose.registry import compose, questions

__all__ = ["compose", "questions"]
