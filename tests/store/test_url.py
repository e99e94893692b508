from pathlib import Path

import pytest

from outbrief.store import open_store
from outbrief.store.folder import FolderStore
from outbrief.terms.errors import Misconfigured
from tests.servers.s3 import S3Server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/var/files",
        "ftp://host/files",
        "file://files",
        "file:///",
        "file:///files?mode=1",
        "s3://",
        "s3:///prefix",
        "s3://key:secret@bucket",
        "s3://bucket?endpoint=minio:9000",
        "s3://bucket?acess_key_id=typo",
        "s3://bucket?access_key_id=alone",
        "s3://bucket:port",
        "gs://",
        "gs://bucket?project=1",
        "s3://[bucket",
    ],
)
def test_a_wrong_url_names_the_setting_and_what_is_allowed(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        open_store(url)
    assert caught.value.field == "OUTBRIEF_STORE_URL"
    assert "s3://bucket/prefix" in caught.value.hint


def test_an_error_never_shows_a_secret() -> None:
    with pytest.raises(Misconfigured) as caught:
        open_store("s3://bucket?secret_access_key=hushhush&access_key_id=AKID&typo=hushhush")
    assert "hushhush" not in str(caught.value)


def test_a_folder_url_may_hold_escapes() -> None:
    assert open_store("file:///srv/out%20brief") == FolderStore(root=Path("/srv/out brief"))


@pytest.mark.parametrize("secret", ["secret+with/signs-of-a-real-one", "secret%2Bwith%2Fsigns-of-a-real-one"])
def test_a_plus_in_a_secret_key_is_a_plus_escaped_or_not(s3_server: S3Server, secret: str) -> None:
    open_store(s3_server.url(secret=secret)).probe()


def test_keys_may_come_from_the_environment(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDOUTBRIEFTEST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret+with/signs-of-a-real-one")
    open_store(f"s3://outbrief?endpoint={s3_server.endpoint}").probe()


def test_a_cloud_without_its_own_settings_says_where_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(Misconfigured, match="AZURE_STORAGE_ACCOUNT_NAME"):
        open_store("az://container/prefix")


def test_clouds_are_opened_by_their_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    assert open_store("gs://bucket/prefix")
    assert repr(open_store("az://container/prefix"))
