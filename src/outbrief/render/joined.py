"""PDF files that Typst set apart, joined into one with one tag tree, one outline and one title."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, field

from outbrief.render.numbered import found, numbered, renumbered
from outbrief.render.packed import Packed
from outbrief.terms.errors import RenderFailed

_ROOT, _INFO = re.compile(rb"/Root ([0-9]+) 0 R"), re.compile(rb"/Info ([0-9]+) 0 R")
_PAGES, _TREE = re.compile(rb"/Pages ([0-9]+) 0 R"), re.compile(rb"/StructTreeRoot ([0-9]+) 0 R")
_OUTLINE, _METADATA = re.compile(rb"/Outlines ([0-9]+) 0 R"), re.compile(rb"/Metadata ([0-9]+) 0 R")
_COUNT, _COUNTED = re.compile(rb"/Count ([0-9]+)"), re.compile(rb"(?<=<xmpTPg:NPages>)[0-9]+")
_REFERENCE = re.compile(rb"([0-9]+) 0 R")
_LIST_OF_KIDS = re.compile(rb"/(?:K|Kids)\[([0-9R ]*)\]")
_ROLES = re.compile(rb"(/RoleMap<<[^<>]*/Strong)/Span([^<>]*>>)")
_PARENTS, _NEXT_PARENT = re.compile(rb"/Nums\[(.*?)\]"), re.compile(rb"/ParentTreeNextKey ([0-9]+)")
_PARENT = re.compile(rb"([0-9]+) ([0-9]+ 0 R)")
_OF_PAGE, _LINKS = re.compile(rb"/StructParents? ([0-9]+)"), re.compile(rb"/Annots\[([0-9R ]*)\]")
_IDS = re.compile(rb"/IDTree<</Names\[(.*?)\]>>")
_ID = re.compile(rb"\((U[0-9]+x[0-9]+y[0-9]+)\)")
_LENGTH = re.compile(rb"(?<=/Length )[0-9]+")
_FIRST_MARK = re.compile(rb"/First ([0-9]+) 0 R")
_MARK = re.compile(rb"<</Parent [0-9]+ 0 R(?:/Prev [0-9]+ 0 R)?(?:/Next ([0-9]+) 0 R)?(?:/Prev [0-9]+ 0 R)?(?=/Title)")
_ROW = re.compile(rb"<</Type/StructElem/S/P/P [0-9]+ 0 R(?=.*?/K\[([0-9]+) 0 R)", re.DOTALL)
_CELL = b"<</Type/StructElem/S/Strong"
_SPAN = b"<</Type/StructElem/S/Span"
_HEADER_CELL = b"<</Type/StructElem/S/TH/A[<</O/Table/Scope/Column>>]"


@dataclass(frozen=True, kw_only=True)
class Part:
    """A file of some pages: of a long table if `tabular`; `begins` tells that its first row is the header of one.

    A row of a long table is a paragraph of `strong` cells: Typst sets and tags those several times faster than cells of
    its own tables. Rows of a part that begins no table belong to the last one begun.
    """

    pdf: bytes
    begins: bool = False
    tabular: bool = False


@dataclass(frozen=True, kw_only=True)
class _Shared:
    """The numbers of the objects that a file has once: those of the first part stand for those of every other one."""

    root: int
    info: int
    metadata: int
    pages: int
    tree: int
    body: int


@dataclass(frozen=True, kw_only=True)
class _Rows:
    """A table among the tags: the numbers of its element, its header row, its group of other rows, and of these."""

    table: int
    header: int
    group: int
    rows: list[int] = field(default_factory=list)


@dataclass(kw_only=True)
class _Whole:
    """What has been gathered from the parts: numbers of pages, tags and tables, owners of marks, ids, bookmarks."""

    pages: list[int] = field(default_factory=list)
    kids: list[int] = field(default_factory=list)
    tables: list[_Rows] = field(default_factory=list)
    parents: list[bytes] = field(default_factory=list)
    next_parent: int = 0
    ids: list[bytes] = field(default_factory=list)
    marks: dict[int, bytes] = field(default_factory=dict)


def join(parts: Iterable[Part]) -> bytes:
    """Join parts in their order, each as it comes; paragraphs of strong cells become the rows of tagged tables.

    Title, language, dates and the claim to PDF/UA-1 are those of the first part. The same parts give the same bytes.
    Raises RenderFailed for files of a form that Typst is not known to write.
    """
    file, whole = Packed(), _Whole()
    shared: _Shared | None = None
    opening: dict[int, bytes] = {}
    for number, part in enumerate(parts):
        read = numbered(part.pdf)
        own = _shared(read.objects, read.trailer)
        added = file.take(max(read.objects)) - 1
        numbers = {old: old + added for old in read.objects}
        shared = shared or own
        # What refers to a part's own page list or document then refers to those of the whole.
        numbers |= dict(zip(astuple(own), astuple(shared), strict=True))
        objects = renumbered(read.objects, numbers)
        told = {old: objects.pop(old) for old in astuple(shared)}
        opening = opening or told
        _gather_pages(whole, objects, told[shared.pages])
        _gather_tree(whole, objects, told[shared.tree], number)
        _gather_marks(whole, objects, told[shared.root])
        if part.tabular:
            _gather_rows(whole, objects, told[shared.body], file if part.begins else None)
        else:
            _gather_tags(whole, objects, told[shared.body])
        file.put(objects)
    if shared is None:
        raise ValueError("Joining needs at least one part.")
    file.put(_closing(whole, shared, opening, file.take()))
    return file.closed(shared.root, shared.info)


def _shared(objects: Mapping[int, bytes], trailer: bytes) -> _Shared:
    """Find the objects of a part that a file has once."""
    root = int(found(_ROOT, trailer)[1])
    pages, tree, metadata = (int(found(pattern, objects[root])[1]) for pattern in (_PAGES, _TREE, _METADATA))
    (body,) = _kids(objects[tree])
    info = int(found(_INFO, trailer)[1])
    return _Shared(root=root, info=info, metadata=metadata, pages=pages, tree=tree, body=body)


def _gather_pages(whole: _Whole, objects: dict[int, bytes], told: bytes) -> None:
    """Take the pages of a part; their keys among the owners of marks come after those of the parts before.

    So do those of the links on the pages.
    """
    for page in _kids(told):
        links = _LINKS.search(objects[page])
        for number in (page, *(_listed_in(links) if links else ())):
            key = found(_OF_PAGE, objects[number])
            moved = b"%b%d" % (key[0].removesuffix(key[1]), int(key[1]) + whole.next_parent)
            objects[number] = objects[number].replace(key[0], moved)
        whole.pages.append(page)


def _gather_tree(whole: _Whole, objects: dict[int, bytes], told: bytes, number: int) -> None:
    """Take the owners of the marks on pages, and the ids, which are made unlike those of every other part."""
    owners = _PARENT.findall(found(_PARENTS, told)[1])
    whole.parents += [b"%d %b" % (int(key) + whole.next_parent, owner) for key, owner in owners]
    whole.next_parent += int(found(_NEXT_PARENT, told)[1])
    ids = _IDS.search(told)
    if ids:
        unlike = rb"(V%04d-\1)" % number
        names, count = _ID.subn(unlike, ids[1])
        if count != len(_REFERENCE.findall(ids[1])):
            raise RenderFailed("Typst wrote a PDF file of an unknown form.")
        whole.ids.append(names)
        for element, text in objects.items():
            if text.startswith((b"<</Type/StructElem/S/TH", b"<</Type/StructElem/S/TD")):
                objects[element] = _ID.sub(unlike, text)


def _gather_marks(whole: _Whole, objects: dict[int, bytes], told: bytes) -> None:
    """Take the bookmarks of a part in their order; those of a report have no bookmarks below them."""
    outline = _OUTLINE.search(told)
    link = _FIRST_MARK.search(objects.pop(int(outline[1]))) if outline else None
    while link and link[1]:
        number = int(link[1])
        text = objects.pop(number)
        link = found(_MARK, text)
        whole.marks[number] = text[link.end() :]


def _gather_tags(whole: _Whole, objects: dict[int, bytes], told: bytes) -> None:
    """Take the tags of a part; strong words are spans there, for in the whole `Strong` means a cell."""
    whole.kids += _kids(told)
    for number, text in objects.items():
        if text.startswith(_CELL):
            objects[number] = _SPAN + text.removeprefix(_CELL)


def _gather_rows(whole: _Whole, objects: dict[int, bytes], told: bytes, begins: Packed | None) -> None:
    """Take the tags of pages of a long table; with `begins` the first row is its header, which gets numbers there."""
    for kid in _kids(told):
        row = _ROW.match(objects[kid])
        if row is None or not objects[int(row[1])].startswith(_CELL):
            whole.kids.append(kid)
            continue
        if begins:
            first = begins.take(3)
            begins = None
            whole.tables.append(_Rows(table=first, header=kid, group=first + 2))
            whole.kids.append(first)
            parent = first + 1
            for cell in _kids(objects[kid]):
                objects[cell] = _HEADER_CELL + objects[cell].removeprefix(_CELL)
        else:
            whole.tables[-1].rows.append(kid)
            parent = whole.tables[-1].group
        objects[kid] = b"<</Type/StructElem/S/TR/P %d 0 R%b" % (parent, objects[kid][row.end() :])


def _closing(whole: _Whole, shared: _Shared, opening: Mapping[int, bytes], outline: int) -> dict[int, bytes]:
    """Write the objects that a file has once, and the tags of its tables."""
    metadata = _COUNTED.sub(b"%d" % len(whole.pages), opening[shared.metadata])
    content = metadata.index(b"stream\n") + len(b"stream\n")
    length = metadata.rindex(b"\nendstream") - content
    # The cells keep their name: the role map says what a strong one is here.
    roles = found(_ROLES, opening[shared.tree]).expand(rb"\1/TD\2")
    ids = b"/IDTree<</Names[%b]>>" % b"".join(whole.ids) if whole.ids else b""
    tree = b"<</Type/StructTreeRoot%b/K[%d 0 R]/ParentTree<</Nums[%b]>>/ParentTreeNextKey %d%b>>"
    body = b"<</Type/StructElem/S/Document/P %d 0 R/K[%b]>>"
    return {
        shared.root: _OUTLINE.sub(b"", opening[shared.root]).removesuffix(b">>") + b"/Outlines %d 0 R>>" % outline,
        shared.info: opening[shared.info],
        shared.metadata: _LENGTH.sub(b"%d" % length, metadata[:content], count=1) + metadata[content:],
        shared.pages: b"<</Type/Pages/Count %d/Kids[%b]>>" % (len(whole.pages), _listed(whole.pages)),
        shared.tree: tree % (roles, shared.body, b" ".join(whole.parents), whole.next_parent, ids),
        shared.body: body % (shared.tree, _listed(whole.kids)),
        **_outline(whole.marks, outline),
        **{number: text for table in whole.tables for number, text in _table(table, shared.body).items()},
    }


def _outline(marks: Mapping[int, bytes], outline: int) -> dict[int, bytes]:
    """Write the bookmarks, each linked to the one before and after it."""
    if not marks:
        return {outline: b"<</Type/Outlines>>"}
    order = list(marks)
    told = b"<</Type/Outlines/First %d 0 R/Last %d 0 R/Count %d>>" % (order[0], order[-1], len(order))
    written = {outline: told}
    for place, (number, text) in enumerate(marks.items()):
        before = b"/Prev %d 0 R" % order[place - 1] if place else b""
        after = b"/Next %d 0 R" % order[place + 1] if place + 1 < len(order) else b""
        written[number] = b"<</Parent %d 0 R%b%b%b" % (outline, before, after, text)
    return written


def _table(table: _Rows, body: int) -> dict[int, bytes]:
    """Write the tags of a table above its rows."""
    head = table.table + 1
    element = b"<</Type/StructElem/S/%b/P %d 0 R/K[%b]>>"
    return {
        table.table: element % (b"Table", body, _listed([head, table.group])),
        head: element % (b"THead", table.table, _listed([table.header])),
        table.group: element % (b"TBody", table.table, _listed(table.rows)),
    }


def _kids(told: bytes) -> list[int]:
    return _listed_in(found(_LIST_OF_KIDS, told))


def _listed_in(match: re.Match[bytes]) -> list[int]:
    return [int(number) for number in _REFERENCE.findall(match[1])]


def _listed(numbers: Sequence[int]) -> bytes:
    return b" ".join([b"%d 0 R" % number for number in numbers])


def count_pages(pdf: bytes) -> int:
    """Count the pages of a file."""
    read = numbered(pdf)
    return int(found(_COUNT, read.objects[_shared(read.objects, read.trailer).pages])[1])


def count_owners_on_last_page(pdf: bytes) -> int:
    """Count the tags that own what is marked on the last page of a file; a paragraph is one."""
    read = numbered(pdf)
    shared = _shared(read.objects, read.trailer)
    last = read.objects[_kids(read.objects[shared.pages])[-1]]
    key = found(_OF_PAGE, last)[1]
    owners = dict(_PARENT.findall(found(_PARENTS, read.objects[shared.tree])[1]))
    return len(set(_REFERENCE.findall(read.objects[int(owners[key].split()[0])])))
