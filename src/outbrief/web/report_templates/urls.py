"""The addresses of templates and branding."""

from django.urls import path

from outbrief.web.report_templates import branding, editing, importing, views

urlpatterns = [
    path("templates", views.templates, name="templates"),
    path("templates/new", editing.new, name="new-template"),
    path("templates/import", importing.take_in, name="import-template"),
    path("templates/restore", views.restore, name="restore-template"),
    path("templates/<uuid:template_id>", views.template, name="template"),
    path("templates/<uuid:template_id>/edit", editing.edit, name="edit-template"),
    path("templates/<uuid:template_id>/preview", views.preview, name="preview-template"),
    path("templates/<uuid:template_id>/file", views.file, name="template-file"),
    path("templates/<uuid:template_id>/delete", views.delete, name="delete-template"),
    path("branding", branding.branding, name="branding"),
    path("branding/change", branding.change, name="change-branding"),
    path("branding/preview", branding.preview, name="preview-branding"),
    path("branding/logo", branding.upload, name="upload-logo"),
    path("branding/logo/remove", branding.remove, name="remove-logo"),
]
