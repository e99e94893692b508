"""Markdown becomes blocks; whatever else is in it stays the text that was typed."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.compose.markdown import blocks_of
from outbrief.terms.document import Block, Span


def texts(markdown: str) -> list[tuple[str, str]]:
    return [(block.form, block.text) for block in blocks_of(markdown)]


def test_paragraphs_headings_and_lists_are_blocks_in_order():
    assert texts("# One\n\nText\nof two lines.\n\n- first\n- second\n\n3. third\n4. fourth\n\n## Two") == [
        ("heading", "One"),
        ("paragraph", "Text of two lines."),
        ("bullet", "first"),
        ("bullet", "second"),
        ("number", "third"),
        ("number", "fourth"),
        ("heading", "Two"),
    ]
    assert [block.place for block in blocks_of("3. c\n4. d")] == [3, 4]


def test_nested_lists_keep_their_numbers():
    blocks = blocks_of("1. one\n   - a\n   - b\n\n   more of one\n2. two")
    assert [(block.form, block.place, block.text) for block in blocks] == [
        ("number", 1, "one"),
        ("bullet", 0, "a"),
        ("bullet", 0, "b"),
        ("paragraph", 0, "more of one"),
        ("number", 2, "two"),
    ]


def test_strong_emphasis_and_links_are_spans():
    [block] = blocks_of("Read **the *new* guide** at [our site](https://acme.test/a?b=1) or <mailto:a@acme.test>.")
    assert block == Block(
        form="paragraph",
        spans=(
            Span(text="Read "),
            Span(text="the ", strong=True),
            Span(text="new", strong=True, emphasis=True),
            Span(text=" guide", strong=True),
            Span(text=" at "),
            Span(text="our site", href="https://acme.test/a?b=1"),
            Span(text=" or "),
            Span(text="mailto:a@acme.test", href="mailto:a@acme.test"),
            Span(text="."),
        ),
    )


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://a.test", "/path",
     "//a.test", "vbscript:x", "#here", "https:", "mailto:"],
)  # fmt: skip
def test_links_to_anything_else_are_only_their_words(address: str):
    for markdown in (f"[click]({address})", f"[click][1]\n\n[1]: {address}", f"<{address}>"):
        assert all(span.href is None for block in blocks_of(markdown) for span in block.spans)
    assert "click" in "".join(text for _, text in texts(f"[click]({address})"))


def test_html_and_images_stand_as_they_were_typed():
    assert texts("<script>alert(1)</script>\n\n<b>bold</b> &amp; more") == [
        ("paragraph", "<script>alert(1)</script>"),
        ("paragraph", "<b>bold</b> & more"),
    ]
    assert texts("![logo](https://acme.test/x.png)") == [("paragraph", "![logo](https://acme.test/x.png)")]


def test_code_and_quotes_are_plain_text():
    assert texts("    code = 1\n    more\n\n> quoted `tick`\n\n```\nfenced\n```\n\n---") == [
        ("paragraph", "code = 1\nmore"),
        ("paragraph", "quoted tick"),
        ("paragraph", "fenced"),
    ]


def test_nothing_makes_no_blocks():
    assert blocks_of("") == blocks_of("  \n\n") == blocks_of("-\n-\n") == blocks_of("[]()") == ()


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab *_#->[]()!`<>\n1.&:/htps\\"), max_size=200) | st.text(max_size=200))
def test_any_text_is_markdown_and_links_only_where_it_may(text: str):
    blocks = blocks_of(text)
    assert all(block.text.strip() for block in blocks)
    for block in blocks:
        assert all(span.href is None or re.match("(?i)https?://|mailto:", span.href) for span in block.spans)


def test_the_deepest_text_that_fits_a_section_is_read():
    for nasty in ("[" * 20_000, "*" * 20_000, "> " * 10_000, "- " * 10_000, "`" * 20_000, "![" * 10_000):
        blocks_of(nasty)
