"""Tenants, their workspaces, the people and the keys that act for them."""

from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from outbrief.record.models.columns import created, identity, one_of


class Role(StrEnum):
    """What a member may do: a viewer reads, an editor changes, an owner also manages members and keys."""

    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class Tenant(models.Model):
    """A company that sends outreach mail. `timezone` is its reporting zone; `branding` holds colour and logo.

    `retention_days` is how long its reports' files are kept, 0 for ever; null leaves it to the installation.
    `timezone_wanted` is the zone that it changes to, while the days of its activity are being counted anew.
    """

    id = identity()
    name = models.CharField(max_length=255)
    slug = models.SlugField(max_length=63, unique=True)
    timezone = models.CharField(max_length=50, default="UTC")
    timezone_wanted = models.CharField(max_length=50, null=True)
    branding = models.JSONField(default=dict)
    allowed_recipient_domains = ArrayField(models.TextField(), default=list)
    retention_days = models.IntegerField(null=True)
    created_at = created()

    class Meta:
        db_table = "tenants"


class Workspace(models.Model):
    """A part of a tenant that keeps its campaigns and leads apart; activity that names none lies in `Main`."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    name = models.CharField(max_length=255)
    created_at = created()

    class Meta:
        db_table = "workspaces"
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="workspaces_name_once")]


class User(AbstractBaseUser):
    """A person who signs in, by mail address; what they may do is in their memberships.

    `timezone` is that of the times on their pages; empty for that of the tenant they look at. `session_epoch` counts
    how often they ended all their sessions: one of an earlier count is over.
    """

    id = identity()
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=255, default="")
    timezone = models.CharField(max_length=50, default="", db_default="")
    is_active = models.BooleanField(default=True)
    session_epoch = models.IntegerField(default=0, db_default=0)
    created_at = created()

    objects = BaseUserManager["User"]()

    USERNAME_FIELD = "email"

    class Meta:
        db_table = "users"

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        # Django asks for this at every request (its stubs do not know): a session that holds another one is over.
        kept: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{kept}.{self.session_epoch}" if self.session_epoch else kept


class Membership(models.Model):
    """A person's role in a tenant."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    role = models.CharField(max_length=10)
    created_at = created()

    class Meta:
        db_table = "memberships"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "user"], name="memberships_once"),
            one_of("role", Role, table="memberships"),
        ]


class Invitation(models.Model):
    """An invitation to become a member, mailed to an address; it is good for one person, once, until it expires."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    email = models.EmailField()
    role = models.CharField(max_length=10)
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    created_at = created()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "invitations"
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"], condition=models.Q(accepted_at__isnull=True), name="invitations_open_once"
            ),
            one_of("role", Role, table="invitations"),
        ]


class ApiKey(models.Model):
    """A key of a program: only its hash is kept; `prefix` is what people recognise it by."""

    id = identity()
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True)
    name = models.CharField(max_length=255)
    prefix = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = created()
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_keys"
