"""The addresses of what comes in."""

from django.urls import path

from outbrief.web.intakes import history, uploading

urlpatterns = [
    path("data", history.intakes, name="data"),
    path("data/new", uploading.new_upload, name="new-upload"),
    path("data/<int:intake_id>", history.intake, name="intake"),
    path("data/<int:intake_id>/refused.csv", history.refused_rows, name="refused-rows"),
    path("data/uploads/<uuid:upload_id>", uploading.upload, name="upload"),
    path("data/uploads/<uuid:upload_id>/check", uploading.check_upload, name="check-upload"),
    path("data/uploads/<uuid:upload_id>/import", uploading.import_upload, name="import-upload"),
    path("data/uploads/<uuid:upload_id>/discard", uploading.discard_upload, name="discard-upload"),
    path("data/uploads/<uuid:upload_id>/map.yaml", uploading.upload_map, name="upload-map"),
]
