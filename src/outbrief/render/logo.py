"""A logo as somebody uploaded it, made into a small PNG of nothing but its pixels. The home of Pillow."""

import functools
import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps

from outbrief.terms.errors import InvalidInput

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 4000
# Twice what a title page shows; and small enough for a mail that is opened on the road.
_KEPT_PIXELS = (1200, 600)
_KEPT_BYTES = 150 * 1024
_FIELD = "logo"
_WANTED = f"Upload a PNG or JPEG of up to {MOST_BYTES // 1024 // 1024} MB and {MOST_PIXELS:,} pixels a side."


@dataclass(frozen=True, kw_only=True)
class LogoPicture:
    """The PNG that is kept, its digest in hex, and its size in pixels."""

    content: bytes
    sha256: str
    width: int
    height: int


def read_logo(content: bytes) -> LogoPicture:
    """Check an uploaded PNG or JPEG (what it holds counts, not its name) and write it anew as a PNG.

    Metadata, further frames and colour profiles go; it is turned as a camera meant it, and made smaller until it has
    up to 1,200 by 600 pixels and 150 KB. InvalidInput(field="logo") for anything else.
    """
    if len(content) > MOST_BYTES:
        raise InvalidInput(f"The file has {len(content):,} bytes.", field=_FIELD, hint=_WANTED)
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            # Only the header has been read so far: a small file that unfolds into gigabytes stops here.
            _check_size(picture.size)
            picture.load()
            plain = _plain(picture)
    except InvalidInput:
        raise
    except Image.DecompressionBombError:
        raise InvalidInput("The picture has too many pixels.", field=_FIELD, hint=_WANTED) from None
    except Exception as error:  # decoders stumble over broken files in many ways
        raise InvalidInput("The file is no picture that can be read.", field=_FIELD, hint=_WANTED) from error
    written, (width, height) = _small_png(plain)
    return LogoPicture(
        content=written,
        sha256=hashlib.sha256(written).hexdigest(),
        width=width,
        height=height,
    )


@functools.lru_cache(maxsize=16)
def small_logo(content: bytes, *, width: int, height: int) -> bytes:
    """Write a kept logo as a PNG of at most so many pixels; what is no picture gives no bytes."""
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as picture:
            picture.thumbnail((width, height), Image.Resampling.LANCZOS)
            file = io.BytesIO()
            picture.save(file, "PNG", optimize=True)
            return file.getvalue()
    except Exception:  # decoders stumble over broken files in many ways, and a report is worth more than its logo
        return b""


def _check_size(size: tuple[int, int]) -> None:
    width, height = size
    if max(size) > MOST_PIXELS:
        raise InvalidInput(f"The picture has {width:,} by {height:,} pixels.", field=_FIELD, hint=_WANTED)


def _plain(picture: Image.Image) -> Image.Image:
    """Give the pixels alone, in eight bits, the right way up."""
    ImageOps.exif_transpose(picture, in_place=True)
    if picture.mode.startswith("I"):
        # Sixteen bits of grey; converting them as they are would cut instead of scale.
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    plain = picture if picture.mode == mode else picture.convert(mode)
    plain.info.clear()
    return plain


def _small_png(picture: Image.Image) -> tuple[bytes, tuple[int, int]]:
    picture.thumbnail(_KEPT_PIXELS, Image.Resampling.LANCZOS)
    while True:
        file = io.BytesIO()
        picture.save(file, format="PNG", optimize=True)
        if file.tell() <= _KEPT_BYTES or max(picture.size) <= 100:
            return file.getvalue(), picture.size
        smaller = (max(1, picture.width * 4 // 5), max(1, picture.height * 4 // 5))
        picture = picture.resize(smaller, Image.Resampling.LANCZOS)
