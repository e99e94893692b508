"""What holds for every endpoint, taken from the API's own description, so that a new one cannot be forgotten."""

import json
import uuid
from pathlib import Path

import pytest

from outbrief.api.urls import api
from tests.api.caller import (
    CAMPAIGNS,
    EVENTS,
    EXPORT,
    LEADS,
    MESSAGES,
    REPORT,
    SCHEDULE,
    TEMPLATE,
    Caller,
    as_person,
    schedule_of,
    template_of,
)
from tests.people import People, Person
from tests.pictures import png

SCHEMA = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/")))
ENDPOINTS = [(method.upper(), path) for path, methods in SCHEMA["paths"].items() for method in methods]
OPEN = {("GET", "/api/health"), ("GET", "/api/health/live")}
GUARDED = [endpoint for endpoint in ENDPOINTS if endpoint not in OPEN]
ON_AN_OBJECT = [endpoint for endpoint in GUARDED if "{" in endpoint[1]]
BODIES: dict[tuple[str, str], dict[str, object]] = {
    ("POST", "/api/exports"): EXPORT,
    ("POST", "/api/scheduled-reports"): SCHEDULE,
    ("PATCH", "/api/scheduled-reports/{schedule_id}"): {"name": "Other"},
    ("POST", "/api/reports"): REPORT,
    ("POST", "/api/reports/preview"): REPORT,
    ("POST", "/api/report-templates"): TEMPLATE,
    ("PATCH", "/api/report-templates/{template_id}"): {"description": "Other"},
    ("PUT", "/api/branding"): {"colour": "#123456"},
    ("POST", "/api/facts/campaigns"): CAMPAIGNS,
    ("POST", "/api/facts/leads"): LEADS,
    ("POST", "/api/facts/messages"): MESSAGES,
    ("POST", "/api/facts/events"): EVENTS,
}
LOGO = ("PUT", "/api/branding/logo")
SENT = {**BODIES, LOGO: png(40, 20)}
# What a viewer may do besides reading: an export is a way of reading, and a preview changes nothing.
FOR_VIEWERS = {
    ("POST", "/api/exports"),
    ("POST", "/api/scheduled-reports/{schedule_id}/preview"),
    ("POST", "/api/report-templates/{template_id}/preview"),
    ("POST", "/api/reports/preview"),
}


def make(parameter: str, owner: Person) -> str:
    """Make the object that a path names, for its owner."""
    caller = as_person(owner)
    if parameter == "export_id":
        return caller.post("/api/exports", EXPORT)["exportId"]
    if parameter == "template_id":
        return template_of(owner, name=f"Template {uuid.uuid4()}")
    schedule = schedule_of(owner)
    if parameter == "schedule_id":
        return schedule
    return caller.post(f"/api/scheduled-reports/{schedule}/run", status=202)["generationId"]


def path_for(path: str, owner: Person) -> str:
    if "{" not in path:
        return path
    parameter = path[path.index("{") + 1 : path.index("}")]
    return path.replace("{" + parameter + "}", make(parameter, owner))


def is_an_error(response, code: str) -> bool:
    body = response.json()
    return set(body) == {"error", "code", "details"} and bool(body["error"]) and body["code"] == code


def test_every_endpoint_that_takes_a_body_is_tried_with_one():
    with_body = {(m.upper(), p) for p, ops in SCHEMA["paths"].items() for m, op in ops.items() if "requestBody" in op}
    assert with_body == set(SENT)


# Each of these goes through all endpoints on one database, for a database costs more than a request.


def test_nobody_is_let_in(people: People):
    for method, path in GUARDED:
        real = path_for(path, people.alice)
        for caller in (Caller(), Caller(key="ob_wrong"), Caller(key="\u00e9")):
            response = caller(method, real, SENT.get((method, path)))
            assert response.status_code == 401, (method, path)
            assert is_an_error(response, "unauthenticated"), (method, path)
            assert response["WWW-Authenticate"] == "Bearer"


def test_an_object_of_another_tenant_is_forbidden_and_stays_as_it_was(people: People):
    alice, charlie = as_person(people.alice), as_person(people.charlie)
    for method, path in ON_AN_OBJECT:
        real = path_for(path, people.alice)
        shown = real if path.endswith("}") else real[: real.rindex("/")]
        before = alice.get(shown)
        response = charlie(method, real, SENT.get((method, path)))
        assert response.status_code == 403, (method, path)
        assert response.json() == {"error": "Forbidden", "code": "forbidden", "details": None}
        assert alice.get(shown) == before, (method, path)


def test_an_id_that_nothing_has_is_not_found(people: People):
    for method, path in ON_AN_OBJECT:
        for object_id in (str(uuid.UUID(int=7)), "7", "not-an-id", "%00", "0" * 400, "..", "a%2Fb"):
            real = path[: path.index("{")] + object_id + path[path.index("}") + 1 :]
            response = as_person(people.alice)(method, real, SENT.get((method, path)))
            assert response.status_code == 404, (method, path, object_id)
            assert is_an_error(response, "not_found"), (method, path, object_id)


def test_a_viewer_reads_and_exports_and_changes_nothing_else(people: People):
    as_person(people.alice)(*LOGO, SENT[LOGO])
    for method, path in GUARDED:
        response = as_person(people.bob)(method, path_for(path, people.alice), SENT.get((method, path)))
        if method == "GET" or (method, path) in FOR_VIEWERS:
            assert response.status_code < 300, (method, path, response.content)
        else:
            assert response.status_code == 403, (method, path)
            assert is_an_error(response, "forbidden"), (method, path)


def test_the_owner_gets_the_success_that_is_documented(people: People):
    for method, path in GUARDED:
        real = path_for(path, people.alice)
        response = as_person(people.alice)(method, real, SENT.get((method, path)))
        documented = next(iter(SCHEMA["paths"][path][method.lower()]["responses"]))
        # Nothing has failed yet that could be sent again.
        expected = "409" if path.endswith("/resend") else documented
        assert str(response.status_code) == expected, (method, path, response.content)


BAD: list[tuple[object, str]] = [
    (b"", "body"),
    (b"{", "body"),
    (b"[]", "body"),
    (b'{"format": NaN}', "body"),
    (b"\xff", "body"),
    (b'{"format": "\\ud800"}', "format"),
    (b'{"format": "a\\u0000"}', "format"),
    (b"[" * 100_000, "body"),
    ({"colour": "red"}, "colour"),
    ({"format": 7}, "format"),
    ({"format": None}, "format"),
    ({"format": "docx"}, "format"),
    ({"dateRange": "soon"}, "dateRange"),
    ({"dateRange": {"from": "2025-10-31", "to": "2025-10-01"}}, "dateRange"),
    ({"dateRange": {"from": "2025-10-32", "to": "2025-11-01"}}, "dateRange"),
    ({"dateRange": {"since": "2025-10-01"}}, "dateRange"),
    ({"dateRange": 30}, "dateRange"),
]


def test_a_bad_body_is_refused_naming_the_field(people: People):
    for (method, path), known in BODIES.items():
        real = path_for(path, people.alice)
        for bad, field in BAD:
            body = {**known, **bad} if isinstance(bad, dict) else bad
            response = as_person(people.alice)(method, real, body)
            assert response.status_code == 422, (method, path, bad, response.content)
            assert is_an_error(response, "invalid_input"), (method, path, bad)
            assert response.json()["details"]["field"] == field, (method, path, bad)


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_the_errors_that_occur_are_documented(method: str, path: str):
    responses = set(SCHEMA["paths"][path][method.lower()]["responses"])
    assert {"401", "403", "429", "503"} <= responses
    if "{" in path:
        assert "404" in responses
    if (method, path) in SENT:
        assert "422" in responses


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_every_endpoint_says_what_it_does(method: str, path: str):
    operation = SCHEMA["paths"][path][method.lower()]
    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]


def test_an_unknown_address_below_the_api_is_answered_in_json(people: People):
    response = as_person(people.alice)("POST", "/api/nothing")
    assert response.status_code == 404
    assert is_an_error(response, "not_found")


def test_the_description_in_the_documentation_is_current():
    kept = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
    assert json.loads(kept.read_text()) == SCHEMA, "run `make docs`"


def test_what_the_database_cannot_keep_is_wrong_input_wherever_it_stands(people: People):
    answer = as_person(people.alice)("POST", "/api/exports", EXPORT, **{"Idempotency-Key": "a\0b"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
