"""`outbrief migrate`, `outbrief check`, and what every command does when its ground is missing."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.cli.commands import Outbrief

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def empty_database(database: str) -> Iterator[str]:
    """Give the URL of a database without a table, beside the test's own, which drops it."""
    with psycopg.connect(database, autocommit=True) as server:
        name = server.info.dbname
        server.execute(f"CREATE DATABASE {name}_empty")
        yield database.replace(name, f"{name}_empty")
        server.execute(f"DROP DATABASE {name}_empty WITH (FORCE)")


def test_help_needs_no_database(outbrief: Outbrief, tmp_path: Path):
    for words in ([], ["--help"], ["tenant", "create", "--help"]):
        ran = outbrief(*words, OUTBRIEF_DATABASE_URL=NOWHERE)
        assert "Usage: outbrief" in ran.out + ran.err
        assert ran.code == (0 if words else 2)
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    "words", [("nonsense",), ("export", "leads"), ("import", "--tenant", "acme"), ("serve", "--port", "0")]
)
def test_wrong_usage_ends_with_two_and_says_so_as_json(outbrief_here: Outbrief, words: tuple[str, ...]):
    assert outbrief_here(*words).code == 2
    if "serve" not in words:
        ran = outbrief_here(*words, "--json")
        assert (ran.code, ran.json["code"]) == (2, "wrong_usage")


def test_a_wrong_setting_is_named(outbrief: Outbrief):
    ran = outbrief("migrate", "--json", OUTBRIEF_TICK="often")
    assert (ran.code, ran.json["code"], ran.json["field"]) == (1, "misconfigured", "OUTBRIEF_TICK")
    ran = outbrief("check", "--json", OUTBRIEF_HOMES="x")
    assert (ran.code, ran.json["field"]) == (1, "OUTBRIEF_HOMES")


def test_a_database_without_tables_is_migrated_by_migrate_alone(outbrief: Outbrief, empty_database: str):
    before = outbrief("tenant", "create", "New", "--owner", "a@b.test", "--json", OUTBRIEF_DATABASE_URL=empty_database)
    assert before.code == 1
    assert "outbrief migrate" in before.json["hint"]
    migrated = outbrief("migrate", "--json", OUTBRIEF_DATABASE_URL=empty_database)
    assert migrated.code == 0, migrated.err
    assert migrated.json["applied"] > 0
    assert outbrief("migrate", "--json", OUTBRIEF_DATABASE_URL=empty_database).json == {"applied": 0}
    after = outbrief("tenant", "create", "New", "--owner", "a@b.test", "--json", OUTBRIEF_DATABASE_URL=empty_database)
    assert after.code == 0, after.err


def test_a_login_that_may_make_no_role_migrates_once_it_was_granted_the_role(outbrief: Outbrief, empty_database: str):
    login = f"login_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(empty_database, autocommit=True) as server:
        server.execute(f"CREATE ROLE {login} LOGIN")
        server.execute(f"ALTER DATABASE {server.info.dbname} OWNER TO {login}")
        url = empty_database.replace("//postgres", f"//{login}")
        refused = outbrief("migrate", "--json", OUTBRIEF_DATABASE_URL=url)
        assert (refused.code, refused.json["field"]) == (1, "OUTBRIEF_DATABASE_URL")
        assert f"GRANT outbrief_app TO {login}" in refused.json["hint"]
        server.execute(f"GRANT outbrief_app TO {login}")
        migrated = outbrief("migrate", "--json", OUTBRIEF_DATABASE_URL=url)
        assert migrated.code == 0, migrated.err
        assert outbrief("check", OUTBRIEF_DATABASE_URL=url).code == 0
        server.execute(f"DROP OWNED BY {login}; ALTER DATABASE {server.info.dbname} OWNER TO postgres")
        server.execute(f"DROP OWNED BY {login}; DROP ROLE {login}")


def test_check_is_content_when_everything_is_there(outbrief: Outbrief):
    ran = outbrief("check", "--json")
    assert (ran.code, ran.json) == (0, {"ok": True, "messages": []})


def test_check_names_each_part_that_is_not_there_and_what_to_do(outbrief: Outbrief, tmp_path: Path):
    (tmp_path / "file").touch()
    ran = outbrief(
        "check",
        "--json",
        OUTBRIEF_DATABASE_URL=NOWHERE,
        OUTBRIEF_STORE_URL=f"file://{tmp_path}/file/store",
        OUTBRIEF_EMAIL_URL="smtp://127.0.0.1:1",
        OUTBRIEF_BASE_URL="http://reports.example.com",
    )
    assert (ran.code, ran.json["ok"]) == (1, False)
    levels = {message["id"]: message["level"] for message in ran.json["messages"]}
    assert levels == {
        "outbrief.E001": "error",
        "outbrief.E005": "error",
        "outbrief.E006": "error",
        "outbrief.W001": "warning",
    }
    assert all(message["hint"] for message in ran.json["messages"])


def test_check_says_that_tables_are_missing(outbrief: Outbrief, empty_database: str):
    ran = outbrief("check", OUTBRIEF_DATABASE_URL=empty_database)
    assert ran.code == 1
    assert "outbrief.E002" in ran.out
    assert "outbrief migrate" in ran.out


def test_a_database_that_does_not_answer_is_a_sentence(outbrief: Outbrief):
    for words in (("migrate",), ("worker",)):
        ran = outbrief(*words, OUTBRIEF_DATABASE_URL=NOWHERE)
        assert ran.code == 1
        assert "OUTBRIEF_DATABASE_URL" in ran.err
        assert "Traceback" not in ran.err
