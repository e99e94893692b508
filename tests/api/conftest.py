"""Mails and files go to folders of the test, and nobody has asked too often yet."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from outbrief.api import limits
from tests.cli.commands import outbrief_here

__all__ = ["outbrief_here"]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path) -> Iterator[None]:
    environment = dataclasses.replace(
        settings.OUTBRIEF, store_url=f"file://{tmp_path / 'files'}", email_url=f"file://{tmp_path / 'outbox'}"
    )
    with override_settings(OUTBRIEF=environment):
        yield


@pytest.fixture(autouse=True)
def fresh_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REQUESTS", limits.Limiter(per_second=100, burst=600))
