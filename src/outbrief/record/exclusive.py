"""One process at a time: who works on an object holds a lock on it, whatever the queue believes."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

import django.db
from django.db import connection


@contextmanager
def exclusively(object_id: UUID) -> Iterator[bool]:
    """Hold a lock on an object while it is worked on; gives False when another worker holds it.

    The lock belongs to the connection, so it needs no transaction and goes when the worker dies.
    """
    key = int.from_bytes(hashlib.blake2b(object_id.bytes, digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
        try:
            yield mine
        finally:
            if mine:
                # A connection that broke has lost its locks already.
                with suppress(django.db.Error):
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
