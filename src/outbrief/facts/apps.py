"""The Django app of the platform's activity."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Tables of the platform's activity: campaigns, leads, messages, and their rollups."""

    name = "outbrief.facts"
    label = "facts"
