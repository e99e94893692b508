"""The parts that the settings choose: where files are kept, how mail leaves, what answers queries."""

from functools import cache
from uuid import UUID

from django.conf import settings

from outbrief.deliver import Channel, open_channel
from outbrief.query import Engine
from outbrief.store import Store, open_store


def store() -> Store:
    """Give the store of OUTBRIEF_STORE_URL."""
    return _store(settings.OUTBRIEF.store_url)


def channel() -> Channel:
    """Give the mail channel of OUTBRIEF_EMAIL_URL."""
    return _channel(settings.OUTBRIEF.email_url)


def engine(tenant_id: UUID) -> Engine:
    """Give the engine that answers this tenant's questions."""
    return Engine(url=settings.WAREHOUSE_URL, tenant_id=tenant_id)


@cache
def _store(url: str) -> Store:
    return open_store(url)


@cache
def _channel(url: str) -> Channel:
    return open_channel(url)
