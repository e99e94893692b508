"""Templates in the database."""

import uuid

from django.db import connection

from outbrief.record import templates
from outbrief.record.schedules import exists_anywhere
from outbrief.record.scope import tenant_scope
from tests.people import People


def test_the_version_before_can_still_write_and_read_templates(people: People):
    with tenant_scope(people.alice.tenant_id):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO report_templates (id, tenant_id, name, sections, styling)"
                " VALUES (%s, %s, 'Old', '[]', '{}')",
                [uuid.uuid4(), people.alice.tenant_id],
            )
        kept = templates.named("Old")
    assert kept is not None
    assert (kept.report_type, kept.description) == ("campaign", "")
    assert kept.updated_at == kept.created_at


def test_a_template_is_seen_by_its_tenant_alone_and_its_id_tells_nothing_more(people: People):
    with tenant_scope(people.alice.tenant_id):
        settings = templates.TemplateSettings(
            name="Mine", description="", report_type="campaign", sections=[], styling=templates.Styling()
        )
        made = templates.create(people.alice.tenant_id, settings)
    with tenant_scope(people.charlie.tenant_id):
        assert templates.named("Mine") is None
        assert templates.names() == []
        assert exists_anywhere(made.id)
        assert not exists_anywhere(uuid.uuid4())
