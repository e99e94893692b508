from pathlib import Path

import pytest

from outbrief.deliver.folder import FolderChannel, file_name
from outbrief.terms.errors import MailUnavailable
from tests.deliver.mails import MAIL, mail


def test_a_second_try_replaces_the_first(tmp_path: Path) -> None:
    channel = FolderChannel(folder=tmp_path)
    channel.send(MAIL)
    channel.send(mail(subject="again"))
    (path,) = tmp_path.iterdir()
    assert path.name == file_name(MAIL.message_id)
    assert b"Subject: again" in path.read_bytes()


def test_each_message_id_has_its_file_and_none_leaves_the_folder(tmp_path: Path) -> None:
    channel = FolderChannel(folder=tmp_path / "outbox")
    for message_id in ("<a@b>", "<A@b>", "<../../x@b>", "<..@b>"):
        channel.send(mail(message_id=message_id))
    assert len(list((tmp_path / "outbox").iterdir())) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["outbox"]


def test_a_kept_mail_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    FolderChannel(folder=tmp_path).send(MAIL)
    assert next(tmp_path.iterdir()).stat().st_mode & 0o777 == 0o600


def test_a_folder_that_cannot_be_written_means_later(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for act in (
        FolderChannel(folder=tmp_path / "file").probe,
        lambda: FolderChannel(folder=tmp_path / "file").send(MAIL),
    ):
        with pytest.raises(MailUnavailable, match="OUTBRIEF_EMAIL_URL"):
            act()
