"""A mail for tests to start from."""

from dataclasses import replace
from typing import Any

from outbrief.terms.delivery import Attachment, Mail

PICTURE = Attachment(filename="chart.png", content_type="image/png", content=b"\x89PNG\r\n\x1a\n", content_id="chart")
FILE = Attachment(filename="report.csv", content_type="text/csv; charset=utf-8", content=b"a,b\r\n1,2\r\n")

MAIL = Mail(
    sender="Acme reports <reports@acme.test>",
    recipient="bob@acme.test",
    subject="Weekly report",
    text="Sent 12,000\n.\n.. and dots\n",
    html='<p>Sent <b>12,000</b></p><img src="cid:chart" alt="Sent per day">',
    message_id="<7d0c.1@outbrief.acme.test>",
    attachments=(PICTURE, FILE),
    unsubscribe_url="https://outbrief.acme.test/u/eyJhbGciOi.x-y_z",
)


def mail(**changes: Any) -> Mail:
    return replace(MAIL, **changes)
