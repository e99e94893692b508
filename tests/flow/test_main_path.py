"""The main job through its doors, on real servers: data in, a scheduled report out, an export out, links that end.

Only the clock is not the wall's: the tick and the sweep are told what time it is.
"""

import csv
import datetime as dt
import hashlib
import io
import json
from pathlib import Path

import httpx
import pytest

from outbrief.run import plan, sweep
from outbrief.store import open_store
from tests.cli.commands import Outbrief
from tests.flow.conftest import Serving
from tests.servers.smtp import SmtpServer


def write_csv(path: Path, header: str, rows: list[str]) -> str:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return str(path)


def write_activity(folder: Path) -> list[str]:
    """Write two campaigns, 50 leads and, for yesterday, 90 messages of which 6 bounced and 30 were opened."""
    day = dt.datetime.now(dt.UTC).replace(hour=10, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    later = day + dt.timedelta(minutes=30)
    messages = []
    for number in range(90):
        delivered = "" if number < 6 else later.isoformat()
        bounced = f"{later.isoformat()},hard,550 unknown" if number < 6 else ",,"
        opened = f"{later.isoformat()},2" if 6 <= number < 36 else ",0"
        messages.append(
            f"m{number},c{number % 2},lead{number % 50},mail.acme.test,{day.isoformat()},{delivered},{bounced},{opened}"
        )
    return [
        "--campaigns",
        write_csv(folder / "c.csv", "external_id,name,status,workspace", ["c0,Herbst,sent,Nord", "c1,=1+1,sent,Süd"]),
        "--leads",
        write_csv(
            folder / "l.csv",
            "external_id,email,first_name,company",
            [f"lead{n},lead{n}@example.test,Zoë {n},“Müller & Sons”" for n in range(50)],
        ),
        "--messages",
        write_csv(
            folder / "m.csv",
            "external_id,campaign,lead,sending_domain,sent_at,delivered_at,bounced_at,bounce_type,bounce_reason,"
            "opened_at,open_count",
            messages,
        ),
    ]


def test_from_data_in_to_reports_and_exports_out(
    outbrief: Outbrief, serving: Serving, s3_url: str, smtp_server: SmtpServer, tmp_path: Path, settings_of_this_process
):
    settings = {"OUTBRIEF_STORE_URL": s3_url, "OUTBRIEF_EMAIL_URL": smtp_server.url}
    settings_of_this_process(store_url=s3_url, email_url=smtp_server.url)

    made = outbrief("tenant", "create", "Flow", "--owner", "fiona@flow.test", "--timezone", "Europe/Paris", "--json")
    assert made.code == 0, made.err
    key = made.json["apiKey"]
    imported = outbrief("import", "--tenant", "flow", *write_activity(tmp_path), "--json")
    assert imported.code == 0, imported.err
    assert [(file["kind"], file["created"], file["rowsRefused"]) for file in imported.json["files"]] == [
        ("campaigns", 2, 0),
        ("leads", 50, 0),
        ("messages", 90, 0),
    ]

    with serving(**settings) as api:
        settings["OUTBRIEF_BASE_URL"] = str(api.base_url)
        api.headers["Authorization"] = f"Bearer {key}"
        schedule = post(
            api,
            "/api/scheduled-reports",
            {
                "name": "Every morning: Größe & Wirkung",
                "reportType": "campaign",
                "format": "pdf",
                "frequency": "daily",
                "time": "09:00",
                "timezone": "America/New_York",
                "dateRange": "last_7d",
                "recipients": ["ann@example.test", "ben@example.test"],
            },
        )
        due = dt.datetime.fromisoformat(schedule["nextRunAt"])
        assert plan.tick(now=due) == 1
        assert plan.tick(now=due) == 0
        work(outbrief, settings)

        generation = check_generation(api, schedule["id"], s3_url)
        check_mails(smtp_server, generation)
        check_one_click_unsubscribing(api, smtp_server, outbrief, settings, schedule["id"])
        check_export(api, outbrief, settings)


def check_generation(api: httpx.Client, schedule_id: str, s3_url: str) -> dict:
    (listed,) = api.get(f"/api/scheduled-reports/{schedule_id}/generations").json()["items"]
    generation = api.get(f"/api/report-generations/{listed['generationId']}").json()
    assert generation["status"] == "success", generation
    assert {d["recipient"]: d["status"] for d in generation["deliveries"]} == {
        "ann@example.test": "sent",
        "ben@example.test": "sent",
    }
    kept = httpx.get(generation["downloadUrl"])
    assert kept.status_code == 200
    assert kept.content.startswith(b"%PDF-")
    assert hashlib.sha256(kept.content).hexdigest() == generation["sha256"]
    assert sorted(Path(key).suffix for key in open_store(s3_url).keys()) == [".html", ".json", ".pdf"]  # noqa: SIM118
    return {**generation, "content": kept.content}


def check_mails(smtp_server: SmtpServer, generation: dict) -> None:
    assert sorted(received.recipients[0] for received in smtp_server.messages) == [
        "ann@example.test",
        "ben@example.test",
    ]
    for received in smtp_server.messages:
        message = received.message
        (pdf,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
        assert pdf.get_payload(decode=True) == generation["content"]
        assert "Größe & Wirkung" in message["Subject"]
        text = message.get_body(("plain",)).get_content()
        assert "Sent" in text
        assert "90" in text
        # 6 of 90 bounced.
        assert "6.7" in text


def check_one_click_unsubscribing(
    api: httpx.Client, smtp_server: SmtpServer, outbrief: Outbrief, settings: dict[str, str], schedule_id: str
) -> None:
    (to_ann,) = [r.message for r in smtp_server.messages if r.recipients[0] == "ann@example.test"]
    link = to_ann["List-Unsubscribe"].strip().removeprefix("<").split(">")[0]
    assert httpx.get(link).status_code == 200
    smtp_server.messages.clear()
    post(api, f"/api/scheduled-reports/{schedule_id}/run", {})
    work(outbrief, settings)
    assert len(smtp_server.messages) == 2, "looking at the form must not unsubscribe"

    assert httpx.post(link, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    smtp_server.messages.clear()
    post(api, f"/api/scheduled-reports/{schedule_id}/run", {})
    work(outbrief, settings)
    assert [r.recipients[0] for r in smtp_server.messages] == ["ben@example.test"]


def check_export(api: httpx.Client, outbrief: Outbrief, settings: dict[str, str]) -> None:
    fields = ["campaignName", "totalEmails", "bouncedEmails", "opens", "openRate", "totalOpens"]
    asked = {"exportType": "campaigns", "format": "csv", "fields": fields, "dateRange": "last_7d", "filters": {}}
    pending = post(api, "/api/exports", asked)
    assert pending["status"] == "pending"
    assert pending["estimatedTime"] >= 1
    work(outbrief, settings)
    done = api.get(f"/api/exports/{pending['exportId']}").json()
    assert done["status"] == "completed", done

    downloaded = httpx.get(done["downloadUrl"])
    assert downloaded.status_code == 200
    assert hashlib.sha256(downloaded.content).hexdigest() == done["sha256"]
    rows = {row["campaignName"]: row for row in csv.DictReader(io.StringIO(downloaded.text))}
    # Of the 45 messages of each campaign 3 bounced and 15 were opened twice; the formula is disarmed.
    known = {"totalEmails": "45", "bouncedEmails": "3", "opens": "15", "openRate": "35.71", "totalOpens": "30"}
    assert rows == {name: {"campaignName": name, **known} for name in ("Herbst", "'=1+1")}

    ends = dt.datetime.fromisoformat(done["expiresAt"])
    assert sweep.expire_exports(now=ends + dt.timedelta(seconds=1)) == 1
    assert api.get(f"/api/exports/{pending['exportId']}").json()["status"] == "expired"
    assert httpx.get(done["downloadUrl"]).status_code == 404


def post(api: httpx.Client, path: str, body: dict[str, object]) -> dict:
    answer = api.post(path, content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 201, 202), answer.text
    return answer.json()


def work(outbrief: Outbrief, settings: dict[str, str]) -> None:
    done = outbrief("worker", "--until-empty", **settings)
    assert done.code == 0, done.err


@pytest.fixture
def settings_of_this_process():
    """Let the tick and the sweep of this process use the same store and mail server as the others."""
    import dataclasses

    from django.conf import settings

    before = settings.OUTBRIEF

    def change(**changes: str) -> None:
        settings.OUTBRIEF = dataclasses.replace(settings.OUTBRIEF, **changes)

    yield change
    settings.OUTBRIEF = before
