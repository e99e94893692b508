"""The files of a report: one for each of its formats and its page, written once, linked to, deleted together."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from uuid import UUID

from outbrief.record.generations import KeptPage, ReportFile, files_of, page_of
from outbrief.record.models import ReportGeneration
from outbrief.render.page import document_html
from outbrief.run import parts, reports
from outbrief.run.artifacts import keep
from outbrief.run.links import Link, download_link
from outbrief.terms.document import Document
from outbrief.terms.errors import ArtifactMissing
from outbrief.terms.report import ReportFormat


def write_all(
    document: Document, formats: Sequence[ReportFormat], *, tenant_id: UUID, generation_id: UUID
) -> tuple[ReportFile, ...]:
    """Write a document in each format and keep the files, in the order given; a retry writes the same keys."""
    return tuple(_write(document, fmt, _key(tenant_id, generation_id, fmt)) for fmt in formats)


def write_page(document: Document, *, tenant_id: UUID, generation_id: UUID) -> KeptPage:
    """Write a document as it is read on screen and keep it beside the files."""
    key = _page_key(tenant_id, generation_id)
    with parts.store().upload(key, content_type="text/html; charset=utf-8", filename="page.html") as upload:
        upload.write(document_html(document).encode())
    return KeptPage(key=key, sha256=upload.sha256)


def read_page(generation: ReportGeneration) -> str | None:
    """Give the document of a generation as HTML to be put into a page; None when it is not kept (any more).

    It is what was written when the report was made, to the byte: anything else in its place is not shown.
    """
    kept = page_of(generation)
    if kept is None:
        return None
    try:
        content = b"".join(parts.store().read(kept.key))
    except ArtifactMissing:
        return None
    return content.decode() if hashlib.sha256(content).hexdigest() == kept.sha256 else None


def discard(tenant_id: UUID, generation_id: UUID) -> None:
    """Remove whatever files attempts at a generation left behind."""
    for fmt in ReportFormat:
        parts.store().delete(_key(tenant_id, generation_id, fmt))
    parts.store().delete(_page_key(tenant_id, generation_id))


def delete_all(generation: ReportGeneration) -> None:
    """Remove the files of a generation from the store."""
    for file in files_of(generation):
        parts.store().delete(file.artifact.key)
    if (page := page_of(generation)) is not None:
        parts.store().delete(page.key)


def link_to(generation: ReportGeneration, file: ReportFile) -> Link:
    """Name one file of a generation, to be signed."""
    return Link(target="report", tenant_id=generation.tenant_id, object_id=generation.id, format=file.format)


def links_of(generation: ReportGeneration, *, lasts: dt.timedelta, now: dt.datetime) -> tuple[str, ...]:
    """Give a link to each of a generation's files that works for `lasts`; none when they are not kept (any more)."""
    if not generation.file_path:
        return ()
    return tuple(
        download_link(link_to(generation, file), file.artifact.key, lasts=lasts, now=now)
        for file in files_of(generation)
    )


def _write(document: Document, fmt: ReportFormat, key: str) -> ReportFile:
    artifact = keep(
        parts.store(),
        key,
        filename=reports.filename(document, fmt),
        content_type=reports.CONTENT_TYPES[fmt],
        write=lambda sink: reports.write(document, fmt, sink),
    )
    return ReportFile(format=fmt, artifact=artifact)


def _key(tenant_id: UUID, generation_id: UUID, fmt: ReportFormat) -> str:
    return f"{tenant_id}/reports/{generation_id}.{reports.EXTENSIONS[fmt]}"


def _page_key(tenant_id: UUID, generation_id: UUID) -> str:
    return f"{tenant_id}/reports/{generation_id}.page.html"
