"""Mail kept in a folder, one file each: for trying things out, and for machines without a mail server."""

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from outbrief.deliver.message import build, utc_now
from outbrief.terms.delivery import Mail, Receipt
from outbrief.terms.errors import MailUnavailable


def file_name(message_id: str) -> str:
    """Name the file of a mail: the same for every try, whatever the Message-ID holds."""
    return f"{hashlib.sha256(message_id.encode()).hexdigest()[:32]}.eml"


@dataclass(frozen=True, kw_only=True)
class FolderChannel:
    """Writes each mail as an .eml file that every mail program opens."""

    folder: Path
    clock: Callable[[], dt.datetime] = utc_now

    def send(self, mail: Mail) -> Receipt:
        """Write the file whole; a second try replaces it."""
        name = file_name(mail.message_id)
        self._write(name, build(mail, now=self.clock()).content)
        return Receipt(message_id=mail.message_id, answer=f"kept as {name}")

    def probe(self) -> None:
        """Write and delete a file."""
        name = f".probe-{uuid.uuid4().hex}"
        self._write(name, b"")
        with _writing():
            (self.folder / name).unlink()

    def _write(self, name: str, content: bytes) -> None:
        unfinished = self.folder / f".{uuid.uuid4().hex}.part"
        with _writing():
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(content)
                unfinished.replace(self.folder / name)
            finally:
                unfinished.unlink(missing_ok=True)


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MailUnavailable(
            f"The mail folder cannot be written: {error.strerror or error}.",
            hint="Check that the folder of OUTBRIEF_EMAIL_URL may be written and has space left.",
        ) from error
