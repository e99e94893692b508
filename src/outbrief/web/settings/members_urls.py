"""The addresses of members and invitations."""

from django.urls import path

from outbrief.web.settings import members

urlpatterns = [
    path("settings/members", members.everyone, name="members"),
    path("settings/members/invite", members.invite, name="invite-member"),
    path("settings/members/<uuid:member_id>/role", members.change_role, name="change-role"),
    path("settings/members/<uuid:member_id>/remove", members.remove, name="remove-member"),
    path("settings/invitations/<uuid:invitation_id>/send", members.send_again, name="send-invitation"),
    path("settings/invitations/<uuid:invitation_id>/revoke", members.revoke, name="revoke-invitation"),
]
