"""Draw the pictures of reports that the docs show: `make pictures`.

Each is the first page of a report of the demo's sample data, on a server of its own; seed and clock are fixed, so that
the same program draws the same pictures.
"""

import atexit
import datetime as dt
import io
import shutil
import tempfile
from pathlib import Path

import django
from PIL import Image

from outbrief.conf import env
from outbrief.terms.report import ReportType

FOLDER = Path(__file__).parent / "images" / "reports"
NOW = dt.datetime(2026, 11, 25, 15, 30, tzinfo=dt.UTC)
WIDTH = 900
TITLES = {
    ReportType.CAMPAIGN: "Campaign performance",
    ReportType.OVERALL: "How outreach is going",
    ReportType.DELIVERABILITY: "Deliverability of the month",
    ReportType.WORKSPACE_SUMMARY: "Workspaces side by side",
    ReportType.DOMAIN_HEALTH: "Health of our domains",
}


def set_up() -> None:
    """Start a server in a folder that goes when this process does."""
    home = tempfile.mkdtemp(prefix="outbrief-pictures-")
    # The server stops at exit in a step registered later, which therefore runs first.
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    env.choose("OUTBRIEF_HOME", home)
    env.choose("OUTBRIEF_SECRET_KEY", "only to draw pictures, signs nothing that lasts")
    env.choose("DJANGO_SETTINGS_MODULE", "outbrief.conf.settings")
    django.setup()


def draw() -> None:
    """Load the sample and draw the first page of each type of report."""
    from outbrief.facts import sample_facts
    from outbrief.record import schema
    from outbrief.record.generations import Order
    from outbrief.record.scope import tenant_scope
    from outbrief.render.pdf import write_page_picture
    from outbrief.run import reports, tenants

    schema.migrate()
    tenant = tenants.found(name="Acme Outreach", owner="alice@acme.test", timezone="Europe/Paris", password=None).tenant
    with tenant_scope(tenant.id):
        sample_facts(tenant_id=tenant.id, timezone=tenant.timezone, now=NOW)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for kind, title in TITLES.items():
        order = Order(
            title=title, report_type=kind, format="pdf", date_range="last_30d", timezone=tenant.timezone,
            workspace_id=None, config={}, recipients=(), notify=None,
        )  # fmt: skip
        document = reports.draft(order, tenant, at=NOW, now=NOW)
        (FOLDER / f"{kind}.png").write_bytes(small(write_page_picture(document, width=WIDTH)))


def small(png: bytes) -> bytes:
    """Write a picture with 256 colours, a third as large and no different to look at."""
    written = io.BytesIO()
    few = (
        Image.open(io.BytesIO(png)).convert("RGB").quantize(method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
    few.save(written, format="PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    set_up()
    draw()
