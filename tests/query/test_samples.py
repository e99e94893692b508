"""A few rows of an export, to look at before it is asked for."""

import pytest

from outbrief.query import Engine, engine, sample_rows
from outbrief.terms.columns import ExportType
from outbrief.terms.errors import DatabaseUnavailable
from outbrief.terms.filters import check_filters
from tests.query.facts import Facts
from tests.query.test_exports import exported, request


@pytest.mark.parametrize("export_type", ExportType)
def test_a_sample_is_of_the_rows_and_types_that_the_export_has(facts: Facts, acme: Engine, export_type: ExportType):
    asked = request(export_type)
    whole = exported(acme, asked)
    sample = sample_rows(acme, asked, limit=3)
    assert sample.schema.equals(whole.schema, check_metadata=True)
    assert sample.num_rows == 3
    rows = whole.to_pylist()
    assert all(row in rows for row in sample.to_pylist())


def test_a_sample_keeps_to_the_filters_and_the_order_of_columns(facts: Facts, acme: Engine):
    asked = request(ExportType.LEADS, "status", "email")
    filters = check_filters({"status": facts.leads[0].status}, columns=asked.columns, timezone="UTC")
    asked = request(ExportType.LEADS, "status", "email", filters=filters)
    sample = sample_rows(acme, asked, limit=10)
    assert sample.column_names == ["status", "email"]
    assert set(sample["status"].to_pylist()) == {facts.leads[0].status}


def test_a_sample_shows_nothing_of_another_tenant(facts: Facts, acme: Engine, zenith: Engine):
    asked = request(ExportType.MESSAGES)
    others = exported(zenith, asked).to_pylist()
    seen = sample_rows(acme, asked, limit=100_000).to_pylist()
    assert len(seen) == len(facts.messages)
    assert others
    assert not [row for row in seen if row in others]


def test_a_sample_that_takes_too_long_is_given_up(facts: Facts, acme: Engine, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "sample_sql", lambda *_, **__: "SELECT pg_sleep(60)::text AS email")
    monkeypatch.setattr(engine, "_SAMPLE_TIMEOUT", "20ms")
    assert sample_rows(acme, request(ExportType.LEADS, "email"), limit=10) is None


def test_a_sample_from_a_server_that_is_away_is_an_error(acme: Engine):
    away = Engine(url="postgresql://nobody@127.0.0.1:1/none", tenant_id=acme.tenant_id)
    with pytest.raises(DatabaseUnavailable):
        sample_rows(away, request(ExportType.LEADS, "email"), limit=10)
