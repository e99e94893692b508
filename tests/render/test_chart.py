import dataclasses
import datetime as dt
import json
import struct
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import vl_convert

from outbrief.render.chart import chart_spec, chart_svg, svg_png
from outbrief.terms.document import Chart, Series
from outbrief.terms.locale import Locale, writing_in
from outbrief.terms.look import Brand, Font
from outbrief.terms.table import Kind
from tests.render import documents

BRAND = documents.BRAND


def layers(chart: Chart) -> list[dict[str, Any]]:
    spec: Any = chart_spec(chart, BRAND)
    return list(spec["layer"])


def drawn(chart: Chart, mark: str) -> list[dict[str, Any]]:
    return [layer for layer in layers(chart) if layer["mark"]["type"] == mark]


def texts(chart: Chart) -> list[str]:
    return [row["text"] for layer in drawn(chart, "text") for row in layer["data"]["values"]]


def test_a_line_holds_the_days_and_values_of_the_chart() -> None:
    current = drawn(documents.LINE, "line")[-1]
    rows = current["data"]["values"]
    assert [(row["day"], row["value"]) for row in rows] == [
        (day.isoformat(), value) for day, value in zip(documents.WEEK, documents.LINE.series[0].values, strict=True)
    ]
    assert current["mark"]["color"] == BRAND.colour


def test_the_period_before_is_dashed_grey_and_lies_under_this_one() -> None:
    before, now = drawn(documents.LINE, "line")
    assert before["mark"]["strokeDash"] == [4, 4]
    assert before["mark"]["color"] == "#98a2b3"
    assert now["mark"]["strokeDash"] == [1, 0]


def test_the_axis_names_the_days_of_the_period_and_lines_are_named_at_their_ends() -> None:
    said = texts(documents.LINE)
    assert [f"{day} Nov" for day in range(16, 23)] == [text for text in said if text.endswith("Nov")]
    assert {"this period", "period before"} <= set(said)
    assert "legend" not in json.dumps(chart_spec(documents.LINE, BRAND))


def test_higher_values_stand_higher_in_proportion() -> None:
    rows = drawn(documents.LINE, "line")[-1]["data"]["values"]
    zero = next(
        row["y"] for layer in drawn(documents.LINE, "text") for row in layer["data"]["values"] if row["text"] == "0"
    )
    scales = {round((zero - row["y"]) / row["value"], 4) for row in rows}
    assert max(scales) - min(scales) < 0.0002


def test_only_a_line_alone_in_its_period_is_filled() -> None:
    assert len(drawn(documents.LINE, "area")) == 1
    more = (*documents.LINE.series, Series(name="other", values=(1.0,) * 7))
    assert drawn(dataclasses.replace(documents.LINE, series=more), "area") == []


@pytest.mark.parametrize("days", [1, 2, 7, 14, 30, 31, 90, 365, 800])
def test_any_period_has_a_few_days_named_and_none_twice(days: int) -> None:
    x = tuple(dt.date(2025, 11, 1) + dt.timedelta(days=i) for i in range(days))
    chart = dataclasses.replace(documents.LINE, x=x, series=(Series(name="now", values=(3.0,) * days),))
    said = [row["text"] for row in drawn(chart, "text")[1]["data"]["values"]]
    assert 1 <= len(said) <= 12
    assert len(set(said)) == len(said)


def test_a_gap_parts_the_line_and_a_lone_day_is_a_point() -> None:
    values = (1.0, 2.0, None, 4.0, None, 6.0, 7.0)
    chart = dataclasses.replace(documents.LINE, series=(Series(name="now", values=values),))
    rows = drawn(chart, "line")[0]["data"]["values"]
    assert len(rows) == 5
    assert len({row["run"] for row in rows}) == 3
    assert [row["value"] for row in drawn(chart, "point")[0]["data"]["values"]] == [4.0]


@pytest.mark.parametrize("kind", [Kind.INTEGER, Kind.RATE, Kind.MINUTES, Kind.NUMBER])
@pytest.mark.parametrize("highest", [0.0, 0.0003, 0.04, 1.0, 3.0, 77.0, 9400.0, 1_234_567.0])
def test_the_axis_starts_at_nought_and_reaches_the_highest_value(kind: Kind, highest: float) -> None:
    series = (Series(name="now", values=(highest,) * 7),)
    chart = dataclasses.replace(documents.LINE, kind=kind, series=series)
    said = [row["text"] for row in drawn(chart, "text")[0]["data"]["values"]]
    assert said[0] == "0"
    assert 2 <= len(said) <= 6
    assert len(set(said)) == len(said)
    assert all(row["y"] >= 9.9 for row in drawn(chart, "line")[0]["data"]["values"])


def test_bars_hold_names_and_values_and_say_them() -> None:
    now, before = drawn(documents.BARS, "rect")
    assert [row["name"] for row in now["data"]["values"]] == list(documents.BARS.x)
    assert [row["value"] for row in now["data"]["values"]] == list(documents.BARS.series[0].values)
    assert len(before["data"]["values"]) == 5
    assert "4.1\u00a0%" in texts(documents.BARS)


def test_more_bars_than_fit_are_told() -> None:
    names = tuple(f"Campaign {i}" for i in range(50))
    chart = dataclasses.replace(documents.BARS, x=names, series=(Series(name="now", values=(0.1,) * 50),))
    assert len(drawn(chart, "rect")[0]["data"]["values"]) == 23
    assert "27 more, not drawn: 10.0\u00a0%" in texts(chart)
    counts = dataclasses.replace(chart, kind=Kind.INTEGER, series=(Series(name="now", values=(5.0,) * 50),))
    assert "27 more, not drawn: 135 together" in texts(counts)


def test_as_many_bars_as_fit_are_all_drawn() -> None:
    names = tuple(f"Campaign {i}" for i in range(24))
    chart = dataclasses.replace(documents.BARS, x=names, series=(Series(name="now", values=(0.1,) * 24),))
    assert len(drawn(chart, "rect")[0]["data"]["values"]) == 24
    assert not any("not drawn" in text for text in texts(chart))


@pytest.mark.parametrize(
    "name", ["\U00010330\U0001d11e" * 20, "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20, "W" * 120]
)
def test_names_too_long_for_a_bar_are_cut_between_signs(name: str) -> None:
    chart = dataclasses.replace(documents.BARS, x=(name,), series=(Series(name=name, values=(0.1,)),))
    shown = [text for text in texts(chart) if text.endswith("…")]
    assert shown
    assert all(name.startswith(text.removesuffix("…")) for text in shown)
    assert svg_png(chart_svg(chart, BRAND), 2.0)


def test_a_few_active_days_are_columns_with_their_figures() -> None:
    values = (0.0, 0.0, 5213.0, 0.0, 0.0, 0.0, 0.0)
    before = Series(name="before", values=(0.0, 40.0, 0.0, 0.0, 0.0, 0.0, 0.0), role="previous")
    chart = dataclasses.replace(documents.LINE, series=(Series(name="now", values=values), before))
    assert drawn(chart, "line") == drawn(chart, "area") == []
    outline, column = drawn(chart, "rect")
    assert [(row["day"], row["value"]) for row in column["data"]["values"]] == [("2026-11-18", 5213.0)]
    assert outline["mark"]["strokeDash"]
    assert "5\u00a0213" in texts(chart)


def test_lines_of_one_period_differ_in_colour_dashes_and_lightness() -> None:
    many = tuple(Series(name=f"s{i}", values=(1.0 + i,) * 7) for i in range(4))
    chart = dataclasses.replace(documents.LINE, series=many)
    marks = [layer["mark"] for layer in drawn(chart, "line")]
    assert len({tuple(mark["strokeDash"]) for mark in marks}) == len({mark["color"] for mark in marks}) == 4
    assert {"s0", "s1", "s2", "s3"} <= set(texts(chart))


@pytest.mark.parametrize(("font", "family"), [(Font.MANROPE, "Manrope"), (Font.SOURCE_SANS, "Source Sans Pro")])
def test_charts_are_set_in_the_typeface_of_the_brand(font: Font, family: str) -> None:
    svg = chart_svg(documents.LINE, Brand(name="Acme", font=font))
    assert family in svg
    assert "Hanken" not in svg
    assert vl_convert.svg_to_png(svg) != vl_convert.svg_to_png(svg.replace(family, "serif"))


def test_axes_are_written_for_the_reader() -> None:
    chart = dataclasses.replace(documents.LINE, kind=Kind.RATE, series=(Series(name="now", values=(0.012,) * 7),))
    with writing_in(Locale.DE):
        said = texts(chart)
    assert {"0,5\u00a0%", "16. Nov."} <= set(said)


def test_bars_of_the_same_name_stay_apart() -> None:
    chart = dataclasses.replace(documents.BARS, x=("Same", "Same"), series=(Series(name="now", values=(0.1, 0.2)),))
    first, second = drawn(chart, "rect")[0]["data"]["values"]
    assert first["y"] != second["y"]


def test_user_text_is_only_ever_data() -> None:
    nasty = '</text><script>alert(1)</script>{"signal": "x"} \x00\ud800'
    chart = dataclasses.replace(documents.BARS, x=(nasty,), series=(Series(name=nasty, values=(0.1,)),))
    svg = chart_svg(chart, BRAND)
    ET.fromstring(svg)
    assert "<script" not in svg


def test_nothing_to_draw_says_so() -> None:
    chart = dataclasses.replace(documents.LINE, x=(), series=())
    assert texts(chart) == ["Nothing to show for this period."]
    assert svg_png(chart_svg(chart, BRAND), 2.0)


def test_a_png_is_as_wide_as_asked_and_set_in_our_face() -> None:
    png = svg_png(chart_svg(documents.LINE, BRAND, width=400), 2)
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", png[16:20]) == (800,)
    svg = chart_svg(documents.LINE, BRAND)
    assert "Hanken Grotesk" in svg
    assert svg_png(svg, 2.0) != vl_convert.svg_to_png(svg.replace("Hanken Grotesk", "serif"), scale=2)


def test_the_same_chart_is_drawn_the_same() -> None:
    again = dataclasses.replace(documents.LINE, title="other title, same picture")
    assert chart_svg(documents.LINE, BRAND) == chart_svg(again, BRAND)
