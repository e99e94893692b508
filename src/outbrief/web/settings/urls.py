"""The addresses of the settings."""

from django.urls import path

from outbrief.web.settings import audit_log, general, keys, suppressions
from outbrief.web.settings.members_urls import urlpatterns as members

urlpatterns = [
    path("settings", general.settings, name="settings"),
    path("settings/keys", keys.keys, name="keys"),
    path("settings/keys/new", keys.new_key, name="new-key"),
    path("settings/keys/<uuid:key_id>/revoke", keys.revoke, name="revoke-key"),
    path("settings/suppressions", suppressions.suppressions, name="suppressions"),
    path("settings/suppressions/restore", suppressions.restore, name="restore-suppression"),
    path("settings/suppressions/<uuid:suppression_id>/remove", suppressions.remove, name="remove-suppression"),
    path("settings/audit", audit_log.audit_log, name="audit-log"),
    path("settings/audit.csv", audit_log.download, name="download-audit-log"),
    *members,
]
