"""The API alone, without the pages; mails and files go to folders of the test."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import clear_url_caches

from outbrief.api import limits


@pytest.fixture(autouse=True)
def api_alone(tmp_path: Path) -> Iterator[None]:
    environment = dataclasses.replace(
        settings.OUTBRIEF, store_url=f"file://{tmp_path / 'files'}", email_url=f"file://{tmp_path / 'outbox'}"
    )
    with override_settings(ROOT_URLCONF="outbrief.api.urls", OUTBRIEF=environment):
        clear_url_caches()
        yield
    clear_url_caches()


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUESTS", limits.Limiter(per_second=100, burst=600))
