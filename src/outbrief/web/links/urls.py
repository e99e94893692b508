"""The addresses in signed links."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from outbrief.web.links import downloads, unsubscribe


class _TargetConverter(StringConverter):
    regex = "export|report"


register_converter(_TargetConverter, "target")

urlpatterns = [
    path("downloads/<target:target>/<str:token>", downloads.download, name="download"),
    path("unsubscribe/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
]
