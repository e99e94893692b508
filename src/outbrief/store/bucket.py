"""The store as a bucket: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import obstore
from obstore.exceptions import BaseError, GenericError, PermissionDeniedError, UnauthenticatedError
from obstore.store import AzureStore, GCSStore, S3Store, from_url

from outbrief.store.contract import Upload, check_key, try_out
from outbrief.terms.errors import ArtifactMissing, Misconfigured, StoreUnavailable

if TYPE_CHECKING:
    from obstore import GetResult
    from obstore.store import ClientConfig, RetryConfig, S3Config

_PART = 8 * 1024 * 1024
# One part travels while the next one fills: two parts of memory, whatever the size of the object.
_PARTS_IN_FLIGHT = 1
_CHUNK = 1024 * 1024
# `read_timeout` ends a stalled request (or one that cannot send its part in that time); `timeout` the whole of it.
_TIMES: "ClientConfig" = {
    "connect_timeout": dt.timedelta(seconds=10),
    "read_timeout": dt.timedelta(seconds=120),
    "timeout": dt.timedelta(hours=1),
}
_RETRIES: "RetryConfig" = {
    "max_retries": 3,
    "retry_timeout": dt.timedelta(seconds=60),
    "backoff": {"init_backoff": dt.timedelta(milliseconds=200), "max_backoff": dt.timedelta(seconds=3), "base": 2},
}


def open_s3(
    bucket: str,
    *,
    prefix: str = "",
    endpoint: str | None = None,
    region: str | None = None,
    access_key_id: str | None = None,
    secret_access_key: str | None = None,
) -> "BucketStore":
    """Open an S3 bucket; what is None comes from the ambient AWS settings.

    Only an `http://` endpoint that is given here goes unencrypted.
    """
    config: S3Config = {}
    if endpoint:
        config["endpoint"] = endpoint
    if region:
        config["region"] = region
    if access_key_id and secret_access_key:
        config["access_key_id"], config["secret_access_key"] = access_key_id, secret_access_key
    store = S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options={**_TIMES, "allow_http": bool(endpoint and endpoint.startswith("http://"))},
        retry_config=_RETRIES,
    )
    return BucketStore(objects=store)


def open_cloud(url: str) -> "BucketStore":
    """Open `gs://bucket/prefix` or `az://container/prefix` with the ambient account and credentials of that cloud.

    Misconfigured when the library cannot make sense of the URL or the credentials.
    """
    try:
        store = from_url(url, client_options=_TIMES, retry_config=_RETRIES)
    except (BaseError, OSError, ValueError) as error:
        hint = "Account and keys come from that cloud's own settings, such as AZURE_STORAGE_ACCOUNT_NAME."
        raise Misconfigured(_reason(error), field="OUTBRIEF_STORE_URL", hint=hint) from error
    if not isinstance(store, AzureStore | GCSStore):
        raise Misconfigured("Only gs:// and az:// are opened this way.", field="OUTBRIEF_STORE_URL")
    return BucketStore(objects=store)


# Without a repr: obstore's own one panics for an Azure account that comes from the environment.
@dataclass(frozen=True, kw_only=True, repr=False)
class BucketStore:
    """A store in a bucket; `objects` already knows the prefix."""

    objects: S3Store | GCSStore | AzureStore

    @contextmanager
    def upload(self, key: str, *, content_type: str, filename: str) -> Iterator[Upload]:
        """Send parts of 8 MiB, one travelling while the next fills; abort the upload on any exception."""
        check_key(key)
        # obstore cannot sign `response-content-disposition`, so the name goes with the object.
        attributes = {"Content-Type": content_type, "Content-Disposition": _disposition(filename)}
        writer = obstore.open_writer(
            self.objects, key, attributes=attributes, buffer_size=_PART, max_concurrency=_PARTS_IN_FLIGHT
        )

        def sink(chunk: bytes) -> None:
            with _writing(key):
                writer.write(chunk)

        try:
            yield Upload(sink)
        except BaseException as error:
            # An exception handed to the writer makes it abort; its own trouble in doing so is not the news.
            try:
                writer.__exit__(type(error), error, error.__traceback__)
            except (BaseError, OSError) as trouble:
                error.add_note(f"The unfinished upload of {key} was not aborted: {_reason(trouble)}")
            raise
        with _writing(key):
            writer.close()

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Stream the range over one request, in chunks of one MiB or more."""
        size = self.size(key)
        return self._chunks(key, start, size if end is None else min(end, size), size)

    def _chunks(self, key: str, start: int, end: int, size: int) -> Iterator[bytes]:
        if start >= end:
            return
        with _reading(key):
            answer, skip = self._get(key, start, end, size)
            stream = iter(answer.stream(min_chunk_size=_CHUNK))
        left = end - start
        while left > 0:
            with _reading(key):
                chunk = next(stream, b"")
            if not chunk:
                return
            wanted = chunk[skip : skip + left]
            skip = max(0, skip - len(chunk))
            left -= len(wanted)
            if wanted:
                yield wanted

    def _get(self, key: str, start: int, end: int, size: int) -> "tuple[GetResult, int]":
        """Ask for the range; give the answer and how many of its bytes come before `start`."""
        if (start, end) != (0, size):
            try:
                return obstore.get(self.objects, key, options={"range": (start, end)}), 0
            except GenericError as error:
                # Some that speak S3 (rclone 1.75, lakeFS) answer a range with 200, which obstore refuses.
                if "non-partial response" not in str(error):
                    raise
        return obstore.get(self.objects, key), start

    def size(self, key: str) -> int:
        """Ask by HEAD."""
        check_key(key)
        with _reading(key):
            return obstore.head(self.objects, key)["size"]

    def delete(self, key: str) -> None:
        """Delete the object."""
        check_key(key)
        try:
            with _reading(key):
                obstore.delete(self.objects, key)
        except ArtifactMissing:
            return

    def presign(self, key: str, *, expires_in: int) -> str | None:
        """Sign a GET with the store's own credentials; the bucket serves it."""
        check_key(key)
        with _reading(key):
            return obstore.sign(self.objects, "GET", key, dt.timedelta(seconds=expires_in))

    def probe(self) -> None:
        """Write, read and delete a tiny object."""
        try_out(self, what="The bucket", hint=_REACH)

    def keys(self, prefix: str = "") -> Iterator[str]:
        """List the bucket, page by page."""
        pages = iter(obstore.list(self.objects, prefix=check_key(prefix) if prefix else None))
        while True:
            with _reading(prefix or "the list of objects"):
                page = next(pages, None)
            if page is None:
                return
            yield from (found["path"] for found in page)

    def discard_unfinished(self, *, before: dt.datetime) -> int:  # noqa: ARG002 - the bucket's own rule does it
        """Do nothing: a lifecycle rule of the bucket (AbortIncompleteMultipartUpload) clears what a kill left."""
        return 0


_LOGIN = "Check the access key and that it may write, read and delete in the bucket of OUTBRIEF_STORE_URL."
_BUCKET = "Create the bucket, or correct its name in OUTBRIEF_STORE_URL."
_REACH = "Check the endpoint, region and network of OUTBRIEF_STORE_URL."
_ROOM = "Make room in the bucket of OUTBRIEF_STORE_URL, or raise its quota."
# How the library tells of a request: its address, its time and its retries, which say nothing of what is wrong.
_REQUEST = re.compile(r"Error performing [A-Z]+ \S+ in .*? - | for path \S+(?=:)")


@contextmanager
def _writing(key: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        raise _unavailable(key, error) from error


@contextmanager
def _reading(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise _unavailable(key, error) from error
        raise ArtifactMissing(f"The store has no {key}.") from error
    except (BaseError, OSError) as error:
        raise _unavailable(key, error) from error


def _unavailable(key: str, error: Exception) -> StoreUnavailable:
    reason = _reason(error)
    hint = _REACH
    if isinstance(error, PermissionDeniedError | UnauthenticatedError) or "403 Forbidden" in reason:
        hint = _LOGIN
    elif "NoSuchBucket" in str(error):
        hint = _BUCKET
    elif "507 Insufficient Storage" in reason:
        hint = _ROOM
    return StoreUnavailable(f"The bucket refused {key}: {reason}", hint=hint)


def _reason(error: Exception) -> str:
    """Take from the library's text what a person can use: no debug tree, no XML, no address of the bucket."""
    told = str(error).split("\n\nDebug source", maxsplit=1)[0]
    named = re.search(r"<Code>([^<]+)</Code>", told)
    said = re.search(r"<Message>([^<]+)</Message>", told)
    plain = _REQUEST.sub("", " ".join(told.split("<?xml", maxsplit=1)[0].split())).rstrip(": ")
    extra = " ".join(found.group(1) for found in (named, said) if found)
    return f"{plain[:400]} ({extra[:300]})" if extra else plain[:400]


def _disposition(filename: str) -> str:
    """Name a download (RFC 6266): plain ASCII for old programs, UTF-8 for the others."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename.encode('utf-8', 'replace'), safe='')}"
