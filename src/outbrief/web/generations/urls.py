"""The addresses of generations."""

from django.urls import path

from outbrief.web.generations import actions, detail, history

urlpatterns = [
    path("generations", history.generations, name="generations"),
    path("generations/<uuid:generation_id>", detail.generation, name="generation"),
    path("generations/<uuid:generation_id>/progress", detail.progress, name="generation-progress"),
    path("generations/<uuid:generation_id>/run", actions.run_again, name="run-again"),
    path("generations/<uuid:generation_id>/resend", actions.resend, name="resend"),
    path(
        "generations/<uuid:generation_id>/deliveries/<uuid:delivery_id>/resend", actions.resend_one, name="resend-one"
    ),
]
