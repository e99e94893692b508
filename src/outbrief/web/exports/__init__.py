"""Exports: the form, what is under way, and the history."""
