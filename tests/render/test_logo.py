"""Logos: what somebody uploads becomes a small PNG of nothing but its pixels."""

import hashlib
import io
import random
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from outbrief.render.logo import MOST_BYTES, read_logo
from outbrief.terms.errors import InvalidInput
from tests.pictures import jpeg, picture, png

PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def chunks(content: bytes) -> list[bytes]:
    """Name the chunks of a PNG, read by hand."""
    assert content[:8] == PNG_HEAD
    names, at = [], 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        names.append(content[at + 4 : at + 8])
        at += 12 + length
    return names


def header_of(width: int, height: int) -> bytes:
    """Give a PNG that claims a size and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    return PNG_HEAD + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize("content", [png(300, 80, colour=(10, 20, 30)), jpeg(300, 80, colour=(10, 20, 30))])
def test_a_png_and_a_jpeg_become_a_png_of_the_same_size(content: bytes):
    logo = read_logo(content)
    made = opened(logo.content)
    assert (made.format, made.size, (logo.width, logo.height)) == ("PNG", (300, 80), (300, 80))
    assert all(abs(a - b) < 4 for a, b in zip(made.convert("RGB").getpixel((5, 5)), (10, 20, 30), strict=True))
    assert logo.sha256 == hashlib.sha256(logo.content).hexdigest()


def test_metadata_goes():
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", "Somebody Secret")
    exif = Image.Exif()
    exif[0x013B] = "Somebody Secret"
    for content in (png(40, 20, pnginfo=told, exif=exif), jpeg(40, 20, exif=exif, comment=b"Somebody Secret")):
        assert b"Somebody Secret" in content
        logo = read_logo(content)
        assert b"Secret" not in logo.content
        assert set(chunks(logo.content)) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert (read_logo(jpeg(60, 20, exif=exif)).width, read_logo(jpeg(60, 20, exif=exif)).height) == (20, 60)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("L", 200, (200, 200, 200)),
        ("1", 1, (255, 255, 255)),
        ("P", 0, (0, 0, 0)),
        ("LA", (200, 128), (200, 200, 200, 128)),
        ("RGBA", (1, 2, 3, 0), (1, 2, 3, 0)),
        ("I;16", 40_000, (156, 156, 156)),
    ],
)
def test_every_kind_of_png_keeps_its_colours_and_what_shines_through(mode: str, colour: object, seen: tuple):
    assert opened(read_logo(png(30, 10, mode=mode, colour=colour)).content).getpixel((3, 3)) == seen


def test_a_jpeg_for_print_is_taken():
    made = opened(read_logo(jpeg(30, 10, mode="CMYK", colour=(0, 255, 255, 0))).content).convert("RGB")
    red, green, blue = made.getpixel((3, 3))
    assert red > 200
    assert max(green, blue) < 60


def test_only_the_first_frame_of_a_moving_picture_stays():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, format="PNG", save_all=True, append_images=frames[1:])
    made = opened(read_logo(file.getvalue()).content)
    assert (getattr(made, "n_frames", 1), made.convert("RGB").getpixel((0, 0))) == (1, (255, 0, 0))


def test_a_large_picture_is_made_smaller_in_its_own_shape():
    logo = read_logo(png(4000, 1000))
    assert (logo.width, logo.height) == (1200, 300)


def test_a_photograph_is_made_small_enough_for_a_mail():
    noise = Image.frombytes("RGB", (900, 600), random.Random(1).randbytes(900 * 600 * 3))
    file = io.BytesIO()
    noise.save(file, format="JPEG", quality=60)
    logo = read_logo(file.getvalue())
    assert len(logo.content) <= 150 * 1024
    assert abs(logo.width / logo.height - 1.5) < 0.02


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        png(30, 10)[:50],
        jpeg(300, 100)[:200],
        picture(30, 10, form="GIF"),
        picture(30, 10, form="TIFF"),
        picture(30, 10, form="WEBP"),
        header_of(30, 10),
        header_of(0, 10),
    ],
)
def test_what_is_no_picture_of_the_two_kinds_is_refused(content: bytes):
    with pytest.raises(InvalidInput) as refused:
        read_logo(content)
    assert refused.value.field == "logo"
    assert "PNG or JPEG" in refused.value.hint


@pytest.mark.parametrize("size", [(4001, 10), (10, 4001), (65_000, 65_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_unfold_into_gigabytes_is_refused_unread(size: tuple[int, int]):
    with pytest.raises(InvalidInput, match="pixels"):
        read_logo(header_of(*size))


def test_a_file_over_the_limit_is_refused():
    with pytest.raises(InvalidInput, match="bytes"):
        read_logo(png(30, 10) + b"\0" * MOST_BYTES)


def test_a_text_that_unfolds_inside_a_picture_is_refused():
    bomb = PngImagePlugin.PngInfo()
    bomb.add_text("Comment", "a" * 100_000_000, zip=True)
    with pytest.raises(InvalidInput):
        read_logo(png(30, 10, pnginfo=bomb))
