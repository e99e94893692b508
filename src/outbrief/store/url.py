"""Open the store that a URL names."""

from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from outbrief.store.bucket import open_cloud, open_s3
from outbrief.store.contract import Store
from outbrief.store.folder import FolderStore
from outbrief.terms.errors import Misconfigured

_FIELD = "OUTBRIEF_STORE_URL"
_ALLOWED = (
    "Allowed are file:///absolute/folder, "
    "s3://bucket/prefix?endpoint=https://host&region=...&access_key_id=...&secret_access_key=... (all optional), "
    "gs://bucket/prefix and az://container/prefix (with that cloud's own AZURE_* or GOOGLE_* settings)."
)
_S3_OPTIONS = ("endpoint", "region", "access_key_id", "secret_access_key")


def open_store(url: str) -> Store:
    """Open the store; nothing is contacted yet (`probe` does that).

    Misconfigured names OUTBRIEF_STORE_URL and says what is allowed. Secrets in the URL never appear in an error.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is what checks it
    except ValueError as error:
        raise _wrong("The URL cannot be read.") from error
    match parts.scheme:
        case "file":
            return _folder(parts)
        case "s3":
            return _s3(parts)
        case "gs" | "az":
            if not parts.netloc or parts.query:
                raise _wrong(f"A {parts.scheme}:// URL has a name and a path, and no options.")
            return open_cloud(url)
        case _:
            raise _wrong(f"{parts.scheme or 'A URL without a scheme'} is not a kind of store.")


def _folder(parts: SplitResult) -> Store:
    if parts.netloc or parts.query or not parts.path.startswith("/") or parts.path == "/":
        raise _wrong("A folder is named by three slashes and its absolute path.")
    return FolderStore(root=Path(unquote(parts.path)))


def _s3(parts: SplitResult) -> Store:
    if not parts.netloc or "@" in parts.netloc or ":" in parts.netloc:
        raise _wrong("The part after s3:// is the bucket's name; host and keys are options.")
    options = _options(parts.query)
    for name in options:
        if name not in _S3_OPTIONS:
            raise _wrong(f"{name} is not an option of s3://.")
    endpoint = options.get("endpoint")
    if endpoint and not endpoint.startswith(("http://", "https://")):
        raise _wrong("The endpoint starts with http:// or https://.")
    if ("access_key_id" in options) != ("secret_access_key" in options):
        raise _wrong("access_key_id and secret_access_key come together.")
    return open_s3(
        parts.netloc,
        prefix=unquote(parts.path).strip("/"),
        endpoint=endpoint,
        region=options.get("region"),
        access_key_id=options.get("access_key_id"),
        secret_access_key=options.get("secret_access_key"),
    )


def _options(query: str) -> dict[str, str]:
    """Read options without turning `+` into a space: secret keys hold plus signs."""
    pairs = (option.partition("=") for option in query.split("&") if option)
    return {unquote(name): unquote(value) for name, _, value in pairs}


def _wrong(message: str) -> Misconfigured:
    return Misconfigured(message, field=_FIELD, hint=_ALLOWED)
