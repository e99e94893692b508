"""Files by signed link: whole or in part, and never a path that somebody typed."""

import datetime as dt
import re

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from outbrief.record import audit
from outbrief.record.scope import tenant_scope
from outbrief.run import parts
from outbrief.run.downloads import kept_file
from outbrief.run.links import Target, open_token
from outbrief.terms.artifact import Artifact
from outbrief.web.files import streamed_answer, to_be_kept_as

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@require_safe
def download(request: HttpRequest, target: Target, token: str) -> HttpResponseBase:
    """Serve the file that a signed link opens; Forbidden or ArtifactMissing when it opens none."""
    now = dt.datetime.now(dt.UTC)
    link = open_token(target, token, now=now)
    with tenant_scope(link.tenant_id):
        artifact = kept_file(link, now=now)
    response = _answer(request, artifact, parts.store().size(artifact.key))
    if response.status_code in (200, 206) and request.method == "GET":
        with tenant_scope(link.tenant_id):
            audit.note(
                tenant_id=link.tenant_id,
                actor="link",
                action=f"{target}.downloaded",
                object_id=link.object_id,
                range=response.headers.get("Content-Range"),
            )
    return response


def _answer(request: HttpRequest, artifact: Artifact, size: int) -> HttpResponseBase:
    etag = f'"{artifact.sha256}"'
    headers = {
        "ETag": etag,
        "Cache-Control": "private, no-store",
        "Accept-Ranges": "bytes",
        "X-Content-Type-Options": "nosniff",
    }
    if _has_it(request, etag):
        return HttpResponse(status=304, headers=headers)
    wanted = _wanted(request, etag, size)
    if wanted is None:
        return HttpResponse(status=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    start, end = wanted
    partial = (start, end) != (0, size)
    headers |= {
        "Content-Type": artifact.content_type,
        "Content-Length": str(end - start),
        "Content-Disposition": to_be_kept_as(artifact.filename),
    }
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    chunks = parts.store().read(artifact.key, start=start, end=end)
    return streamed_answer(request, chunks, headers=headers, status=206 if partial else 200)


def _has_it(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in known or etag in [tag.removeprefix("W/") for tag in known]


def _wanted(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """Give the bytes `[start, end)` asked for; everything for no range, several, or one of another version.

    None when the range lies outside the file.
    """
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", "").lower())
    if request.method != "GET" or asked is None or request.headers.get("If-Range", etag) != etag:
        return 0, size
    first, last = asked.groups()
    if first:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < int(first):
            return 0, size
    elif last:
        start, end = max(0, size - int(last)), size
    else:
        return 0, size
    return (start, end) if start < end else None
