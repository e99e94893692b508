"""The commands, in the order in which a newcomer meets them."""

import click

from outbrief.cli.demo.command import demo
from outbrief.cli.exporting import export
from outbrief.cli.importing import import_facts
from outbrief.cli.operating import check, migrate
from outbrief.cli.reporting import report
from outbrief.cli.serving import serve, worker
from outbrief.cli.shell import Commands
from outbrief.cli.templating import branding, template
from outbrief.cli.tenancy import key, tenant


@click.group(cls=Commands)
@click.version_option(package_name="outbrief", message="%(prog)s %(version)s")
def command() -> None:
    """Scheduled reports and data exports for e-mail outreach platforms.

    Exit codes: 0 done, 1 failed, 2 wrong usage. With --json the result, or the error, is JSON on standard output;
    everything else goes to standard error.
    """


for _command in (demo, serve, worker, migrate, check, tenant, key, import_facts, report, export, template, branding):
    command.add_command(_command)
