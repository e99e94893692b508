"""The addresses of generations."""

from django.urls import path

from outbrief.web.generations import views

urlpatterns = [
    path("generations", views.generations, name="generations"),
    path("generations/<uuid:generation_id>", views.generation, name="generation"),
    path("generations/<uuid:generation_id>/run", views.run_again, name="run-again"),
    path("generations/<uuid:generation_id>/resend", views.resend, name="resend"),
]
