"""Answers that are files: whole, or in chunks as they are read."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header


def file_answer(content: str | bytes, *, filename: str, content_type: str) -> HttpResponse:
    """Give a small file to be kept under a name."""
    headers = {"Content-Disposition": to_be_kept_as(filename)}
    return HttpResponse(content, content_type=f"{content_type}; charset=utf-8", headers=headers)


def streamed_answer(
    request: HttpRequest,
    chunks: Iterator[bytes],
    *,
    headers: Mapping[str, str],
    status: int = 200,
    asks_database: bool = False,
) -> StreamingHttpResponse:
    """Give chunks one after another, whatever server asks; with `asks_database` they are made in the request's thread.

    There its connection to the database is, which is closed with the request.
    """
    headers = {"X-Content-Type-Options": "nosniff", **headers}
    if not isinstance(request, ASGIRequest):
        return StreamingHttpResponse(chunks, status=status, headers=headers)
    # A server that speaks ASGI would gather a plain iterator in memory before it sends the first byte.
    content = _in_the_request(chunks) if asks_database else _in_any_thread(chunks)
    return StreamingHttpResponse(content, status=status, headers=headers)


def to_be_kept_as(filename: str) -> str:
    """Give the header `Content-Disposition` of a file to be kept under a name."""
    return str(content_disposition_header(True, filename))


async def _in_the_request(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    def further() -> bytes:
        return next(chunks, b"")

    while chunk := await sync_to_async(further, thread_sensitive=True)():
        yield chunk


async def _in_any_thread(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(next, chunks, b""):
        yield chunk
