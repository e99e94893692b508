"""The addresses of exports."""

from django.urls import path

from outbrief.web.exports import views

urlpatterns = [
    path("exports", views.exports, name="exports"),
    path("exports/<uuid:export_id>/cancel", views.cancel, name="cancel-export"),
]
