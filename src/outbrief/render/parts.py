"""The pieces of a PDF report: set apart, several at a time, numbered through, and joined."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from outbrief.render.joined import Part, count_owners_on_last_page, count_pages, join
from outbrief.render.typeset import Json, Standard, StandardRefused, typeset, typeset_pictures
from outbrief.terms.errors import RenderFailed

Picture = Literal["svg", "png"]
Spacing = Literal["usual", "close", "shorter"]
_SPACINGS: tuple[Spacing, ...] = ("usual", "close", "shorter")
_COARSE = 2.0  # pixels per inch; enough to count pages
_AT_ONCE = 2  # Typst works outside the interpreter's lock; each piece at work needs some 50 MB


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some pages of a report. `sections` tells them to the template, with charts as the kind of picture asked for.

    `pages` is how many there are; None when only setting them shows it. `begins` tells that a long table begins there,
    `tabular` that the pages are part of one. `columns` are those of the table that it ends with, if it does.
    """

    sections: Callable[[Picture], Sequence[Json]]
    charts: bool = False
    pages: int | None = None
    begins: bool = False
    tabular: bool = False
    columns: int = 0


@dataclass(frozen=True, kw_only=True)
class PageDrawn:
    """The picture of one page as PNG, with its number, from 1, and how many pages there are."""

    png: bytes
    page: int
    pages: int


def typeset_pieces(head: Mapping[str, Json], pieces: Sequence[Piece], timestamp: int) -> bytes:
    """Set pieces one after the other as one PDF file; `head` is what the template is told of the report as a whole.

    The file claims PDF/UA-1 when all pieces can be set so. Raises RenderFailed when Typst refuses.
    """
    standards: dict[int, Standard] = {}
    last = len(pieces) - 1
    spacing, ending = _ending(head, pieces, standards, timestamp)

    def work(number: int, before: int, total: int) -> bytes:
        return _set_piece(_told(head, pieces, number, before, total, spacing), number, pieces, standards, timestamp)

    if not last:
        return ending
    counts = [piece.pages or count_pages(work(number, 0, 1)) for number, piece in enumerate(pieces[:-1])]
    counts.append(count_pages(ending))
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        jobs = [threads.submit(work, number, sum(counts[:number]), sum(counts)) for number in range(len(pieces))]
        whole = join(_part(job.result(), piece) for job, piece in zip(jobs, pieces, strict=True))
    if None in standards.values() and standards[0] is not None:
        standards[0] = None
        written = [work(0, 0, sum(counts)), *(job.result() for job in jobs[1:])]
        whole = join(_part(pdf, piece) for pdf, piece in zip(written, pieces, strict=True))
    return whole


def _ending(
    head: Mapping[str, Json], pieces: Sequence[Piece], standards: dict[int, Standard], timestamp: int
) -> tuple[Spacing, bytes]:
    """Set the last piece so that the notes do not stand alone on its last page, if it can be; also tell how."""
    last = len(pieces) - 1
    ending = b""
    for spacing in _SPACINGS:
        told = _told(head, pieces, last, 0, 1 if last else 0, spacing)
        ending = _set_piece(told, last, pieces, standards, timestamp)
        if not _ends_thin(head, pieces[last], ending):
            break
    return spacing, ending


def _set_piece(
    told: Mapping[str, Json], number: int, pieces: Sequence[Piece], standards: dict[int, Standard], timestamp: int
) -> bytes:
    """Set one piece, and keep in mind which standard its pages keep."""
    written, standards[number] = _typeset(told, pieces[number], standards.get(number, "ua-1"), timestamp)
    return written


def _part(pdf: bytes, piece: Piece) -> Part:
    return Part(pdf=pdf, begins=piece.begins, tabular=piece.tabular)


def _ends_thin(head: Mapping[str, Json], piece: Piece, pdf: bytes) -> bool:
    """Tell whether nothing but the notes is on the last page, at most with two rows of a table under its header.

    A note is one tag there, and so is a cell.
    """
    notes = head["notes"]
    count = sum(len(half) for half in notes if isinstance(half, list)) if isinstance(notes, list) else 0
    return bool(count) and count_pages(pdf) > 1 and count_owners_on_last_page(pdf) <= count + 3 * piece.columns


def picture_of_page(head: Mapping[str, Json], pieces: Sequence[Piece], page: int, ppi: float) -> PageDrawn:
    """Draw one page of the pieces, its number from 1; the last one when there are fewer."""
    spacing, ending = _ending(head, pieces, {}, 0)
    if len(pieces) == 1:
        pictures = _pictures(_told(head, pieces, 0, 0, 0, spacing), pieces[0], ppi)
        page = min(page, len(pictures))
        return PageDrawn(png=pictures[page - 1], page=page, pages=len(pictures))
    counts = [
        piece.pages or len(_pictures(_told(head, pieces, number, 0, 1, spacing), piece, _COARSE))
        for number, piece in enumerate(pieces[:-1])
    ]
    counts.append(count_pages(ending))
    page, before, number = min(page, sum(counts)), 0, 0
    while page > before + counts[number]:
        before, number = before + counts[number], number + 1
    told = _told(head, pieces, number, before, sum(counts), spacing)
    return PageDrawn(png=_pictures(told, pieces[number], ppi)[page - before - 1], page=page, pages=sum(counts))


def _pictures(told: Mapping[str, Json], piece: Piece, ppi: float) -> list[bytes]:
    return typeset_pictures({**told, "sections": piece.sections("svg")}, ppi=ppi)


def _told(
    head: Mapping[str, Json],
    pieces: Sequence[Piece],
    number: int,
    before: int,
    total: int,
    spacing: Spacing,
) -> dict[str, Json]:
    """Tell the template of one piece: with `total` it writes page numbers after those `before`, else counts itself."""
    return {
        **head,
        "opening": number == 0,
        "notes": head["notes"] if number == len(pieces) - 1 else [],
        "spacing": spacing if number == len(pieces) - 1 else "usual",
        "pages": {"before": before, "all": total} if total else None,
    }


def _typeset(told: Mapping[str, Json], piece: Piece, standard: Standard, timestamp: int) -> tuple[bytes, Standard]:
    """Set one piece, with the standard as far as it allows; also tell which one the pages keep."""
    # Text without a font, or charts with scripts that SVG cannot carry: only the standard refuses those.
    ladder: list[tuple[Picture, Standard]] = [("svg", standard), ("png", standard), ("svg", None)]
    if standard is None:
        ladder = ladder[2:]
    elif not piece.charts:
        ladder = [ladder[0], ladder[2]]
    refusal = ""
    for picture, rung in ladder:
        try:
            return typeset({**told, "sections": piece.sections(picture)}, standard=rung, timestamp=timestamp), rung
        except StandardRefused as error:
            refusal = str(error)
    raise RenderFailed(f"Typst could not set the report: {refusal}")
