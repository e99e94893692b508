"""The addresses of this part."""

from django.urls import path

from outbrief.web.settings import views
from outbrief.web.settings.members_urls import urlpatterns as members

urlpatterns = [path("settings", views.settings, name="settings"), *members]
