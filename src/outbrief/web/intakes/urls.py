"""The addresses of this part."""

from django.urls import path

from outbrief.web.intakes import views

urlpatterns = [path("data", views.intakes, name="data")]
