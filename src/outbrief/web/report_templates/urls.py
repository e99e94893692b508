"""The addresses of this part."""

from django.urls import path

from outbrief.web.report_templates import views

urlpatterns = [path("templates", views.templates, name="templates")]
