"""Who is let in, how often, and what is told to machines that watch."""

import re

import django.db
import pytest
from django.conf import settings
from django.test import Client

from outbrief.api import limits
from outbrief.record import gauges
from outbrief.record.models import Membership, Role
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import add_member
from outbrief.terms.errors import TooMany
from tests.api.caller import EXPORT, SCHEDULE, Caller, as_person, in_session
from tests.people import People


def test_a_signed_in_person_reads_as_themselves(people: People):
    assert in_session(people.alice).get("/api/exports")["items"] == []
    assert in_session(people.bob)("POST", "/api/scheduled-reports", SCHEDULE).status_code == 403


def test_a_member_of_two_tenants_reads_as_the_one_they_chose_and_as_a_member_only_while_they_are_one(people: People):
    with tenant_scope(people.alice.tenant_id):
        add_member(tenant_id=people.alice.tenant_id, email=people.charlie.email, role=Role.VIEWER)
    session = in_session(people.charlie)
    zenith = session.post("/api/exports", EXPORT)["exportId"]
    session.client.post("/tenant", {"tenant": people.alice.tenant_id})
    assert session.get("/api/exports")["items"] == []
    assert session("GET", f"/api/exports/{zenith}").status_code == 403
    with tenant_scope(people.alice.tenant_id):
        Membership.objects.filter(user_id=people.charlie.user_id).delete()
    assert [item["exportId"] for item in session.get("/api/exports")["items"]] == [zenith]
    assert session.client.post("/tenant", {"tenant": people.alice.tenant_id}).status_code == 403


def test_a_session_needs_the_csrf_token_to_change_something_and_a_key_does_not(people: People):
    session = in_session(people.alice, enforce_csrf=True)
    refused = session("POST", "/api/exports", EXPORT)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    token = "t" * 32
    session.client.cookies["csrftoken"] = token
    session.post("/api/exports", EXPORT, **{"X-CSRFToken": token})
    Caller(key=people.alice.key, client=Client(enforce_csrf_checks=True, SERVER_NAME="127.0.0.1")).post(
        "/api/exports", EXPORT
    )


def test_a_wrong_key_is_not_made_good_by_a_session(people: People):
    session = in_session(people.alice)
    assert session("GET", "/api/exports", Authorization="Bearer ob_wrong").status_code == 401


def test_a_key_that_asks_too_often_is_told_how_long_to_wait(people: People, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "REQUESTS", limits.Limiter(per_second=0.001, burst=2))
    alice = as_person(people.alice)
    for _ in range(2):
        alice.get("/api/exports")
    response = alice("GET", "/api/exports")
    assert (response.status_code, response.json()["code"]) == (429, "too_many")
    assert 0 < int(response["Retry-After"]) <= 1000
    as_person(people.bob).get("/api/exports")


def test_a_bucket_fills_again_with_time_and_not_above_its_burst():
    limiter = limits.Limiter(per_second=2, burst=3)
    for _ in range(3):
        limiter.take("a", now=0)
    with pytest.raises(TooMany) as refused:
        limiter.take("a", now=0)
    assert refused.value.retry_after == 1
    limiter.take("a", now=0.5)
    for _ in range(3):
        limiter.take("a", now=100)
    with pytest.raises(TooMany):
        limiter.take("a", now=100)


def test_health_tells_whether_the_database_answers(database: str, monkeypatch: pytest.MonkeyPatch):
    assert Caller().get("/api/health") == {"status": "ok", "database": "ok"}

    monkeypatch.setattr(settings, "DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    response = Caller()("GET", "/api/health")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unavailable"}
    assert Caller().get("/api/health/live") == {"status": "ok"}


def test_when_the_database_goes_away_the_answer_is_503_and_tells_no_addresses(
    people: People, monkeypatch: pytest.MonkeyPatch
):
    def gone(*_: object, **__: object) -> None:
        raise django.db.OperationalError("connection refused at 10.0.0.7")

    monkeypatch.setattr("outbrief.access.actor_for_key", gone)
    response = as_person(people.alice)("GET", "/api/exports")
    assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
    assert "10.0.0.7" not in response.content.decode()
    assert int(response["Retry-After"]) > 0


def test_what_nobody_foresaw_is_an_answer_that_tells_nothing_of_the_inside(
    people: People, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr("outbrief.access.actor_for_key", broken)
    response = as_person(people.alice)("GET", "/api/exports")
    assert (response.status_code, response.json()["code"]) == (500, "unexpected")
    assert "secret" not in response.content.decode()


def test_a_body_that_is_too_large_is_refused(people: People):
    response = as_person(people.alice)("POST", "/api/exports", b'{"format": "' + b"x" * 11_000_000 + b'"}')
    assert (response.status_code, response.json()["code"]) == (413, "invalid_input")


def test_metrics_count_over_all_tenants_and_name_none(people: People):
    for person in (people.alice, people.charlie):
        as_person(person).post("/api/exports", EXPORT)
    as_person(people.alice).post("/api/scheduled-reports", SCHEDULE, status=201)
    response = Client(SERVER_NAME="127.0.0.1").get("/metrics")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=0.0.4")
    text = response.content.decode()
    assert 'outbrief_exports{status="pending"} 2' in text
    assert 'outbrief_schedules{active="true"} 1' in text
    assert 'outbrief_jobs{queue="bulk",status="todo"} 2' in text
    line = re.compile(r'# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? [-+.\w]+')
    assert all(line.fullmatch(row) for row in text.splitlines())
    assert "acme" not in text.lower()


def test_every_gauge_has_a_meaning(people: People):
    as_person(people.alice).post("/api/exports", EXPORT)
    assert {gauge.name for gauge in gauges.read()} <= set(gauges.MEANINGS)


@pytest.mark.parametrize(
    ("address", "headers"),
    [("93.184.216.34", {}), ("2606:2800:220:1::1", {}), ("127.0.0.1", {"X-Forwarded-For": "93.184.216.34"})],
)
def test_metrics_are_not_for_the_world(database: str, address: str, headers: dict[str, str]):
    response = Client(SERVER_NAME="127.0.0.1", REMOTE_ADDR=address).get("/metrics", headers=headers)
    assert response.status_code == 403


def test_the_documentation_page_loads_everything_from_here(database: str):
    client = Client(SERVER_NAME="127.0.0.1")
    page = client.get("/api/docs").content.decode()
    assert "//" not in page.replace("<!DOCTYPE", "")
    parts = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(parts) == 4
    for part in parts:
        assert client.get(part).status_code == 200, part
    (described,) = re.findall(r'"url": "([^"]+)"', page)
    assert client.get(described).json()["info"]["title"] == "Outbrief"
    for other in ("/api/docs/redoc.standalone.js", "/api/docs/..%2F__init__.py"):
        assert client.get(other).status_code == 404
