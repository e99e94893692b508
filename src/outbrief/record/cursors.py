"""Pages of long lists: newest first, each page ending in a cursor that names its last row."""

import base64
import datetime as dt
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from outbrief.terms.errors import InvalidInput

Row = TypeVar("Row", bound=Model)


def page_of(rows: "QuerySet[Row]", *, newest_by: str, cursor: str | None, limit: int) -> tuple[list[Row], str | None]:
    """Give up to `limit` rows after the cursor, and the cursor of the next page or None.

    `rows` are ordered by `newest_by`, then id, both falling. Rows that come later never move a row to another page.
    InvalidInput(field="cursor") for a text that is no cursor.
    """
    if cursor:
        at, row_id = _read(cursor, rows)
        rows = rows.filter(Q(**{f"{newest_by}__lt": at}) | Q(**{newest_by: at, "id__lt": row_id}))
    found = list(rows[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], cursor_after(getattr(last, newest_by), last.pk)


def cursor_after(at: dt.datetime, row_id: object) -> str:
    """Give the cursor of the page after a row, for lists that are put together of several."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode().rstrip("=")


def _read(cursor: str, rows: "QuerySet[Row]") -> tuple[dt.datetime, object]:
    try:
        at, _, row_id = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(" ")
        instant = dt.datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise ValueError("a cursor of ours has an offset")
        return instant.astimezone(dt.UTC), rows.model._meta.pk.to_python(row_id)
    except (ValueError, OverflowError, ValidationError):
        raise InvalidInput("is no cursor of ours.", field="cursor", hint="Pass on `next` as it came.") from None
