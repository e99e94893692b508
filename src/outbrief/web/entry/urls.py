"""The addresses of getting in."""

from django.urls import path

from outbrief.web.entry import invitation, password, profile, sign_in, tenant

urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("tenant", tenant.switch, name="switch-tenant"),
    path("password", password.forgotten, name="forgot-password"),
    path("password/<str:token>", password.reset, name="reset-password"),
    path("invitations/<str:token>", invitation.invitation, name="invitation"),
    path("profile", profile.profile, name="profile"),
    path("profile/password", profile.change_password, name="change-password"),
    path("profile/sign-out-elsewhere", profile.sign_out_elsewhere, name="sign-out-elsewhere"),
]
