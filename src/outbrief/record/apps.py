"""The Django app of our own tables."""

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Tables of ours: tenants, schedules, generations, exports, deliveries, audit."""

    name = "outbrief.record"
    label = "record"
