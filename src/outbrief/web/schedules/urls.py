"""The addresses of scheduled reports."""

from django.urls import path

from outbrief.web.schedules import actions, detail, editing, listing

urlpatterns = [
    path("schedules", listing.schedules, name="schedules"),
    path("schedules/new", editing.edit, name="new-schedule"),
    path("schedules/<uuid:schedule_id>", detail.schedule, name="schedule"),
    path("schedules/<uuid:schedule_id>/edit", editing.edit, name="edit-schedule"),
    path("schedules/<uuid:schedule_id>/run", actions.run_now, name="run-schedule"),
    path("schedules/<uuid:schedule_id>/test", actions.send_test, name="test-schedule"),
    path("schedules/<uuid:schedule_id>/pause", actions.pause, name="pause-schedule"),
    path("schedules/<uuid:schedule_id>/resume", actions.resume, name="resume-schedule"),
    path("schedules/<uuid:schedule_id>/delete", actions.delete, name="delete-schedule"),
    path("schedules/<uuid:schedule_id>/restore", actions.restore, name="restore-schedule"),
]
