"""The reference says what is true now: every setting, column, error, command and endpoint is in it."""

import re

import pytest
from docs.generate import PAGES, REFERENCE

from outbrief.conf import env


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_generated_page_is_current(page: str):
    assert (REFERENCE / page).read_text(encoding="utf-8") == PAGES[page](), "run `make docs`"


def test_every_setting_that_is_read_is_documented():
    read = set(re.findall(r"OUTBRIEF_[A-Z_]+", (REFERENCE.parents[1] / "src/outbrief/conf/env.py").read_text()))
    assert read - {"OUTBRIEF_"} == set(env.VARIABLES)


def test_every_status_is_on_the_page_of_state_machines():
    from outbrief.terms.delivery import DeliveryStatus
    from outbrief.terms.export import ExportStatus
    from outbrief.terms.report import GenerationStatus

    page = (REFERENCE.parent / "explanation" / "state-machines.md").read_text()
    assert [s for kind in (DeliveryStatus, ExportStatus, GenerationStatus) for s in kind if s not in page] == []
