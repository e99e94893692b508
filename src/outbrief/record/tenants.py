"""Tenants and the people in them."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import slugify

from outbrief.record.models import Membership, Role, Tenant, User, Workspace
from outbrief.record.scope import tenant_scope, unscoped, user_scope
from outbrief.terms.errors import Conflict, InvalidInput, NotFound
from outbrief.terms.styling import Branding, Logo, Styling, branding_of

MAIN_WORKSPACE = "Main"


@dataclass(frozen=True, kw_only=True)
class TenantFacts:
    """What the other parts need to know of a tenant."""

    id: UUID
    name: str
    slug: str
    timezone: str
    branding: Branding
    allowed_recipient_domains: tuple[str, ...]
    retention_days: int | None


@dataclass(frozen=True, kw_only=True)
class Member:
    """A person in a tenant. `timezone` is the zone that they read times in: their own, or else the tenant's."""

    tenant_id: UUID
    tenant_name: str
    email: str
    role: Role
    timezone: str


def create_tenant(*, name: str, owner_email: str, timezone: str) -> tuple[TenantFacts, UUID]:
    """Create a tenant with its `Main` workspace and its owner, who may exist already; give it and the owner's id.

    The zone must have been checked. Raises Conflict when the name's slug is taken.
    """
    slug = slugify(name)[:63]
    if not slug:
        raise InvalidInput("needs at least one letter or digit.", field="name")
    with unscoped():
        if Tenant.objects.filter(slug=slug).exists():
            raise Conflict(f"There is a tenant {slug!r} already.", field="name", hint="Choose another name.")
        tenant = Tenant.objects.create(name=name, slug=slug, timezone=timezone)
        Workspace.objects.create(tenant=tenant, name=MAIN_WORKSPACE)
        owner = add_member(tenant_id=tenant.id, email=owner_email, role=Role.OWNER)
    return _facts(tenant), owner


def add_member(*, tenant_id: UUID, email: str, role: Role) -> UUID:
    """Make a person a member, creating the user (who cannot sign in before a password is set); give the user's id.

    To be called inside the tenant's scope, or unscoped.
    """
    user, _ = User.objects.get_or_create(email=email.strip().lower())
    Membership.objects.update_or_create(tenant_id=tenant_id, user=user, defaults={"role": role})
    return user.id


def drop_main_workspace() -> None:
    """Delete the `Main` workspace of the tenant in scope, which must hold nothing, where others take its place."""
    Workspace.objects.filter(name=MAIN_WORKSPACE).delete()


def has_password(user_id: UUID) -> bool:
    """Tell whether a person can sign in with a password."""
    return bool(User.objects.get(id=user_id).password)


def set_password(user_id: UUID, password: str) -> None:
    """Give a person a password to sign in with; it is kept as an Argon2 hash."""
    user = User.objects.get(id=user_id)
    user.set_password(password)
    user.save(update_fields=["password"])


def tenant_by_slug(slug: str) -> TenantFacts:
    """Find a tenant for the operator; NotFound names the ones there are."""
    with unscoped():
        try:
            return _facts(Tenant.objects.get(slug=slug))
        except Tenant.DoesNotExist:
            known = ", ".join(Tenant.objects.order_by("slug").values_list("slug", flat=True)[:20]) or "none yet"
            raise NotFound(f"there is no tenant {slug!r}.", field="tenant", hint=f"Tenants: {known}.") from None


def tenant_facts(tenant_id: UUID | str) -> TenantFacts:
    """Read a tenant from within its own scope."""
    with tenant_scope(tenant_id):
        return _facts(Tenant.objects.get(id=tenant_id))


def change_branding(
    tenant_id: UUID, *, styling: Styling | None = None, logo: Logo | Literal["none"] | None = None
) -> tuple[Branding, Branding]:
    """Change a tenant's styling, or its logo, in the tenant's scope; give the branding before and after.

    None leaves what is; nobody else changes it before the transaction ends.
    """
    tenant = Tenant.objects.select_for_update().get(id=tenant_id)
    before = branding_of(tenant.branding)
    after = Branding(
        styling=before.styling if styling is None else styling,
        logo=before.logo if logo is None else None if logo == "none" else logo,
    )
    tenant.branding = after.as_json()
    tenant.save(update_fields=["branding"])
    return before, after


def membership(*, user_id: UUID, tenant_id: UUID | None) -> Member | None:
    """Find an active person's membership of a tenant, or, with None, of the first they joined."""
    with user_scope(user_id):
        theirs = _memberships(user_id)
        if tenant_id is not None:
            theirs = theirs.filter(tenant_id=tenant_id)
        row = theirs.first()
        return _member(row) if row else None


def memberships(user_id: UUID) -> list[Member]:
    """Give every membership of an active person, in the order in which they joined."""
    with user_scope(user_id):
        return [_member(row) for row in _memberships(user_id)]


def is_member(tenant_id: UUID, address: str) -> bool:
    """Tell whether a mail address is that of an active member, in the tenant's scope."""
    theirs = Membership.objects.filter(tenant_id=tenant_id, user__email=address.lower(), user__is_active=True)
    return theirs.exists()


def owner_address(tenant_id: UUID) -> str | None:
    """Give the address of the tenant's first owner, in the tenant's scope; None when it has none."""
    owners = Membership.objects.filter(tenant_id=tenant_id, role=Role.OWNER, user__is_active=True)
    return owners.order_by("created_at").values_list("user__email", flat=True).first()


def _memberships(user_id: UUID) -> "QuerySet[Membership]":
    theirs = Membership.objects.filter(user_id=user_id, user__is_active=True)
    return theirs.select_related("user", "tenant").order_by("created_at", "id")


def _member(row: Membership) -> Member:
    return Member(
        tenant_id=row.tenant_id,
        tenant_name=row.tenant.name,
        email=row.user.email,
        role=Role(row.role),
        timezone=row.user.timezone or row.tenant.timezone,
    )


def _facts(tenant: Tenant) -> TenantFacts:
    return TenantFacts(
        id=tenant.id,
        name=tenant.name,
        slug=tenant.slug,
        timezone=tenant.timezone,
        branding=branding_of(tenant.branding),
        allowed_recipient_domains=tuple(tenant.allowed_recipient_domains),
        retention_days=tenant.retention_days,
    )
