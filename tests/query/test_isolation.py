"""Charlie (Zenith) sees nothing of Acme: not through the first lock, and not when it is taken out."""

import pytest

from outbrief.query import Engine, answer, answers, conditions, datasets, questions
from outbrief.query.compile import _template, count_sql, export_sql, question_sql
from outbrief.query.connection import reading
from outbrief.terms.columns import ExportType
from outbrief.terms.question import BounceReasons, Question
from outbrief.terms.report import ReportFilters
from tests.query.facts import Facts
from tests.query.test_exports import exported, rows
from tests.query.test_exports import request as export_of
from tests.query.test_questions import WHOLE

DIMENSIONS = ("campaign", "workspace", "sending_domain", "day")


@pytest.fixture
def without_the_first_lock(monkeypatch: pytest.MonkeyPatch):
    for module in (datasets, questions, conditions):
        monkeypatch.setattr(module, "own", lambda relation, tenant_id: relation)
    _template.cache_clear()
    yield
    _template.cache_clear()


@pytest.mark.parametrize("export_type", ExportType)
def test_the_sql_of_one_tenant_gives_another_no_row(facts: Facts, acme: Engine, zenith: Engine, export_type):
    asked = export_of(export_type)
    assert exported(acme, asked).num_rows > 0
    with reading(zenith) as transaction:
        assert transaction.rows(export_sql(asked, acme.tenant_id)).read_all().num_rows == 0
    with reading(zenith) as transaction:
        assert transaction.rows(count_sql(asked, acme.tenant_id)).read_all().to_pylist() == [{"rows": 0}]


def test_the_sql_of_one_tenants_question_gives_another_no_row(facts: Facts, acme: Engine, zenith: Engine):
    for question in (
        Question(measures=("sent",), dimensions=DIMENSIONS, period=WHOLE),
        BounceReasons(period=WHOLE),
    ):
        assert answer(acme, question).num_rows > 0
        with reading(zenith) as transaction:
            assert transaction.rows(question_sql(question, acme.tenant_id)).read_all().num_rows == 0


@pytest.mark.parametrize("export_type", ExportType)
def test_without_the_tenant_in_the_query_row_level_security_still_holds(
    facts: Facts, acme: Engine, zenith: Engine, export_type, request: pytest.FixtureRequest
):
    asked = export_of(export_type)
    locked = {engine.tenant_id: rows(engine, asked) for engine in (acme, zenith)}
    request.getfixturevalue("without_the_first_lock")
    assert "tenant_id" not in export_sql(asked, zenith.tenant_id)
    for engine in (acme, zenith):
        assert rows(engine, asked) == locked[engine.tenant_id]


def test_without_the_tenant_in_the_question_row_level_security_still_holds(
    facts: Facts, acme: Engine, zenith: Engine, request: pytest.FixtureRequest
):
    asked = [Question(measures=("sent",), dimensions=DIMENSIONS, period=WHOLE), BounceReasons(period=WHOLE)]
    locked = {engine.tenant_id: answers(engine, asked) for engine in (acme, zenith)}
    request.getfixturevalue("without_the_first_lock")
    assert "tenant_id" not in question_sql(asked[0], zenith.tenant_id)
    for engine in (acme, zenith):
        assert answers(engine, asked) == locked[engine.tenant_id]


def test_ids_of_another_tenant_in_the_filters_find_nothing(facts: Facts, acme: Engine, zenith: Engine):
    theirs = ReportFilters(workspace_ids=tuple(str(workspace.pk) for workspace in facts.workspaces))
    question = Question(measures=("sent",), dimensions=("workspace",), period=WHOLE, filters=theirs)
    assert answer(acme, question).num_rows > 0
    assert answer(zenith, question).num_rows == 0


def test_the_same_campaign_id_means_each_tenants_own(facts: Facts, acme: Engine, zenith: Engine):
    ids = ReportFilters(campaign_ids=("campaign-1",))
    question = Question(measures=("sent",), dimensions=("campaign", "workspace"), period=WHOLE, filters=ids)
    ours, theirs = answer(acme, question), answer(zenith, question)
    assert ours.num_rows > 0
    assert theirs.num_rows > 0
    assert ours != theirs


def test_the_queries_run_as_the_serving_role_and_cannot_write(facts: Facts, acme: Engine):
    with reading(acme) as transaction:
        [row] = transaction.rows(
            "SELECT current_user::text AS role, current_setting('transaction_read_only') AS read_only,"
            " current_setting('transaction_isolation') AS isolation"
        ).read_all().to_pylist()  # fmt: skip
    assert row == {"role": "outbrief_app", "read_only": "on", "isolation": "repeatable read"}
