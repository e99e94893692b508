"""The addresses of scheduled reports."""

from django.urls import path

from outbrief.web.schedules import views

urlpatterns = [
    path("schedules", views.schedules, name="schedules"),
    path("schedules/<uuid:schedule_id>/run", views.run, name="run-schedule"),
]
