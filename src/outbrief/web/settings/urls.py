"""The addresses of this part."""

from django.urls import path

from outbrief.web.settings import views

urlpatterns = [path("settings", views.settings, name="settings")]
