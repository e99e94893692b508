"""The page of one generation."""

import datetime as dt
import html
import re

from outbrief.record.models import ReportDelivery, ReportGeneration, ScheduledReport
from outbrief.record.scope import tenant_scope
from outbrief.web.generations.wording import lag
from tests.people import People
from tests.web.conftest import Acme
from tests.web.visits import visitor


def test_it_tells_what_was_asked_promised_and_done(people: People, acme: Acme):
    page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
    with tenant_scope(acme.tenant_id):
        generation = ReportGeneration.objects.get(id=acme.generation_id)
    for text in (
        "Campaign, CSV",
        "Last 7 days",
        "All workspaces",
        "Asked for",
        "at once",
        "First mail sent",
        "Made in",
    ):
        assert text in page
    assert generation.metadata["sha256"] in page
    assert "1 row" in page
    assert "550 5.1.1 no such mailbox" in page
    assert "kept as" in page


def test_resend_goes_to_the_failed_recipient_alone(people: People, acme: Acme):
    client = visitor(people.alice)
    assert "Resend to the 1 that failed" in client.get(f"/generations/{acme.generation_id}").content.decode()
    page = client.post(f"/generations/{acme.generation_id}/resend", follow=True).content.decode()
    assert "Sending again to 1 recipient." in page
    with tenant_scope(acme.tenant_id):
        statuses = dict(ReportDelivery.objects.values_list("recipient", "status"))
    assert statuses == {"ann@example.test": "sent", "ben@example.test": "pending"}
    assert "Resend" not in page


def test_the_document_that_was_sent_is_read_on_the_page(people: People, acme: Acme):
    run = made(acme, {})
    page = visitor(people.alice).get(f"/generations/{run}").content.decode()
    assert '<article class="document">' in page
    assert page.count("<h1") == 1
    assert not re.search(r'\sstyle="|<style', page)


def test_a_document_that_was_changed_in_the_store_is_not_shown(people: People, acme: Acme):
    from outbrief.record import generations
    from outbrief.run import parts

    with tenant_scope(acme.tenant_id):
        kept = generations.page_of(generations.get(acme.generation_id))
    assert kept is not None
    with parts.store().upload(kept.key, content_type="text/html", filename="page.html") as upload:
        upload.write(b"<p>Something else</p>")
    page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
    assert "Something else" not in page
    assert "It cannot be read here" in page


def test_a_run_of_a_version_that_kept_no_document_says_so(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        run = ReportGeneration.objects.get(id=acme.generation_id)
        del run.metadata["page"]
        run.save()
    page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
    assert "before reports were kept for the screen" in page


def test_a_single_recipient_is_sent_the_report_again_and_no_other(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ReportDelivery.objects.update(status="failed")
    client = visitor(people.alice)
    answer = client.post(f"/generations/{acme.generation_id}/deliveries/{acme.failed_id}/resend", follow=True)
    assert "Sending again to ben@example.test." in answer.content.decode()
    with tenant_scope(acme.tenant_id):
        statuses = dict(ReportDelivery.objects.values_list("recipient", "status"))
    assert statuses == {"ann@example.test": "failed", "ben@example.test": "pending"}


def test_a_recipient_who_has_the_report_is_not_sent_it_again(people: People, acme: Acme):
    answer = visitor(people.alice).post(f"/generations/{acme.generation_id}/deliveries/{acme.sent_id}/resend")
    assert answer.status_code == 409


def test_a_failure_says_whose_turn_it_is_and_leads_to_what_mends_it(people: People, acme: Acme):
    turns = {"user": "It is your turn", "operator": "It is the operator’s turn", "recipient": "the recipients’ turn"}
    for blame, said in turns.items():
        with tenant_scope(acme.tenant_id):
            run = ReportGeneration.objects.get(id=acme.generation_id)
            run.status, run.error_message = "failed", "The reason <b>itself</b>."
            run.metadata["error"] = {"code": "x", "blame": blame}
            run.save()
        page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
        assert said in page
        assert "The reason &lt;b&gt;itself" in page
        assert (f"/schedules/{acme.schedule_id}/edit" in page) == (blame == "user")
    seen = visitor(people.bob).get(f"/generations/{acme.generation_id}").content.decode()
    assert "Ask an editor or the owner of" in seen
    assert "/edit" not in seen


def test_deliveries_are_narrowed_to_a_state_and_come_in_pages(people: People, acme: Acme):
    address = f"/generations/{acme.generation_id}"
    client = visitor(people.alice)
    page = client.get(f"{address}?state=failed").content.decode()
    assert "ben@example.test" in page
    assert "ann@example.test" not in page
    with tenant_scope(acme.tenant_id):
        ReportDelivery.objects.bulk_create(
            ReportDelivery(
                tenant_id=acme.tenant_id,
                generation_id=acme.generation_id,
                recipient=f"p{i:03d}@example.test",
                message_id=f"<{i}@x>",
                status="sent",
            )
            for i in range(210)
        )
    seen: list[str] = []
    following = "?"
    while following:
        page = client.get(address + html.unescape(following)).content.decode()
        seen += re.findall(r'<span class="name">([^<]+)</span>', page.split('id="deliveries"')[1])
        following = (re.findall(r'href="([^"]*)" rel="next"', page) or [""])[0]
    assert len(seen) == 212
    assert seen == sorted(set(seen))


def set_stage(acme: Acme, **columns: object) -> None:
    with tenant_scope(acme.tenant_id):
        ReportGeneration.objects.filter(id=acme.generation_id).update(**columns)


def test_a_run_tells_how_far_it_is_and_the_page_is_loaded_again_at_the_next_stage(people: People, acme: Acme):
    client, address = visitor(people.bob), f"/generations/{acme.generation_id}/progress"
    asked = {"headers": {"HX-Request": "true"}}
    said = {
        "making": "The report is being made, for the 2nd time.",
        "waiting": "is tried again by itself: The store is away.",
        "sending": "The report is made. 2 of 2 mails done.",
    }
    with tenant_scope(acme.tenant_id):
        path = ReportGeneration.objects.get(id=acme.generation_id).file_path
    for stage, columns in (
        ("making", {"status": "running", "attempt": 2, "file_path": None}),
        ("waiting", {"status": "pending", "attempt": 2, "file_path": None, "error_message": "The store is away."}),
        ("sending", {"status": "running", "file_path": path}),
    ):
        set_stage(acme, **columns)
        fragment = client.get(f"{address}?seen={stage}", **asked)
        assert said[stage] in fragment.content.decode()
        assert "<html" not in fragment.content.decode()
        assert "HX-Refresh" not in fragment
        assert client.get(f"{address}?seen=over", **asked)["HX-Refresh"] == "true"
        assert said[stage] in client.get(f"/generations/{acme.generation_id}").content.decode()
    set_stage(acme, status="success")
    assert client.get(f"{address}?seen=sending", **asked)["HX-Refresh"] == "true"
    assert "hx-get" not in client.get(f"/generations/{acme.generation_id}").content.decode()


def test_how_late_something_was_is_said_in_its_two_largest_units():
    said = {0.2: "0 s", 4: "4 s", 60: "1 min", 125: "2 min 5 s", 12_000: "3 h 20 min", 187_200: "2 d 4 h"}
    assert {seconds: lag(seconds).replace("\u00a0", " ") for seconds in said} == said


def test_resend_without_a_failure_is_refused(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ReportDelivery.objects.update(status="sent")
    response = visitor(people.alice).post(f"/generations/{acme.generation_id}/resend")
    assert response.status_code == 409
    assert "has failed" in response.content.decode()


def test_run_now_runs_the_schedule_again(people: People, acme: Acme):
    response = visitor(people.alice).post(f"/generations/{acme.generation_id}/run")
    assert response.status_code == 302
    with tenant_scope(acme.tenant_id):
        assert ReportGeneration.objects.filter(scheduled_report_id=acme.schedule_id).count() == 2


def test_a_report_whose_schedule_was_deleted_can_be_run_again_and_asks_for_the_same(people: People, acme: Acme):
    with tenant_scope(acme.tenant_id):
        ScheduledReport.objects.all().delete()
    response = visitor(people.alice).post(f"/generations/{acme.generation_id}/run")
    assert response.status_code == 302
    with tenant_scope(acme.tenant_id):
        orders = [run.metadata["order"] for run in ReportGeneration.objects.all()]
    assert len(orders) == 2
    assert orders[0] == orders[1]


def test_a_file_that_was_pruned_says_so(people: People, acme: Acme):
    from outbrief.record import generations

    with tenant_scope(acme.tenant_id):
        generations.forget_file(generations.get(acme.generation_id))
    page = visitor(people.alice).get(f"/generations/{acme.generation_id}").content.decode()
    assert "The file was deleted" in page
    assert "/downloads/" not in page


def made(acme: Acme, config: dict[str, object], *, trigger: str = "api") -> str:
    from outbrief.record.generations import Order
    from outbrief.record.tenants import tenant_facts
    from outbrief.run import pipeline, plan
    from outbrief.run.attempts import PRODUCING
    from outbrief.terms.report import Trigger

    tenant, now = tenant_facts(acme.tenant_id), dt.datetime.now(dt.UTC)
    order = Order(
        title="Several",
        report_type="overall",
        format="pdf",
        date_range="last_7d",
        timezone="UTC",
        workspace_id=None,
        config=config,
        recipients=(),
        notify=None,
    )
    with tenant_scope(tenant.id):
        run = plan.one_off(tenant, order, actor="test", now=now, trigger=Trigger(trigger))
    pipeline.produce_report(tenant.id, run.id, clock=lambda: now, attempt=PRODUCING.attempt(0))
    return str(run.id)


def test_every_file_has_its_own_download_and_what_was_asked_is_said_in_words(people: People, acme: Acme):
    config = {
        "formats": ["excel", "csv"],
        "onlyWhen": [{"measure": "bounceRate", "above": 3}],
        "measures": ["sent", "replyRate"],
        "sections": ["figures", {"type": "text", "markdown": "x"}],
        "attach": False,
    }
    page = visitor(people.alice).get(f"/generations/{made(acme, config, trigger='manual')}").content.decode()
    links = dict.fromkeys(re.findall(r'href="(/downloads/report/[^"]+)"', page))
    assert len(links) == 3
    kinds = {visitor(people.alice).get(link)["Content-Type"].split(";")[0] for link in links}
    assert len(kinds) == 3
    for text in ("PDF, Excel, CSV", "bounce rate above 3", "Sent, Reply rate", "figures, text", "Files attached"):
        assert text in page, text
    assert "Made because somebody asked for it" in page


def test_a_skipped_report_says_why_and_can_be_run_all_the_same(people: People, acme: Acme):
    run = made(acme, {"onlyWhen": [{"measure": "sent", "above": 1000}]})
    client = visitor(people.alice)
    page = client.get(f"/generations/{run}").content.decode()
    assert "Sent 100 is not above 1" in page
    assert 'class="problem"' not in page
    assert client.post(f"/generations/{run}/run").status_code == 302
    with tenant_scope(acme.tenant_id):
        assert ReportGeneration.objects.order_by("-generated_at").first().trigger == "manual"
