"""The mails to a tenant's own people: invitations, links to a new password, failures of reports."""

from enum import StrEnum

from django.db import models

from outbrief.record.models.columns import created, identity, one_of
from outbrief.record.models.tenancy import Tenant, User


class MailKind(StrEnum):
    """What a mail to one of a tenant's people is about."""

    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - a kind of mail, not a secret
    FAILURE = "failure"


class AccountMail(models.Model):
    """A mail to one person. `object_id` is what it is about: an invitation, or the generation that failed.

    A mail with a `user` holds a secret of theirs and is shown to nobody else. `problem` is why it did not go out.
    """

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10)
    recipient = models.TextField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True)
    object_id = models.UUIDField(null=True)
    message_id = models.TextField()
    problem = models.TextField(default="")
    created_at = created()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "account_mails"
        indexes = [models.Index(fields=["tenant", "object_id"], name="account_mails_about")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "message_id"], name="account_mails_once"),
            one_of("kind", MailKind, table="account_mails"),
        ]
