"""What the pages promise as a whole: they are light, and every template of a page stands in its frame."""

from pathlib import Path

import outbrief.web

WEB = Path(outbrief.web.__file__).parent
MOST_BYTES = 60_000


def test_our_own_styles_and_scripts_are_light():
    sizes = {file.name: file.stat().st_size for file in (WEB / "static").rglob("*") if file.suffix in (".css", ".js")}
    assert sum(sizes.values()) <= MOST_BYTES, sizes


def test_no_style_script_or_event_stands_inside_a_page():
    for file in (WEB / "templates").rglob("*.html"):
        text = file.read_text()
        for inside in ("<style", "style=", "javascript:", "onclick=", "onchange=", "onsubmit=", "hx-on", "|safe"):
            assert inside not in text, (file.name, inside)


def test_every_page_says_in_its_title_what_it_is():
    for file in (WEB / "templates").rglob("*.html"):
        text = file.read_text()
        if 'extends "web/base.html"' in text:
            assert "{% block title %}" in text, file.name
