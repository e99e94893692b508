"""PDF files that Typst set apart, joined into one with one tag tree, one outline and one title."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, String

from outbrief.render.numbered import one_file

_COUNTED = re.compile(rb"(?<=<xmpTPg:NPages>)[0-9]+")


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file of some pages; `begins` tells that its first row is the header of a long table.

    A row of a long table is a paragraph of `strong` cells: Typst sets and tags those several times faster than cells of
    its own tables. Rows of a part that begins no table belong to the last one begun.
    """

    pdf: bytes
    begins: bool = False


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """A table among the tags: its element, the group of its rows, and these."""

    table: Object
    group: Object
    rows: list[Object] = field(default_factory=list)


def join(parts: Sequence[Part]) -> bytes:
    """Join parts in their order; paragraphs of strong cells become the rows of tagged tables.

    Title, language, dates and the claim to PDF/UA-1 are those of the first part. The same parts give the same bytes.
    """
    combined, catalogs = one_file([part.pdf for part in parts])
    with pikepdf.open(io.BytesIO(combined)) as whole:
        body = whole.Root.StructTreeRoot.K[0]
        kids: list[Object] = []
        tables: list[_Rows] = []
        bookmarks: list[Object] = []
        for number, (part, catalog) in enumerate(zip(parts, catalogs, strict=True)):
            root = whole.get_object(catalog, 0)
            if number:
                _append(whole, root, number)
            tree = root.StructTreeRoot
            bookmarks += _bookmarks(root)
            header = part.begins
            for kid in list(tree.K[0].K):
                if not _is_row(kid):
                    kid.P = body
                    kids.append(kid)
                elif header:
                    tables.append(_begin(whole, body, kid))
                    kids.append(tables[-1].table)
                    header = False
                else:
                    kid.S, kid.P = Name.TR, tables[-1].group
                    tables[-1].rows.append(kid)
        for table in tables:
            table.group.K = Array(table.rows)
        body.K = Array(kids)
        # The cells keep their name: the role map says what a strong one is here.
        whole.Root.StructTreeRoot.RoleMap.Strong = Name.TD
        _link(whole, bookmarks)
        metadata = whole.Root.Metadata
        metadata.write(_COUNTED.sub(b"%d" % int(whole.Root.Pages.Count), metadata.read_bytes()))
        written = io.BytesIO()
        whole.save(
            written,
            deterministic_id=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return written.getvalue()


def count_pages(pdf: bytes) -> int:
    """Count the pages of a file."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return len(file.pages)


def _append(whole: Pdf, root: Object, number: int) -> None:
    """Append the pages of another catalog, and all that tells which tags they have."""
    pages, more = whole.Root.Pages, root.Pages
    tree, added = whole.Root.StructTreeRoot, root.StructTreeRoot
    first = int(tree.ParentTreeNextKey)
    for page in more.Kids:
        page.Parent = pages
        page.StructParents = int(page.StructParents) + first
    pages.Kids.extend(more.Kids)
    pages.Count = int(pages.Count) + int(more.Count)
    for place, item in enumerate(added.ParentTree.Nums):
        tree.ParentTree.Nums.append(item if place % 2 else int(item) + first)
    tree.ParentTreeNextKey = first + int(added.ParentTreeNextKey)
    if Name.IDTree in added:
        _rename(added, number)
        if Name.IDTree not in tree:
            tree.IDTree = Dictionary(Names=Array([]))
        tree.IDTree.Names.extend(added.IDTree.Names)


def _bookmarks(root: Object) -> list[Object]:
    """Give the bookmarks of a file in their order; those of a report have no bookmarks below them."""
    marks: list[Object] = []
    mark = root.get(Name.Outlines, Dictionary()).get(Name.First)
    while mark is not None:
        marks.append(mark)
        mark = mark.get(Name.Next)
    return marks


def _link(whole: Pdf, marks: Sequence[Object]) -> None:
    """Make bookmarks the outline of the whole."""
    if not marks:
        return
    outline = whole.make_indirect(Dictionary(Type=Name.Outlines, First=marks[0], Last=marks[-1], Count=len(marks)))
    whole.Root.Outlines = outline
    for mark in marks:
        mark.Parent = outline
    for before, after in pairwise(marks):
        before.Next, after.Prev = after, before


def _is_row(element: Object) -> bool:
    first = element.K[0] if len(element.K) else None
    return bool(element.S == Name.P and isinstance(first, Dictionary) and first.get(Name.S) == Name.Strong)


def _begin(whole: Pdf, body: Object, header: Object) -> _Rows:
    """Make the tags of a table from its header row."""
    for cell in header.K:
        cell.S = Name.TH
        cell.A = Array([Dictionary(O=Name.Table, Scope=Name.Column)])
    table = whole.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Table, P=body))
    head = whole.make_indirect(Dictionary(Type=Name.StructElem, S=Name.THead, P=table, K=Array([header])))
    group = whole.make_indirect(Dictionary(Type=Name.StructElem, S=Name.TBody, P=table))
    header.S, header.P = Name.TR, head
    table.K = Array([head, group])
    return _Rows(table=table, group=group)


def _rename(tree: Object, number: int) -> None:
    """Make the ids of a part's header cells, and what refers to them, unlike those of every other part."""
    names = tree.IDTree.Names
    for place in range(0, len(names), 2):
        names[place] = names[place + 1].ID = String(f"V{number:04d}-{names[place]}")
    for element in _elements(tree.K[0]):
        for attributes in element.get(Name.A, ()):
            if Name.Headers in attributes:
                attributes.Headers = Array([String(f"V{number:04d}-{name}") for name in attributes.Headers])


def _elements(element: Object) -> Iterator[Object]:
    yield element
    for kid in element.K:
        if isinstance(kid, Dictionary) and Name.K in kid:
            yield from _elements(kid)
