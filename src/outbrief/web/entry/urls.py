"""The addresses of getting in."""

from django.urls import path

from outbrief.web.entry import sign_in, tenant

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("tenant", tenant.switch, name="switch-tenant"),
]
