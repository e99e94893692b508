"""The pages in a real browser, from the real server: wide and narrow, light and dark, with ugly names."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from django.core.handlers.asgi import ASGIHandler

from outbrief.record.models import ExportJob, ReportDelivery, ReportGeneration
from outbrief.record.scope import tenant_scope
from outbrief.run.links import Link, make_token
from tests.browser.chromium import Page, open_page
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor

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
def address(people: People) -> Iterator[str]:
    """Serve the application on a free port."""
    server = uvicorn.Server(
        uvicorn.Config(ASGIHandler(), host="127.0.0.1", port=0, log_level="warning", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=20)


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


def test_pages_fit_and_load_everything_wide_and_narrow_light_and_dark(
    people: People, generation_id: str, address: str, home: Path
):
    session = visitor(people.alice).cookies["sessionid"].value
    with open_page(home / "profile") as page:
        page.call("Network.setCookie", name="sessionid", value=session, url=address)
        for path in ("/", f"/generations/{generation_id}", "/outbox", "/nowhere"):
            for width in (1280, 700, 360, 320):
                for dark in (False, True):
                    page.look(width=width, dark=dark)
                    page.open(address + path)
                    page.screenshot(
                        home
                        / f"{path.strip('/').split('/')[0] or 'overview'}-{width}-{'dark' if dark else 'light'}.png"
                    )
                    assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
                    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
                    assert ground == ("rgb(15, 18, 23)" if dark else "rgb(247, 248, 250)")
        assert page.evaluate("document.title") == "Not found · Outbrief"
        assert [problem for problem in page.problems if "/nowhere" not in problem] == []


def test_a_mail_and_the_way_out_of_more_are_shown_with_nothing_blocked(
    people: People, acme: Acme, address: str, home: Path
):
    link = Link(target="unsubscribe", tenant_id=acme.tenant_id, object_id=acme.sent_id)
    with open_page(home / "profile") as page:
        session = visitor(people.alice).cookies["sessionid"].value
        page.call("Network.setCookie", name="sessionid", value=session, url=address)
        for name, path in (
            ("mail", f"/outbox/{acme.sent_id}"),
            ("mail-html", f"/outbox/{acme.sent_id}/html"),
            ("unsubscribe", f"/unsubscribe/{make_token(link, expires_at=None)}"),
        ):
            for width in (1280, 360):
                page.look(width=width, dark=width == 360)
                page.open(address + path)
                page.screenshot(home / f"{name}-{width}.png")
        page.evaluate("document.querySelector('button').focus()")
        press(page, "Enter")
        page.wait()
        assert page.evaluate("document.querySelector('h1').textContent") == "You are unsubscribed"
        assert page.problems == []


def test_a_person_signs_in_by_keyboard_and_runs_a_report(people: People, generation_id: str, address: str, home: Path):
    from tests.web.visits import PASSWORD, give_password

    give_password(people.alice)
    with open_page(home / "profile") as page:
        page.look(width=360, dark=False)
        page.open(f"{address}/")
        page.screenshot(home / "sign-in-360.png")
        # The first field has the focus.
        page.call("Input.insertText", text="alice@acme.test")
        press(page, "Tab")
        page.call("Input.insertText", text=PASSWORD)
        press(page, "Enter")
        page.wait()
        assert page.evaluate("document.title") == "Overview · Outbrief"
        page.evaluate("document.querySelector('.action button').focus()")
        press(page, "Enter")
        page.wait()
        assert "is being made" in page.evaluate("document.querySelector('[role=status]').textContent")
        assert page.problems == []


def press(page: Page, key: str) -> None:
    code = {"Tab": 9, "Enter": 13}[key]
    text = {"text": "\r"} if key == "Enter" else {}
    for kind in ("keyDown", "keyUp"):
        page.call(
            "Input.dispatchKeyEvent",
            type=kind,
            key=key,
            windowsVirtualKeyCode=code,
            **(text if kind == "keyDown" else {}),
        )
