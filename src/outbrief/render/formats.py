"""The data-file formats on offer: for each its writer, content type and file extension."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from outbrief.render.csv import CsvWriter
from outbrief.render.json import JsonWriter, NdjsonWriter
from outbrief.render.parquet import ParquetWriter
from outbrief.render.writer import Sink, Writer
from outbrief.render.xlsx import XlsxWriter
from outbrief.terms.export import ExportFormat, WriteOptions
from outbrief.terms.table import Column


@dataclass(frozen=True, kw_only=True)
class DataFormat:
    """One format: how its writer is made, and how its files are called."""

    writer: Callable[[Sink, Sequence[Column], WriteOptions], Writer]
    content_type: str
    extension: str


FORMATS: Final[Mapping[ExportFormat, DataFormat]] = {
    ExportFormat.CSV: DataFormat(
        writer=CsvWriter,
        content_type="text/csv; charset=utf-8",
        extension="csv",
    ),
    ExportFormat.EXCEL: DataFormat(
        writer=lambda sink, columns, options: XlsxWriter(sink, columns, title=options.title),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        extension="xlsx",
    ),
    ExportFormat.JSON: DataFormat(
        writer=lambda sink, columns, _: JsonWriter(sink, columns),
        content_type="application/json",
        extension="json",
    ),
    ExportFormat.NDJSON: DataFormat(
        writer=lambda sink, columns, _: NdjsonWriter(sink, columns),
        content_type="application/x-ndjson",
        extension="ndjson",
    ),
    ExportFormat.PARQUET: DataFormat(
        writer=lambda sink, columns, _: ParquetWriter(sink, columns),
        content_type="application/vnd.apache.parquet",
        extension="parquet",
    ),
}

_DEFAULTS: Final = WriteOptions()


def open_writer(fmt: ExportFormat, sink: Sink, columns: Sequence[Column], options: WriteOptions = _DEFAULTS) -> Writer:
    """Give a writer of this format onto the sink; InvalidInput when an option is not on offer."""
    return FORMATS[fmt].writer(sink, columns, options)


def content_type(fmt: ExportFormat, options: WriteOptions = _DEFAULTS) -> str:
    """Name the media type of a file written with these options."""
    return "application/gzip" if _zipped(fmt, options) else FORMATS[fmt].content_type


def extension(fmt: ExportFormat, options: WriteOptions = _DEFAULTS) -> str:
    """Name the file extension, without its dot, of a file written with these options."""
    return FORMATS[fmt].extension + (".gz" if _zipped(fmt, options) else "")


def _zipped(fmt: ExportFormat, options: WriteOptions) -> bool:
    return fmt is ExportFormat.CSV and options.gzip
