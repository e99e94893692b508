"""What Acme has: one of everything, and a report that reached one recipient of two."""

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings

from tests.activity import add_activity
from tests.people import People

TITLE = 'Отчёт "Q3" <b>& co</b>'


@dataclass(frozen=True, kw_only=True)
class Acme:
    """The ids of what Acme has."""

    tenant_id: UUID
    schedule_id: UUID
    generation_id: UUID
    export_id: UUID
    pending_export_id: UUID
    sent_id: UUID
    failed_id: UUID
    template_id: UUID
    upload_id: UUID
    intake_id: int
    key_id: UUID
    member_id: UUID
    invitation_id: UUID
    suppression_id: UUID

    @property
    def delivery_id(self) -> UUID:
        """Give a delivery whose mail is kept."""
        return self.sent_id


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """Keep files and mails of this test in folders of its own; forget who failed to sign in; hash passwords fast."""
    before = settings.OUTBRIEF
    settings.OUTBRIEF = dataclasses.replace(
        before, store_url=(tmp_path / "files").as_uri(), email_url=(tmp_path / "outbox").as_uri()
    )
    cache.clear()
    # Hashing that takes its time would take most of the time of these tests.
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield tmp_path
    settings.OUTBRIEF = before


@pytest.fixture
def acme(people: People) -> Acme:
    from outbrief.record.exports import ExportOrder
    from outbrief.record.models import ReportDelivery
    from outbrief.record.scope import tenant_scope
    from outbrief.record.tenants import tenant_facts
    from outbrief.run import delivery, exports, pipeline, plan, schedules
    from outbrief.run.attempts import MAILING, PRODUCING
    from outbrief.terms.delivery import DeliveryStatus

    def clock() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    now, tenant_id = clock(), people.alice.tenant_id
    tenant = tenant_facts(tenant_id)
    asked = schedules.ScheduleAsked(
        name=TITLE,
        report_type="campaign",
        format="csv",
        frequency="weekly",
        day_of_week=1,
        time="09:00",
        timezone="America/New_York",
        recipients=["ann@example.test", "ben@example.test"],
        date_range="last_7d",
    )
    with tenant_scope(tenant_id):
        add_activity(tenant_id, days={now.date() - dt.timedelta(days=2): {"sent": 100, "delivered": 97}})
        schedule = schedules.create(tenant, asked, actor="test", creator="alice@acme.test", now=now)
        generation = plan.run_now(schedule, actor="test", now=now)
        orders = [
            ExportOrder(export_type=kind, format="csv", fields=[], filters={}, date_range=None)
            for kind in ("campaigns", "leads")
        ]
        done, pending = (
            exports.request_export(tenant, order, user_id=None, actor="test", idempotency_key=None, now=now)[0]
            for order in orders
        )
    pipeline.produce_report(tenant_id, generation.id, clock=clock, attempt=PRODUCING.attempt(0))
    pipeline.produce_export(tenant_id, done.id, clock=clock, attempt=PRODUCING.attempt(0))
    with tenant_scope(tenant_id):
        ann, ben = ReportDelivery.objects.order_by("recipient")
        ReportDelivery.objects.filter(id=ben.id).update(
            status=DeliveryStatus.FAILED, provider_answer="550 5.1.1 no such mailbox"
        )
    delivery.deliver_report(tenant_id, ann.id, clock=clock, attempt=MAILING.attempt(0))
    return Acme(
        tenant_id=tenant_id,
        schedule_id=schedule.id,
        generation_id=generation.id,
        export_id=done.id,
        pending_export_id=pending.id,
        sent_id=ann.id,
        failed_id=ben.id,
        **_rest(people, now=now),
    )


def _rest(people: People, *, now: dt.datetime) -> dict[str, UUID | int]:
    """Give Acme what the pages show beside reports and exports; of each, the id."""
    from outbrief.facts.models import Intake
    from outbrief.record import models
    from outbrief.record.scope import tenant_scope

    tenant_id = people.alice.tenant_id
    with tenant_scope(tenant_id):
        template = models.ReportTemplate.objects.create(
            tenant_id=tenant_id, name=f"Template {TITLE}", report_type="campaign", sections=["summary"]
        )
        upload = models.Upload.objects.create(
            tenant_id=tenant_id, filename=f"{TITLE}.csv", kind="leads", file_size_bytes=12, status="failed"
        )
        refusal = {"line": 2, "field": "email", "reason": "is no address", "value": TITLE}
        intake = Intake.objects.create(
            tenant_id=tenant_id, kind="leads", source=f"{TITLE}.csv", rows_read=2, rows_kept=1, rows_refused=1,
            refusals=[refusal],
        )  # fmt: skip
        invitation = models.Invitation.objects.create(
            tenant_id=tenant_id, email="dora@acme.test", role="editor", expires_at=now + dt.timedelta(days=7)
        )
        suppression = models.Suppression.objects.create(
            tenant_id=tenant_id, address="gone@example.test", reason="bounced"
        )
        return {
            "template_id": template.id,
            "upload_id": upload.id,
            "intake_id": intake.id,
            "key_id": models.ApiKey.objects.get(user_id=people.alice.user_id).id,
            "member_id": models.Membership.objects.get(user_id=people.bob.user_id).id,
            "invitation_id": invitation.id,
            "suppression_id": suppression.id,
        }
