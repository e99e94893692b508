"""Writing a file straight into the store, and telling what came of it."""

from collections.abc import Callable

from outbrief.render.writer import Sink, WriteSummary
from outbrief.store import Store
from outbrief.terms.artifact import Artifact


def keep(
    store: Store, key: str, *, filename: str, content_type: str, write: Callable[[Sink], WriteSummary]
) -> Artifact:
    """Keep under `key` what `write` puts into the sink it is given; when it raises, nothing is kept."""
    with store.upload(key, content_type=content_type, filename=filename) as upload:
        written = write(upload)
    return Artifact(
        key=key,
        filename=filename,
        content_type=content_type,
        size=upload.size,
        rows=written.rows,
        sha256=upload.sha256,
        notes=written.notes,
    )
