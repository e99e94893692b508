"""The addresses of the overview."""

from django.urls import path

from outbrief.web.overview import views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("running", views.running, name="overview-running"),
]
