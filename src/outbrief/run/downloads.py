"""The file behind a signed link, as long as it is there."""

import datetime as dt

from outbrief.record import exports, generations
from outbrief.render.formats import FORMATS
from outbrief.run.exports import file_name
from outbrief.run.links import Link
from outbrief.terms.artifact import Artifact
from outbrief.terms.errors import ArtifactMissing, Forbidden, NotFound
from outbrief.terms.export import ExportFormat, ExportStatus


def kept_file(link: Link, *, now: dt.datetime) -> Artifact:
    """Give what the record knows of the file that a link opens, in the scope of the link's tenant.

    Forbidden when an export has expired; ArtifactMissing when the file, or what it belonged to, was deleted.
    """
    try:
        return _export_file(link, now=now) if link.target == "export" else _report_file(link)
    except NotFound:
        raise _gone() from None


def _export_file(link: Link, *, now: dt.datetime) -> Artifact:
    job = exports.get(link.object_id)
    if job.status == ExportStatus.EXPIRED or (job.expires_at is not None and job.expires_at <= now):
        raise Forbidden("This link has expired.", hint="Make the export again.")
    if job.status != ExportStatus.COMPLETED or not job.file_path:
        raise _gone()
    fmt = ExportFormat(job.format)
    return Artifact(
        key=job.file_path,
        filename=file_name(job.export_type, fmt),
        content_type=FORMATS[fmt].content_type,
        size=job.file_size_bytes or 0,
        rows=job.row_count or 0,
        sha256=job.sha256 or "",
    )


def _report_file(link: Link) -> Artifact:
    generation = generations.get(link.object_id)
    if generation.file_path:
        for file in generations.files_of(generation):
            if link.format in (None, file.format):
                return file.artifact
    raise _gone()


def _gone() -> ArtifactMissing:
    return ArtifactMissing("This file has been deleted.", hint="Make it again, or ask whoever sent you the link.")
