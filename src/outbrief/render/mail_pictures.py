"""The pictures of a mail: the tenant's logo, and one chart for light grounds and for dark ones."""

import re
import struct

from outbrief.render import chart as charts
from outbrief.render import colours
from outbrief.terms.delivery import Attachment
from outbrief.terms.document import Chart, Document
from outbrief.terms.look import Brand

CHART_ID, DARK_CHART_ID, LOGO_ID = "chart@outbrief", "chart-dark@outbrief", "logo@outbrief"
# Drawn narrow, so that its text is still read on a telephone, and sharp on a dense screen.
CHART_SHOWN, _CHART_WIDTH, _CHART_SCALE = 500, 350, 2.4
_LOGO_WIDTH, _LOGO_HEIGHT = 240, 32
_HEX = re.compile("#[0-9a-fA-F]{6}")


def key_chart(document: Document) -> Chart | None:
    """Choose the one chart of the mail: the first over days, else the first."""
    drawn = () if document.empty else document.charts()
    return next((chart for chart in drawn if chart.form == "line"), next(iter(drawn), None))


def pictures(document: Document) -> tuple[Attachment, ...]:
    """Draw the logo, and the chart twice: for light grounds and for dark ones."""
    drawn = []
    if document.brand.logo and logo_size(document.brand):
        drawn.append(_inline("logo.png", LOGO_ID, document.brand.logo))
    if chart := key_chart(document):
        svg = charts.chart_svg(chart, document.brand, width=_CHART_WIDTH)
        drawn.append(_inline("chart.png", CHART_ID, charts.svg_png(svg, _CHART_SCALE)))
        drawn.append(
            _inline("chart-dark.png", DARK_CHART_ID, charts.svg_png(_in_the_dark(svg, document.brand), _CHART_SCALE))
        )
    return tuple(drawn)


def _inline(filename: str, content_id: str, png: bytes) -> Attachment:
    return Attachment(filename=filename, content_type="image/png", content=png, content_id=content_id)


def _in_the_dark(svg: str, brand: Brand) -> str:
    """Give a chart the colours it has on the dark panel."""
    return _HEX.sub(lambda match: colours.drawn_in_the_dark(match[0].lower(), brand), svg)


def logo_size(brand: Brand) -> tuple[int, int] | None:
    """Give the width and height in which the logo is shown, None when there is none that can be."""
    head = (brand.logo or b"")[:24]
    if len(head) < 24 or not head.startswith(b"\x89PNG"):
        return None
    width, height = struct.unpack(">II", head[16:])
    if not width or not height:
        return None
    scale = min(_LOGO_HEIGHT / height, _LOGO_WIDTH / width)
    return max(1, round(width * scale)), max(1, round(height * scale))
