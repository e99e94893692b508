"""The addresses of exports."""

from django.urls import path

from outbrief.web.exports import form, history

urlpatterns = [
    path("exports", history.exports, name="exports"),
    path("exports/new", form.new_export, name="new-export"),
    path("exports/<uuid:export_id>", history.export, name="export"),
    path("exports/<uuid:export_id>/cancel", history.cancel_export, name="cancel-export"),
    path("exports/<uuid:export_id>/again", history.repeat_export, name="repeat-export"),
    path("exports/<uuid:export_id>/delete", history.delete_export, name="delete-export"),
]
