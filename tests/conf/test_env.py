"""The environment: every variable is optional, and a wrong value names itself."""

import stat
from pathlib import Path

import pytest

from outbrief.conf import env
from outbrief.terms.errors import Misconfigured


def test_nothing_has_to_be_set(tmp_path: Path):
    read = env.read({"OUTBRIEF_HOME": str(tmp_path)})
    assert read.store_url == (tmp_path / "files").as_uri()
    assert read.database_url is None
    assert read.retention_days == 90


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OUTBRIEF_DATABASE_URL", "mysql://localhost/x"),
        ("OUTBRIEF_WAREHOUSE_URL", "localhost"),
        ("OUTBRIEF_BASE_URL", "reports.example.test"),
        ("OUTBRIEF_BASE_URL", "https://"),
        ("OUTBRIEF_STORE_URL", "ftp://host/folder"),
        ("OUTBRIEF_STORE_URL", "file://relative/folder"),
        ("OUTBRIEF_EMAIL_URL", "smpt://host"),
        ("OUTBRIEF_EMAIL_URL", "smtp://host:port"),
        ("OUTBRIEF_SENDER", "Reports"),
        ("OUTBRIEF_SENDER", "Reports <reports>"),
        ("OUTBRIEF_SECRET_KEY", "short"),
        ("OUTBRIEF_TICK", "every minute"),
        ("OUTBRIEF_ATTACHMENT_LIMIT", "10 MB"),
        ("OUTBRIEF_RETENTION_DAYS", "-1"),
        ("OUTBRIEF_RETENTION", "90"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(tmp_path: Path, name: str, value: str):
    with pytest.raises(Misconfigured) as refused:
        env.read({"OUTBRIEF_HOME": str(tmp_path), name: value})
    assert refused.value.field == name


def test_a_password_in_a_wrong_address_is_not_repeated(tmp_path: Path):
    with pytest.raises(Misconfigured) as refused:
        env.read({"OUTBRIEF_HOME": str(tmp_path), "OUTBRIEF_EMAIL_URL": "smtp://me:s3cret-word@host:25?tls=9"})
    assert "s3cret-word" not in str(refused.value)


def test_the_secret_key_is_made_once_and_read_by_nobody_else(tmp_path: Path):
    made = env.read({"OUTBRIEF_HOME": str(tmp_path)}).secret_key
    assert env.read({"OUTBRIEF_HOME": str(tmp_path)}).secret_key == made
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
