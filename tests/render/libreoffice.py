"""A workbook as LibreOffice reads it."""

import csv
import re
import shutil
import subprocess
from pathlib import Path

from tests.servers import require

# Commas, double quotes, UTF-8, cells as they are shown, texts quoted, and one file per sheet.
_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"


_ALWAYS_CALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode"><value>0</value></prop>
</item>
</oor:items>
"""


def converted(content: bytes, folder: Path, *, calculate: bool = False) -> dict[str, list[list[str]]]:
    """Let LibreOffice turn the workbook into one CSV file per sheet; give the cells of each.

    Cells are as they are shown, with every line break an LF; `calculate` has every formula calculated anew.
    """
    require("LibreOffice", shutil.which("soffice") is not None)
    if calculate:
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_ALWAYS_CALCULATE, encoding="utf-8")
    (folder / "book.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", _FILTER, "--outdir", str(folder / "out")]
    subprocess.run([*command, str(folder / "book.xlsx")], check=True, capture_output=True, timeout=180)
    return {
        path.stem.removeprefix("book-"): [
            [lines_alike(cell) for cell in row] for row in csv.reader(path.open(encoding="utf-8", newline=""))
        ]
        for path in (folder / "out").glob("*.csv")
    }


def lines_alike(text: str) -> str:
    """Make every line break an LF: which kind LibreOffice writes depends on what else the cell holds."""
    return re.sub(r"\r\n|\n\r|\r", "\n", text)
