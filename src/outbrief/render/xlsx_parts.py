"""The small parts of an Excel workbook around its rows: fixed XML, names and formats."""

import re
from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

import polars as pl

from outbrief.render.sheet import Style, letters
from outbrief.terms.table import Column, Kind

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006"
_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_NARROWEST, _WIDEST, _FILTER_BUTTON = 9, 60, 4
_WIDTHS: Final = {Kind.RATE: 10, Kind.BOOLEAN: 9, Kind.DATE: 12, Kind.TIMESTAMP: 25}
_SAMPLE: Final = 500

STYLES: Final = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="0.0"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss&quot; UTC&quot;"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF4472C4"/><bgColor indexed="64"/></patternFill></fill>'
    "</fills>"
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    f'<cellXfs count="{len(Style)}">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="1" fillId="2" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="10" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()

_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_COLOURS: Final = {
    "dk1": "000000", "lt1": "FFFFFF", "dk2": "44546A", "lt2": "E7E6E6", "accent1": "4472C4", "accent2": "ED7D31",
    "accent3": "A5A5A5", "accent4": "FFC000", "accent5": "5B9BD5", "accent6": "70AD47", "hlink": "0563C1",
    "folHlink": "954F72",
}  # fmt: skip
_FONT: Final = '<a:latin typeface="Calibri"/><a:ea typeface=""/><a:cs typeface=""/>'
_FILL: Final = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'

# Nothing here uses it, but validators, and programs that offer its colours, expect one.
THEME: Final = (
    f'{_HEAD}<a:theme xmlns:a="{_DRAWING}" name="Office"><a:themeElements><a:clrScheme name="Office">'
    + "".join(f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>' for name, value in _COLOURS.items())
    + f'</a:clrScheme><a:fontScheme name="Office"><a:majorFont>{_FONT}</a:majorFont><a:minorFont>{_FONT}</a:minorFont>'
    f'</a:fontScheme><a:fmtScheme name="Office"><a:fillStyleLst>{_FILL * 3}</a:fillStyleLst>'
    f"<a:lnStyleLst>{f'<a:ln>{_FILL}</a:ln>' * 3}</a:lnStyleLst>"
    f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
    f"<a:bgFillStyleLst>{_FILL * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
).encode()

ROOT_RELATIONSHIPS: Final = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
    f'<Relationship Id="rId3" Type="{_OFFICE}/relationships/extended-properties" Target="docProps/app.xml"/>'
    "</Relationships>"
).encode()

APP_PROPERTIES: Final = (
    f'{_HEAD}<Properties xmlns="{_OFFICE}/extended-properties"><Application>Outbrief</Application></Properties>'
).encode()


def core_properties(title: str) -> bytes:
    """Name the file's title and its creator."""
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{_plain(title)}</dc:title>'
        "<dc:creator>Outbrief</dc:creator></cp:coreProperties>"
    ).encode()


def content_types(sheets: int) -> bytes:
    """Name the media type of every part."""
    overrides = {
        "/xl/workbook.xml": f"{_SHEET_TYPE}.sheet.main+xml",
        "/xl/styles.xml": f"{_SHEET_TYPE}.styles+xml",
        "/xl/theme/theme1.xml": "application/vnd.openxmlformats-officedocument.theme+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
    } | {f"/{sheet_path(number)}": f"{_SHEET_TYPE}.worksheet+xml" for number in range(1, sheets + 1)}
    parts = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides.items())
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    ).encode()


def workbook(names: Sequence[str], filters: Sequence[str]) -> bytes:
    """List the sheets; the first of them have a filter each, over the range given (`$A$1:$C$9`)."""
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{number}" r:id="rId{number}"/>' for number, name in enumerate(names, 1)
    )
    defined = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{place}" hidden="1">\'{name}\'!{area}</definedName>'
        for place, (name, area) in enumerate(zip(names, filters, strict=False))
    )
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets><definedNames>{defined}</definedNames></workbook>"
    ).encode()


def workbook_relationships(sheets: int) -> bytes:
    """Tell where the sheets, the styles and the theme are."""
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/relationships/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f'<Relationship Id="rId{sheets + 1}" Type="{_OFFICE}/relationships/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId{sheets + 2}" Type="{_OFFICE}/relationships/theme" Target="theme/theme1.xml"/>'
        "</Relationships>"
    ).encode()


def sheet_path(number: int) -> str:
    """Name the part that holds this sheet, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def widths(columns: Sequence[Column], sample: pl.DataFrame) -> list[int]:
    """Choose widths, in characters, that fit the headers, the kinds, and the texts of the sample's first rows."""
    texts = [column.key for column in columns if column.kind in (Kind.TEXT, Kind.JSON) and sample.height]
    longest = sample.head(_SAMPLE).select(pl.col(texts).str.len_chars().max())
    found = {series.name: series.item() or 0 for series in longest}
    wanted = (
        max(_WIDTHS.get(column.kind, _NARROWEST), found.get(column.key, 0) + 1, len(column.key) + _FILTER_BUTTON)
        for column in columns
    )
    return [min(width, _WIDEST) for width in wanted]


def sheet_start(columns: Sequence[Column], sizes: Sequence[int], *, shown: bool) -> bytes:
    """Begin a sheet with a frozen header row; `shown` is the sheet that opens first."""
    cols = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(sizes, 1)
    )
    selected = ' tabSelected="1"' if shown else ""
    header = "".join(_text(f"{letters(place)}1", column.key, Style.HEADER) for place, column in enumerate(columns))
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{selected} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        '<selection pane="bottomLeft" activeCell="A2" sqref="A2"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{cols}</cols><sheetData><row r="1">{header}</row>\n'
    ).encode()


def sheet_end(area: str) -> bytes:
    """End a sheet: filter its `area` (`A1:C9`), and let digits in text cells be text without a warning."""
    return (
        f'</sheetData><autoFilter ref="{area}"/>'
        f'<ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors></worksheet>'
    ).encode()


def notes_sheet(notes: Sequence[str]) -> bytes:
    """Make the sheet that says what the format could not hold."""
    rows = "".join(f'<row r="{row}">{_text(f"A{row}", note, Style.NOTE)}</row>' for row, note in enumerate(notes, 2))
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><cols><col min="1" max="1" width="100" customWidth="1"/></cols>'
        f'<sheetData><row r="1">{_text("A1", "Notes", Style.HEADER)}</row>{rows}</sheetData></worksheet>'
    ).encode()


def _text(place: str, text: str, style: Style) -> str:
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_plain(text)}</t></is></c>'


def _plain(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
