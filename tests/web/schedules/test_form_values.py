"""A schedule goes through its form and comes back as it was."""

import pytest
from django.http import QueryDict

from outbrief.record import schedules as record
from outbrief.record.scope import tenant_scope
from outbrief.run import schedules as run
from outbrief.web.schedules.form import ScheduleForm
from outbrief.web.schedules.form_values import addresses_in, asked_from, initial_of
from tests.people import People
from tests.web.conftest import Acme

CONFIGS = [
    {},
    {"notify": "alice@acme.test", "template": "Gone", "formats": ["excel", "pdf"], "workspaceIds": ["a"], "later": 1},
    {"measures": ["open_rate", "sent"], "sections": ["campaigns", "figures"], "locale": "de", "paper": "letter"},
    {"sections": ["figures", {"type": "text", "markdown": "Hello"}], "cover": False, "skipEmpty": True},
    {"onlyWhen": [{"measure": "bounceRate", "above": 2.5}, {"measure": "sent", "below": 10}], "attach": False},
    {"subject": "{report} for you", "message": "Dear all,\n\nlook", "campaignIds": ["a", "b"], "domains": ["x.test"]},
    {"attach": True, "skipEmpty": False, "cover": True},
]


def posted(form: ScheduleForm) -> QueryDict:
    """Give what a browser sends of a form that nobody touched."""
    sent = QueryDict(mutable=True)
    for name in form.fields:
        value = form[name].value()
        if isinstance(value, list):
            sent.setlist(name, value)
        elif value is True:
            sent[name] = "on"
        elif value not in (False, None):
            sent[name] = str(value)
    return sent


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("date_range", ["last_week", "2026-01-01..2026-01-31"])
def test_a_form_that_nobody_touched_changes_nothing(people: People, acme: Acme, config: dict, date_range: str):
    with tenant_scope(acme.tenant_id):
        schedule = record.get(acme.schedule_id)
        schedule.config, schedule.date_range = config, date_range
        before = run.asked_of(schedule)
        untouched = ScheduleForm(initial=initial_of(before), report_type=before.report_type)
        form = ScheduleForm(data=posted(untouched), report_type=before.report_type)
        after = asked_from(form, before)
    meant = {
        key: value for key, value in config.items() if (key, value) not in (("attach", True), ("skipEmpty", False))
    }
    assert after.config == meant
    assert (after.format, after.date_range, after.recipients) == (
        "csv",
        date_range,
        ["ann@example.test", "ben@example.test"],
    )
    assert (after.frequency, after.day_of_week, after.day_of_month) == ("weekly", 1, None)


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("a@b.test\nc@d.test", ["a@b.test", "c@d.test"]),
        ("a@b.test, c@d.test; e@f.test\r\n", ["a@b.test", "c@d.test", "e@f.test"]),
        ("a@b.test c@d.test a@b.test", ["a@b.test", "c@d.test"]),
        ('"Lee, Ann" <a@b.test>', ["a@b.test"]),
        ("Ann Lee <a@b.test>, nobody here", ["a@b.test", "nobody here"]),
        (" \n,;", []),
    ],
)
def test_addresses_are_read_as_people_paste_them(typed: str, addresses: list[str]):
    assert addresses_in(typed) == addresses
