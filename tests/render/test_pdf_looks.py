"""The looks of a PDF: cover, logo, typeface, locale, texts, and where the notes stand."""

import dataclasses
import io
import struct
import zlib

import pikepdf
import pypdf
import pytest

from outbrief.render.pdf import write_page_picture, write_pdf
from outbrief.terms.document import Block, Span, Text
from outbrief.terms.locale import Locale
from outbrief.terms.look import Brand, Font, Look, Paper
from tests.render import documents
from tests.render.test_pdf import pages, tags


def png(width: int, height: int) -> bytes:
    """Make a PNG of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\xc0\x30\x10" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


BRANDED = dataclasses.replace(documents.NORMAL, brand=Brand(name="Acme & Söhne", logo=png(600, 120)))
SAID = Text(
    key="said",
    title="What we did",
    blocks=(
        Block(
            form="paragraph",
            spans=(
                Span(text="We "),
                Span(text="paused", strong=True),
                Span(text=" two and "),
                Span(text="rewrote", emphasis=True),
                Span(text=", see "),
                Span(text="the plan", href="https://example.com/plan?a=1&b=(2)"),
                Span(text=" or "),
                Span(text="this", href="javascript:alert(1)"),
            ),
        ),
        Block(form="heading", spans=(Span(text="Next steps"),)),
        Block(form="bullet", spans=(Span(text="Warm up #panic() *a*"),)),
        Block(form="bullet", spans=(Span(text="Clean the list"),)),
        Block(form="number", spans=(Span(text="Third"),), place=3),
        Block(form="number", spans=(Span(text="Fourth"),), place=4),
    ),
)


def alternatives(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {str(item.Alt) for item in file.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item}


def claims_ua(pdf: bytes) -> bool:
    with pikepdf.open(io.BytesIO(pdf)) as file, file.open_metadata() as metadata:
        return bool(metadata.get("pdfuaid:part") == "1")


def links(pdf: bytes) -> list[str]:
    found = []
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for note in page.get("/Annots") or ():
            found.append(str(note.get_object()["/A"]["/URI"]))
    return found


@pytest.mark.parametrize("cover", [False, True])
def test_the_logo_stands_in_the_head_with_the_name_as_its_alternative(cover: bool) -> None:
    pdf = write_pdf(dataclasses.replace(BRANDED, look=Look(cover=cover)))
    assert "Acme & Söhne" in alternatives(pdf)
    assert claims_ua(pdf)
    assert sum(len(page.images) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1


def test_a_large_logo_does_not_make_a_large_file() -> None:
    large = dataclasses.replace(BRANDED, brand=Brand(name="Acme", logo=png(4000, 1000)))
    (image,) = pypdf.PdfReader(io.BytesIO(write_pdf(large))).pages[0].images
    assert max(image.image.size) <= 900


@pytest.mark.parametrize("logo", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", png(40, 40)[:60], png(40, 40)[:24] + b"broken"])
def test_a_logo_that_is_no_picture_does_not_stop_a_report(logo: bytes) -> None:
    document = dataclasses.replace(BRANDED, brand=Brand(name="Acme", logo=logo))
    assert "Weekly campaign performance" in pages(write_pdf(document))[0]


def test_a_cover_is_a_page_of_its_own_with_period_scope_and_instant() -> None:
    pdf = write_pdf(dataclasses.replace(BRANDED, look=Look(cover=True)))
    first, second, *_ = pages(pdf)
    plain = " ".join(first.split())
    for said in ("CAMPAIGN REPORT", "Weekly campaign performance", "16 – 22 November 2026", "9 – 15 November 2026"):
        assert said in plain
    assert "North America" in plain
    assert "23 Nov 2026, 09:00 (New York)" in plain
    assert "48 210" not in first
    assert "48 210" in second
    assert second.count("Weekly campaign performance") == 2
    assert "Page 2 of" in second
    assert pypdf.PdfReader(io.BytesIO(pdf)).metadata.title == "Weekly campaign performance"


@pytest.mark.parametrize("colour", ["#ffdd00", "#000000", "#ffffff", "#808080", "#2f5fde"])
@pytest.mark.parametrize("paper", list(Paper))
def test_a_cover_of_any_colour_is_one_page(colour: str, paper: Paper) -> None:
    brand = Brand(name="Acme", colour=colour)
    document = dataclasses.replace(documents.LONG, brand=brand, look=Look(cover=True, paper=paper))
    told = pages(write_pdf(document))
    assert "Page 2 of" in told[1]
    assert "DATA" not in told[1].split("\n")[0].upper()


@pytest.mark.parametrize(
    ("font", "name"),
    [(Font.HANKEN_GROTESK, "HankenGrotesk"), (Font.SOURCE_SANS, "SourceSansPro"), (Font.MANROPE, "Manrope")],
)
def test_a_report_is_set_in_the_typeface_of_the_brand(font: Font, name: str) -> None:
    pdf = write_pdf(dataclasses.replace(documents.NORMAL, brand=Brand(name="Acme", font=font)))
    used = {
        face.get_object()["/BaseFont"].split("+")[1]
        for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
        for face in page["/Resources"]["/Font"].values()
    }
    # Triangles come from another face.
    assert {face.split("-")[0] for face in used} <= {name, "DejaVuSansMono"}
    assert not any("Light" in face or "Variable" in face for face in used)
    assert claims_ua(pdf)


@pytest.mark.parametrize(
    ("locale", "rate", "day"),
    [
        (Locale.EN, "97.6 %", "23 Nov 2026"),
        (Locale.DE, "97,6 %", "23. Nov. 2026"),
        (Locale.FR, "97,6 %", "23 nov. 2026"),
        (Locale.ES, "97,6 %", "23 nov 2026"),
    ],
)
def test_figures_and_dates_are_written_for_the_reader(locale: Locale, rate: str, day: str) -> None:
    text = " ".join(pages(write_pdf(dataclasses.replace(documents.NORMAL, look=Look(locale=locale)))))
    assert rate in text
    assert f"data as of {day}, 09:00" in text
    assert "48 210" in text


@pytest.mark.parametrize("rows", [0, 400])
def test_texts_are_set_as_data_with_their_manner_lists_and_links(rows: int) -> None:
    sections = (SAID, *(documents.with_rows(rows).tables() if rows else ()), dataclasses.replace(SAID, title=""))
    pdf = write_pdf(dataclasses.replace(documents.NORMAL, sections=sections))
    text = " ".join(" ".join(pages(pdf)).split())
    assert "We paused two and rewrote, see the plan or this" in text
    assert "Warm up #panic() *a*" in text
    assert "3. Third" in text
    assert "4. Fourth" in text
    assert links(pdf) == ["https://example.com/plan?a=1&b=(2)"] * 2
    assert claims_ua(pdf)
    found = tags(pdf)
    assert found["/L"] == 4
    assert found["/LI"] == 8
    assert found["/Link"] == 2
    assert found.get("/Table", 0) == bool(rows)


@pytest.mark.parametrize("rows", [0, 400])
def test_links_keep_their_tags_where_pages_are_joined(rows: int) -> None:
    sections = (SAID, *(documents.with_rows(rows).tables() if rows else ()), dataclasses.replace(SAID, title="Again"))
    with pikepdf.open(io.BytesIO(write_pdf(dataclasses.replace(documents.NORMAL, sections=sections)))) as file:
        owners = file.Root.StructTreeRoot.ParentTree.Nums
        by_key = {int(owners[i]): owners[i + 1] for i in range(0, len(owners), 2)}
        seen = 0
        for page in file.pages:
            for note in page.get("/Annots", ()):
                owner = by_key[int(note.StructParent)]
                assert owner.S == "/Link"
                kids = owner.K if isinstance(owner.K, pikepdf.Array) else [owner.K]
                objects = [kid.Obj for kid in kids if isinstance(kid, pikepdf.Dictionary) and "/Obj" in kid]
                assert [item.objgen for item in objects] == [note.objgen]
                seen += 1
    assert seen == 2


def test_only_sections_are_bookmarks() -> None:
    pdf = write_pdf(dataclasses.replace(documents.NORMAL, sections=(SAID, documents.TABLE)))
    assert [entry.title for entry in pypdf.PdfReader(io.BytesIO(pdf)).outline] == ["What we did", "Campaigns"]
    assert tags(pdf)["/H2"] == 1


@pytest.mark.parametrize("rows", range(14, 44))
def test_notes_never_stand_alone_on_the_last_page(rows: int) -> None:
    notes = ("Opens are counted by a picture in the mail. " * 3,) * 4
    told = pages(write_pdf(dataclasses.replace(documents.with_rows(rows), notes=notes)))
    assert "Opens are counted" in told[-1]
    assert "Campaign 000" in told[-1]


def test_the_picture_of_a_page_is_that_of_the_pdf_in_its_looks() -> None:
    looks = [Look(), Look(cover=True), Look(locale=Locale.DE), Look(paper=Paper.LETTER)]
    pictures = {write_page_picture(dataclasses.replace(BRANDED, look=look), width=200) for look in looks}
    assert len(pictures) == 4
