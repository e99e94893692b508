"""What one schedule's mail holds, and whether it goes out: formats, links, words of its own, conditions."""

import datetime as dt
import hashlib
import re

import pyarrow as pa
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from outbrief.record.models import ReportGeneration, Tenant
from outbrief.record.scope import tenant_scope, unscoped
from outbrief.record.tenants import tenant_facts
from outbrief.run import downloads, links, parts, pipeline, plan, sweep, worker
from outbrief.run.attempts import PRODUCING
from outbrief.run.conditions import held_back
from outbrief.terms.errors import ArtifactMissing, InvalidInput, StoreUnavailable
from outbrief.terms.report_config import Condition, ReportConfig
from tests.render.documents import NORMAL
from tests.run.conftest import NOW
from tests.run.test_pipeline import mails, only_generation, run  # noqa: F401 - a fixture

ALL = {"formats": ["excel", "csv"]}


def attached(mail) -> dict[str, bytes]:
    files = (part for part in mail.iter_attachments() if part.get_filename())
    return {part.get_filename(): part.get_payload(decode=True) for part in files}


def test_every_format_is_written_once_kept_and_attached(run, home):  # noqa: F811
    generation = run(format="pdf", config=ALL)
    files = generation.metadata["files"]
    assert [file["format"] for file in files] == ["pdf", "excel", "csv"]
    assert generation.file_path == files[0]["key"]
    assert generation.file_size_bytes == files[0]["size"]
    assert generation.metadata["sha256"] == files[0]["sha256"]
    kept = {file["filename"]: (home / "files" / file["key"]).read_bytes() for file in files}
    assert [hashlib.sha256(content).hexdigest() for content in kept.values()] == [file["sha256"] for file in files]
    for mail in mails(home):
        reports = {name: content for name, content in attached(mail).items() if name in kept}
        assert reports == kept


def test_files_that_are_too_large_together_are_linked_one_by_one(run, home, settings_with):  # noqa: F811
    settings_with(attachment_limit=25_000)
    generation = run(format="csv", config={"formats": ["pdf"]})
    sizes = [file["size"] for file in generation.metadata["files"]]
    assert sizes[0] < 25_000 < sum(sizes)
    mail = mails(home)[0]
    assert not any(name.endswith((".csv", ".pdf")) for name in attached(mail))
    found = re.findall(r"/downloads/report/(\S+)", mail.get_body(("plain",)).get_content())
    opened = [links.open_token("report", token, now=dt.datetime.now(dt.UTC)) for token in found]
    assert sorted(link.format for link in opened) == ["csv", "pdf"]
    with tenant_scope(generation.tenant_id):
        names = {link.format: downloads.kept_file(link, now=NOW).key for link in opened}
    assert names == {file["format"]: file["key"] for file in generation.metadata["files"]}


def test_a_link_without_a_format_opens_the_main_file_and_one_to_a_format_that_was_not_made_none(run):  # noqa: F811
    generation = run(format="pdf", config={"formats": ["csv"]})
    link = links.Link(target="report", tenant_id=generation.tenant_id, object_id=generation.id)
    token = links.make_token(link, expires_at=None)
    with tenant_scope(generation.tenant_id):
        assert downloads.kept_file(links.open_token("report", token, now=NOW), now=NOW).key == generation.file_path
        other = links.Link(**{**link.__dict__, "format": "excel"})
        with pytest.raises(ArtifactMissing):
            downloads.kept_file(other, now=NOW)


def test_a_generation_of_before_there_were_several_files_still_has_its_one(run):  # noqa: F811
    generation = run(format="pdf")
    with unscoped():
        known = {key: value for key, value in generation.metadata.items() if key != "files"}
        ReportGeneration.objects.update(metadata=known)
    link = links.Link(target="report", tenant_id=generation.tenant_id, object_id=generation.id)
    with tenant_scope(generation.tenant_id):
        assert downloads.kept_file(link, now=NOW).sha256 == generation.metadata["sha256"]


def test_a_mail_kept_before_there_were_several_files_links_to_its_one(make_schedule, home):
    make_schedule(format="pdf", config={"attach": False}, recipients=["ann@example.test"])
    plan.tick(now=NOW)
    made = only_generation()
    pipeline.produce_report(made.tenant_id, made.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    key = f"{made.tenant_id}/reports/{made.id}.mail.json"
    before = b"".join(parts.store().read(key)).replace(b"TokenOfTheLinkGoesHereAsPdf", b"TokenOfTheLinkGoesHere")
    with parts.store().upload(key, content_type="application/json", filename="mail.json") as upload:
        upload.write(before)
    worker.work(until_empty=True)
    (mail,) = mails(home)
    for kind in ("plain", "html"):
        body = mail.get_body((kind,)).get_content()
        assert "GoesHere" not in body
        (token,) = set(re.findall(r'/downloads/report/([^\s"<]+)', body))
        link = links.open_token("report", token, now=dt.datetime.now(dt.UTC))
        with tenant_scope(made.tenant_id):
            assert downloads.kept_file(link, now=NOW).key == only_generation().file_path


def test_all_files_go_when_their_time_is_over(run):  # noqa: F811
    run(format="pdf", config=ALL)
    with unscoped():
        ReportGeneration.objects.update(generated_at=NOW - dt.timedelta(days=91))
    assert sweep.prune_reports(now=NOW, retention_days=90) == 1
    assert list(parts.store().keys()) == []


def test_when_one_format_cannot_be_written_none_is_left(make_schedule, monkeypatch):
    make_schedule(format="csv", config={"formats": ["pdf"]})
    plan.tick(now=NOW)
    generation = only_generation()

    def break_off(_: object) -> bytes:
        raise StoreUnavailable("the disk is full.")

    monkeypatch.setattr("outbrief.run.reports.write_pdf", break_off)
    with pytest.raises(StoreUnavailable):
        pipeline.produce_report(generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(0))
    assert list(parts.store().keys()) == []


def test_without_attachments_the_mail_links_to_the_file(run, home):  # noqa: F811
    run(format="pdf", config={"attach": False})
    mail = mails(home)[0]
    assert not any(name.endswith(".pdf") for name in attached(mail))
    assert "/downloads/report/" in mail.get_body(("plain",)).get_content()


def test_subject_and_message_are_the_schedules_own(run, home):  # noqa: F811
    run(config={"subject": "{tenant}: {report}, {workspace} {unclosed", "message": "Hello all,\n\n<b>see</b> below."})
    mail = mails(home)[0]
    assert mail["Subject"] == "Acme: Weekly performance, All workspaces {unclosed"
    assert "<b>see</b> below." in mail.get_body(("plain",)).get_content()
    assert "&lt;b&gt;see" in mail.get_body(("html",)).get_content()


ABOVE = [{"measure": "bounceRate", "above": 3.5}]


def test_a_report_whose_conditions_do_not_hold_is_skipped_with_the_reason_and_nothing_else(run, home):  # noqa: F811
    generation = run(config={"onlyWhen": [*ABOVE, {"measure": "sent", "below": 100}]})
    assert generation.status == "skipped"
    assert generation.error_message.replace("\u202f", " ") == (
        "Bounce rate 3.0 % is not above 3.5 %; sent 700 is not below 100."
    )
    assert (generation.file_path, generation.sent_to) == (None, None)
    assert mails(home) == []
    assert list(parts.store().keys()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE queue_name = 'mail'")
        assert cursor.fetchall() == []


def test_one_condition_that_holds_is_enough(run):  # noqa: F811
    assert run(config={"onlyWhen": [*ABOVE, {"measure": "sent", "above": 699}]}).status == "success"


def test_a_report_without_activity_is_skipped_where_that_is_asked(run, home):  # noqa: F811
    generation = run(date_range="2020-01-01..2020-01-31", config={"skipEmpty": True})
    assert generation.status == "skipped"
    assert "no activity" in generation.error_message
    assert mails(home) == []


def test_a_run_that_somebody_asked_for_is_made_regardless_and_says_so(make_schedule, home):
    schedule = make_schedule(now=NOW, config={"onlyWhen": ABOVE})
    with tenant_scope(schedule.tenant_id):
        plan.run_now(schedule, actor="test", now=NOW)
    worker.work(until_empty=True)
    generation = only_generation()
    assert generation.status == "success"
    assert "is not above" in generation.metadata["notes"][0]
    assert len(mails(home)) == 2


def test_a_skipped_run_is_over_and_a_file_that_a_cut_short_attempt_left_is_gone(make_schedule):
    make_schedule(config={"onlyWhen": ABOVE})
    plan.tick(now=NOW)
    generation = only_generation()
    with parts.store().upload(
        f"{generation.tenant_id}/reports/{generation.id}.csv", content_type="text/csv", filename="x.csv"
    ) as upload:
        upload.write(b"left over")
    with unscoped():
        ReportGeneration.objects.update(attempt=1)
    for number in range(2):
        pipeline.produce_report(
            generation.tenant_id, generation.id, clock=lambda: NOW, attempt=PRODUCING.attempt(number)
        )
    assert (only_generation().status, only_generation().attempt) == ("skipped", 2)
    assert list(parts.store().keys()) == []


def totals(**sums: int) -> dict[str, pa.Table]:
    return {"totals": pa.Table.from_pylist([sums])}


def held(answers: dict[str, pa.Table], **condition: float) -> str:
    asked = ReportConfig(only_when=(Condition(measure="bounce_rate", **condition),))
    return held_back(asked, answers, NORMAL).replace("\u202f", " ")


@given(st.integers(min_value=0, max_value=100), st.integers(min_value=1, max_value=50))
def test_a_rate_that_is_exactly_the_bound_is_neither_above_nor_below_it(percent: int, times: int):
    exact = totals(sent=100 * times, bounced=percent * times)
    assert held(exact, above=percent).endswith(f"is not above {percent} %.")
    assert held(exact, below=percent).endswith(f"is not below {percent} %.")
    assert held(exact, above=percent - 0.01) == held(exact, below=percent + 0.01) == ""


def test_a_value_that_misses_its_bound_narrowly_is_not_rounded_to_it():
    assert held(totals(sent=100_000, bounced=2_998), above=3) == "Bounce rate 2.998 % is not above 3 %."


def test_a_measure_of_nothing_holds_no_condition():
    assert held(totals(sent=0, bounced=0), below=3) == "Bounce rate has nothing to measure."


@pytest.mark.parametrize(
    ("config", "field"),
    [
        ({"sections": ["figures", "fgures"]}, "config.sections[1]"),
        ({"sections": [{"type": "chart", "measures": ["opnRate"]}]}, "config.sections[0].measures[0]"),
        ({"measures": ["sent", "weather"]}, "config.measures[1]"),
        ({"template": "Montly"}, "config.template"),
        ({"subject": "{report} for {customer}"}, "config.subject"),
        ({"workspaceIds": ["00000000-0000-0000-0000-000000000007"]}, "config.workspaceIds"),
        ({"formats": ["docx"]}, "config.formats"),
        ({"onlyWhen": [{"measure": "bounceRate"}]}, "config.onlyWhen[0]"),
    ],
)
def test_what_a_schedule_cannot_hold_is_refused_when_it_is_saved(make_schedule, config, field):
    with pytest.raises(InvalidInput) as refused:
        make_schedule(config=config)
    assert refused.value.field == field


def test_who_is_told_of_failures_is_a_member_or_at_an_allowed_domain(make_schedule, acme):
    with unscoped():
        Tenant.objects.filter(id=acme.alice.tenant_id).update(allowed_recipient_domains=["example.test"])
    assert tenant_facts(acme.alice.tenant_id).allowed_recipient_domains == ("example.test",)
    for notify in ("bob@acme.test", "zoe@example.test"):
        assert make_schedule(config={"notify": notify}).config["notify"] == notify
    with pytest.raises(InvalidInput) as refused:
        make_schedule(config={"notify": "carol@acme.test"})
    assert refused.value.field == "config.notify"
