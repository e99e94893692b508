"""The pages in a real browser, from the real server: wide and narrow, light and dark, with ugly names."""

import datetime as dt
from pathlib import Path

import pytest

from outbrief.record.models import ExportJob, ReportDelivery, ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.run.links import Link, make_token
from tests.browser.conftest import Browse
from tests.browser.looking import look
from tests.people import People
from tests.web.conftest import Acme

NAMES = [
    "Weekly campaign performance",
    "Ein außerordentlich langer Name über Kampagnenleistungszusammenfassungsberichte " * 3,
    "W" * 250,
    "تقرير أسبوعي عن أداء الحملات",
    "毎週のキャンペーン実績レポート",
    '<script>alert(1)</script> & "quotes" 🧨',
]
NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def generation_id(people: People, home: Path) -> str:
    """Give Acme schedules of every name, reports and exports in every state; give the id of a report."""
    from outbrief.record.tenants import tenant_facts
    from outbrief.run import plan, schedules

    tenant = tenant_facts(people.alice.tenant_id)
    with tenant_scope(tenant.id):
        for number, name in enumerate(NAMES):
            asked = schedules.ScheduleAsked(
                name=name,
                report_type="workspace_summary",
                format="excel",
                frequency="monthly",
                day_of_month=30,
                time="08:00",
                timezone="America/Argentina/ComodRivadavia",
                recipients=[f"somebody.{n}@a-rather-long-domain-name.example.test" for n in range(number + 1)],
                date_range="quarter_to_date",
                is_active=number != 1,
            )
            schedule = schedules.create(tenant, asked, actor="test", creator="", now=NOW)
            run = plan.run_now(schedule, actor="test", now=NOW)
            _settle(run, ("success", "partial", "failed", "running", "skipped", "pending")[number])
        for number, status in enumerate(("completed", "processing", "failed", "cancelled", "expired")):
            _export(people, status, progress=number * 40)
        return str(ReportGeneration.objects.get(status="partial").id)


def _settle(run: ReportGeneration, status: str) -> None:
    reason = "Not sent to 1 of 2: " + "x" * 300 if status in ("partial", "failed") else None
    made = status in ("success", "partial")
    ReportGeneration.objects.filter(id=run.id).update(
        status=status,
        error_message=reason,
        row_count=1_234_567 if made else None,
        file_size_bytes=98_765_432 if made else None,
        file_path="x/reports/y.xlsx" if made else None,
        generation_time_ms=4321 if made else None,
        metadata={**run.metadata, "notes": ["3 cells were cut."], **(_files() if made else {})},
    )
    if made:
        for number, state in enumerate(("sent", "bounced", "failed", "suppressed")):
            ReportDelivery.objects.create(
                tenant_id=run.tenant_id,
                generation=run,
                recipient=f"{'very.' * 10}long{number}@example.test",
                status=state,
                message_id=f"<{number}.{run.id}@test>",
                provider_answer="550-5.1.1 The email account that you tried to reach does not exist. " * 3,
                sent_at=NOW,
            )


def _files() -> dict[str, object]:
    known = {"contentType": "x/y", "sha256": "0123456789abcdef" * 4, "filename": "ein-außerordentlich-langer-name" * 2}
    sizes = {"rows": 1_234_567, "size": 98_765_432, "notes": []}
    return {**known, "files": [{**known, **sizes, "format": fmt, "key": "x"} for fmt in ("excel", "pdf", "csv")]}


def _export(people: People, status: str, *, progress: int) -> None:
    made = status in ("completed", "expired")
    ExportJob.objects.create(
        tenant_id=people.alice.tenant_id,
        export_type="campaigns",
        format="parquet",
        status=status,
        progress=progress,
        error_message="The disk is full. " * 10 if status == "failed" else None,
        file_size_bytes=12 if made else None,
        row_count=1 if made else None,
        file_path="x/exports/y.parquet" if made else None,
        expires_at=NOW + dt.timedelta(hours=1) if status == "completed" else None,
    )


def test_pages_with_ugly_names_and_every_state_fit_and_can_be_read(browse: Browse, people: People, generation_id: str):
    page = browse(people.alice)
    for name, path in (
        ("overview", "/"),
        ("schedules", "/schedules"),
        ("generations", "/generations"),
        ("generation", f"/generations/{generation_id}"),
        ("exports", "/exports"),
    ):
        page.goto(path)
        look(page, f"ugly-{name}")


def test_a_mail_and_the_way_out_of_more_are_shown_with_nothing_blocked(browse: Browse, people: People, acme: Acme):
    link = Link(target="unsubscribe", tenant_id=acme.tenant_id, object_id=acme.sent_id)
    page = browse()
    page.goto(f"/unsubscribe/{make_token(link, expires_at=None)}")
    look(page, "unsubscribe")
    page.get_by_role("button", name="Unsubscribe").press("Enter")
    assert page.get_by_role("heading", level=1).inner_text() == "You are unsubscribed"
    look(page, "unsubscribed")
