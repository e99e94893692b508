"""Forms that somebody sent whose session had ended: kept in the sign-in page itself, and sent again on demand."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest

_SALT = "outbrief.kept-form"
# Somebody comes back from lunch, or the next morning; later they hardly know what they wrote.
_LASTS = 24 * 3600
_LARGEST = 200_000
_SECRET = ("password", "secret", "token")
_SHOWN, _SHOWN_EACH = 40, 160


@dataclass(frozen=True, kw_only=True)
class KeptForm:
    """A form of ours: where it goes (a path of ours, with its query), what it says, and the page it was on.

    `left_out` says in words what could not be kept, empty when all was.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    page: str
    left_out: str

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Give the first fields that say something, short enough to be looked through."""
        said = [(name, value) for name, value in self.fields if value.strip()]
        return [(name, value[:_SHOWN_EACH]) for name, value in said[:_SHOWN]]


def keep(request: HttpRequest) -> KeptForm:
    """Keep what was typed in a form, but for passwords, files, and what is too large."""
    fields, left_out = [], []
    for name, values in request.POST.lists():
        if name == "csrfmiddlewaretoken":
            continue
        if any(secret in name.lower() for secret in _SECRET):
            left_out.append("passwords")
        else:
            fields += [(name, value) for value in values]
    if request.FILES:
        left_out.append("files")
    if sum(len(name.encode()) + len(value.encode()) for name, value in fields) > _LARGEST:
        fields, left_out = [], ["what is longer than 200 KB in all"]
    return KeptForm(
        path=request.get_full_path(),
        fields=tuple(fields),
        page=_page(request),
        left_out=" and ".join(dict.fromkeys(left_out)),
    )


def sealed(form: KeptForm) -> str:
    """Give a kept form as signed text, empty when there is nothing in it to keep."""
    if not form.fields:
        return ""
    told = [form.path, [[*field] for field in form.fields], form.page, form.left_out]
    return signing.dumps(told, salt=_SALT, compress=True)


def opened(text: str) -> KeptForm | None:
    """Read a kept form back; None when there is none, it is not ours, or it is too old."""
    try:
        path, fields, page, left_out = signing.loads(text, salt=_SALT, max_age=_LASTS)
    except signing.BadSignature:
        return None
    return KeptForm(path=path, fields=tuple((name, value) for name, value in fields), page=page, left_out=left_out)


def _page(request: HttpRequest) -> str:
    """Give the page that the form was on, if the browser tells and it is one of ours; else the overview."""
    came = urlsplit(request.headers.get("Referer", ""))
    ours = (came.scheme, came.netloc) == (request.scheme, request.get_host()) and came.path.startswith("/")
    if not ours or came.path.startswith("//"):
        return "/"
    return f"{came.path}?{came.query}" if came.query else came.path
