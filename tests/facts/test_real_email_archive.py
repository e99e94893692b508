"""A third of a million real mails: who wrote to whom, and when."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from outbrief.facts import FactKind
from tests.facts.loading import MAPS, load, map_section, row, rows, versions
from tests.people import People
from tests.shared import shared

START = 1_064_966_400


@pytest.fixture(scope="module")
def archive() -> Path:
    return shared("data", "snap-email-eu-core", "email-Eu-core-temporal.txt.gz")


@pytest.fixture(scope="module")
def mails(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the conversion of the how-to as it stands."""
    path = tmp_path_factory.mktemp("archive") / "mails.csv"
    subprocess.run([sys.executable, MAPS / "email_archive.py", archive, path], check=True)
    return path


def oracle(archive: Path, sql: str) -> list[tuple[object, ...]]:
    """Ask DuckDB about the distinct mails of the raw file."""
    with duckdb.connect() as duck:
        duck.execute(
            "CREATE TABLE mails AS SELECT DISTINCT sender, recipient, moment FROM read_csv(?, delim=' ', header=false,"
            " names=['sender', 'recipient', 'moment'])",
            [str(archive)],
        )
        return duck.execute(sql).fetchall()


def test_every_mail_is_one_message_and_importing_again_changes_nothing(people: People, mails: Path, archive: Path):
    charlie = people.charlie
    mapping = map_section("email-archive.yaml", FactKind.MESSAGES)

    result = load(charlie, FactKind.MESSAGES, mails, mapping=mapping)

    assert (result.rows_read, result.rows_refused, result.created) == (332_334, 0, 327_336)
    months = rows(
        charlie,
        "SELECT to_char(day, 'YYYY-MM'), sum(sent)::int, sum(delivered)::int, sum(replied)::int FROM daily_activity"
        " GROUP BY 1 ORDER BY 1",
    )
    assert months == oracle(
        archive,
        f"SELECT strftime(make_timestamp((m.moment + {START}) * 1000000), '%Y-%m'), count(*), count(*),"
        " count(*) FILTER (WHERE EXISTS (SELECT 1 FROM mails a WHERE a.sender = m.recipient AND a.recipient = m.sender"
        " AND a.moment > m.moment AND a.moment <= m.moment + 86400)) FROM mails m GROUP BY 1 ORDER BY 1",
    )
    assert (
        row(charlie, "SELECT count(*), sum(emails_sent)::int FROM lead_activity")
        == oracle(archive, "SELECT count(DISTINCT recipient), count(*) FROM mails")[0]
    )

    before = versions(charlie)
    again = load(charlie, FactKind.MESSAGES, mails, mapping=mapping)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 327_336)
    assert versions(charlie) == before
