"""Calling the API as somebody, and things to call it about."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tests.people import Person

EXPORT = {"exportType": "leads", "format": "csv", "fields": ["email", "company"]}
SCHEDULE = {
    "name": "Weekly numbers",
    "reportType": "campaign",
    "format": "csv",
    "frequency": "weekly",
    "dayOfWeek": 1,
    "time": "09:00",
    "timezone": "America/New_York",
    "dateRange": "last_week",
    "recipients": ["ann@acme.test", "ben@acme.test"],
}
REPORT = {"reportType": "overall", "format": "csv", "dateRange": "2025-10-01..2025-10-31"}
LEADS = {"rows": [{"externalId": "l1", "email": "ann@example.com"}, {"externalId": "l2", "tags": ["vip"]}]}
CAMPAIGNS = {"rows": [{"externalId": "c1", "name": "Spring", "launchedAt": "2025-10-06T09:00:00Z"}]}
MESSAGES = {"rows": [{"externalId": "m1", "campaign": "c1", "lead": "l1", "sentAt": "2025-10-06T09:00:00Z"}]}
EVENTS = {"rows": [{"message": "m1", "kind": "open", "at": "2025-10-06T10:00:00Z"}]}
TEMPLATE = {
    "name": "Monthly client report",
    "reportType": "overall",
    "sections": ["figures", {"type": "text", "markdown": "Dear client, *all is well*."}, "findings"],
    "styling": {"colour": "#0F7A55", "paper": "letter"},
}


@dataclass
class Caller:
    """Calls the API with a key, or with none."""

    key: str | None = None
    client: Client = field(default_factory=lambda: Client(SERVER_NAME="127.0.0.1"))

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> HttpResponse:
        if self.key:
            headers.setdefault("Authorization", f"Bearer {self.key}")
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(method, path, data, content_type="application/json", headers=headers)

    def get(self, path: str, **headers: str) -> Any:
        response = self("GET", path, **headers)
        assert response.status_code == 200, response.content
        return response.json()

    def post(self, path: str, body: object = None, *, status: int = 200, **headers: str) -> Any:
        response = self("POST", path, body, **headers)
        assert response.status_code == status, response.content
        return response.json()


def as_person(person: Person) -> Caller:
    return Caller(key=person.key)


def in_session(person: Person, *, enforce_csrf: bool = False) -> Caller:
    from outbrief.record.models import User

    client = Client(enforce_csrf_checks=enforce_csrf, SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(id=person.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return Caller(client=client)


def schedule_of(person: Person) -> str:
    made = as_person(person).post("/api/scheduled-reports", SCHEDULE, status=201)
    return made["id"]


def template_of(person: Person, **changes: object) -> str:
    made = as_person(person).post("/api/report-templates", {**TEMPLATE, **changes}, status=201)
    return made["id"]
