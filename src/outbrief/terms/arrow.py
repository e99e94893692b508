"""The Arrow type of each kind of column: how the stages hand rows to one another."""

from collections.abc import Mapping
from typing import Final

import pyarrow as pa

from outbrief.terms.table import Kind

ARROW_TYPES: Final[Mapping[Kind, pa.DataType]] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.RATE: pa.float64(),
    Kind.MINUTES: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
    Kind.JSON: pa.string(),
    Kind.TAGS: pa.list_(pa.string()),
}
