"""YAML that people write: read within bounds, and what we write is read back the same."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from outbrief.facts.yaml_text import read_yaml, write_yaml
from outbrief.terms.errors import InvalidInput

# What a database can keep: everything but NUL and halves of characters.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def read(text: str) -> object:
    return read_yaml(text, field="file", what="t.yaml")


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(TEXT, VALUES, max_size=5))
def test_what_is_written_is_read_back_the_same(content: dict):
    assert read(write_yaml(content)) == content


def test_text_of_several_lines_stands_as_it_is():
    assert write_yaml({"markdown": "Dear all,\n\n- one\n- two\n"}) == "markdown: |\n  Dear all,\n\n  - one\n  - two\n"


@pytest.mark.parametrize("word", ["yes", "no", "null", "1", "2025-10-01", "1e3", "~", "=", "", " a", "#1", "a: b"])
def test_words_that_yaml_takes_for_something_else_stay_text(word: str):
    assert read(write_yaml({"name": word})) == {"name": word}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1, 2", "line 1"),
        ("a: 1\nb: 2\na: 3", "'a' is given twice"),
        ("a: 1\nb: 2\na: 3", "line 3"),
        ("a: !!python/object/apply:os.system ['true']", "line 1"),
        ('a: "\\ud800"', "no database can keep"),
        ('a: "\\0"', "no database can keep"),
        ("\x01", "t.yaml is not YAML"),
        ("[" * 5000, "t.yaml is"),
        ("[" + "1," * 20_000 + "]", "more than 20,000 values"),
        ("a: " + "x" * 1_000_001, "more than 1,000,000 characters"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_told_with_its_place(text: str, told: str):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert refused.value.field == "file"
    assert told in refused.value.message


@pytest.mark.parametrize(
    "value", ["!!bool x", "!!int ''", "!!int 1:x", "!!float x", "!!timestamp x", "2026-13-45", "!!binary ä"]
)
def test_a_value_that_is_not_what_it_is_said_to_be_is_told_with_its_line(value: str):
    with pytest.raises(InvalidInput, match="line 2"):
        read(f"a: 1\nb: {value}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: *c", "line 2: *c"),
        ("a: 1\nb: &c 2", "line 2: &c"),
        ("a: 1\n&c b: 2", "line 2: &c"),
        ("- 1\n- &c [1]", "line 2: &c"),
        ("- 1\n- &c {a: 1}", "line 2: &c"),
        ("a: &a [x, *a]", "line 1: &a"),
        ("a: 1\n<<: {b: 2}", "line 2: <<"),
        ("a: 1\n!!merge b: {c: 2}", "line 2: <<"),
        ("a: 1\nb: {<<: [{c: 2}, {d: 3}]}", "line 2: <<"),
    ],
)
def test_what_repeats_another_part_of_the_file_is_refused_with_its_line(text: str, told: str):
    with pytest.raises(InvalidInput) as refused:
        read(text)
    assert told in refused.value.message
    assert "not YAML" not in refused.value.message
    assert refused.value.hint == "Write the value out wherever it stands."


def test_signs_of_repetition_in_quotes_are_text():
    assert read("'<<': '*a'\nb: \"&c\"\nc: 3 & 4 * 5") == {"<<": "*a", "b": "&c", "c": "3 & 4 * 5"}


def test_nothing_is_built_of_a_file_that_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(yaml.SafeLoader, "construct_document", lambda *_: pytest.fail("built"))
    layers = [f"&{b} {{<<: [{', '.join([f'*{a}'] * 9)}]}}" for a, b in zip("abcdefg", "bcdefgh", strict=True)]
    for bomb in ("[&a {x: 1}, " + ", ".join(layers) + "]", "a: &a [" + "x, " * 9_000 + "*a]"):
        with pytest.raises(InvalidInput, match="&a"):
            read(bomb)
