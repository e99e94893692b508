"""The mails to people: the jobs that send them worked, and what lies in the outbox folder read."""

import datetime as dt
import json
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from django.db import connection


def send_mails() -> int:
    """Work every deferred job that mails a person; give how many there were."""
    from outbrief.run import invitations, passwords
    from outbrief.run.attempts import MAILING

    def clock() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    with connection.cursor() as cursor:
        cursor.execute("SELECT id, task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'mail\\_%' ORDER BY id")
        jobs = cursor.fetchall()
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name LIKE 'mail\\_%'")
    for _, task, args in jobs:
        ids = {name: UUID(value) for name, value in json.loads(args).items()}
        if task == "mail_invitation":
            invitations.mail_invitation(**ids, clock=clock, attempt=MAILING.attempt(0))
        else:
            passwords.mail_link(**ids, clock=clock)
    return len(jobs)


def mails_to(home: Path, address: str) -> list[EmailMessage]:
    """Give the kept mails to an address, oldest first."""
    files = sorted((home / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [mail for mail in mails if mail["To"] == address]


def link_in(mail: EmailMessage) -> str:
    """Give the path of the link that a mail is about; HTML and text must lead to the same place."""
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    [address] = set(re.findall(r"https?://\S+/(?:password|invitations)/\S+", text))
    assert f'href="{address}"' in html
    return urlsplit(address).path
