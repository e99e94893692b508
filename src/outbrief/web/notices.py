"""Saying on the next page what was just done."""

from django.contrib import messages
from django.http import HttpRequest


def say(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say what was done; `undo` is the address whose POST takes it back, shown as a button."""
    messages.success(request, text, extra_tags=undo)
