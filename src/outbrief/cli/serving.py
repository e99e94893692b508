"""`outbrief serve` and `outbrief worker`."""

import socket

import click

from outbrief.cli.output import aside
from outbrief.cli.shell import launch, set_up_with_tables
from outbrief.terms.errors import OutbriefError


class AddressTaken(OutbriefError):
    """The address to serve on cannot be had."""

    code = "address_taken"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that serve.")
@click.pass_context
def serve(ctx: click.Context, *, host: str, port: int, workers: int) -> None:
    """Serve the pages and the API."""
    set_up_with_tables(ctx)
    import uvicorn
    from django.db import connections

    from outbrief import telemetry

    refusal = refused(host, port)
    if refusal:
        raise AddressTaken(
            f"{host}:{port} cannot be served on: {refusal}.", field="port", hint="Choose another with --port."
        )
    telemetry.start_logging()
    # The processes that serve are killed rather than asked, so this one alone answers for the embedded database.
    launch(ctx).share()
    # The application opens its own, and is loaded where none may be closed.
    connections.close_all()
    aside(f"Serving on http://{host}:{port}")
    uvicorn.run(
        "outbrief.conf.asgi:application",
        host=host,
        port=port,
        workers=workers,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=30,
    )


@click.command()
@click.option("--concurrency", default=3, show_default=True, type=click.IntRange(1, 64), help="Jobs at a time.")
@click.option("--exports", default=1, show_default=True, type=click.IntRange(1, 64), help="Exports at a time.")
@click.option("--until-empty", is_flag=True, help="End when no job is due, instead of waiting for the next.")
@click.pass_context
def worker(ctx: click.Context, *, concurrency: int, exports: int, until_empty: bool) -> None:
    """Work the jobs: reports, exports, mails, and the clock that starts them."""
    set_up_with_tables(ctx)
    from outbrief import telemetry
    from outbrief.run.worker import work

    telemetry.start_logging()
    work(concurrency=concurrency, exports=exports, until_empty=until_empty)


def refused(host: str, port: int) -> str:
    """Say why nothing can be served on an address; empty when something can."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return ""
