"""The addresses: `/api` for programs, everything else for people."""

from django.urls import include, path

urlpatterns = [
    path("", include("outbrief.api.urls")),
    path("", include("outbrief.web.urls")),
]
