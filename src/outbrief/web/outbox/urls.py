"""The addresses of the outbox."""

from django.urls import path

from outbrief.web.outbox import views

urlpatterns = [
    path("outbox", views.outbox, name="outbox"),
    path("outbox/<uuid:delivery_id>", views.mail, name="mail"),
    path("outbox/<uuid:delivery_id>/html", views.mail_html, name="mail-html"),
]
