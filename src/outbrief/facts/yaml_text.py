"""Files that people write in YAML: read safely and within bounds, and written so that people can read them."""

from collections.abc import Mapping

import yaml

from outbrief.terms.errors import InvalidInput

MOST_CHARACTERS = 1_000_000
_MOST_VALUES = 20_000
_RARE_BREAKS = "\r\x85\u2028\u2029"


def read_yaml(text: str, *, field: str, what: str) -> object:
    """Read a YAML text; InvalidInput(field=`field`) says where `what`, the name of the file, is wrong.

    Only plain values come of it. A key given twice, text that no database can keep, more than 20,000 values, and what
    repeats another part of the file (anchors, aliases, `<<`) are refused.
    """
    if len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"{what} has more than {MOST_CHARACTERS:,} characters.", field=field)
    try:
        content: object = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader that takes each key once
    except _Repetition as error:
        raise InvalidInput(
            f"{what} repeats a part of itself in line {error.problem_mark.line + 1}: {error.problem}.",
            field=field,
            hint="Write the value out wherever it stands.",
        ) from None
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark or error.context_mark
        line = f", line {place.line + 1}" if place else ""
        raise InvalidInput(f"{what} is not YAML{line}: {error.problem or error.context}.", field=field) from error
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidInput(f"{what} is not YAML: {error}.", field=field) from error
    except RecursionError:
        raise InvalidInput(f"{what} is nested too deeply.", field=field) from None
    return content


def write_yaml(content: Mapping[str, object]) -> str:
    """Write plain values as YAML that `read_yaml` reads back; text of several lines stands as it is."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


class _Repetition(yaml.MarkedYAMLError):
    problem_mark: yaml.Mark


class _Loader(yaml.SafeLoader):
    seen = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        # Before anything is built: a few characters of aliases or merge keys can unfold into gigabytes.
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if event.anchor is not None:
            sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
            raise _Repetition(None, None, f"{sign}{event.anchor}", event.start_mark)
        self.seen += 1
        if self.seen > _MOST_VALUES:
            raise yaml.MarkedYAMLError(None, None, f"it holds more than {_MOST_VALUES:,} values", event.start_mark)
        node = super().compose_node(parent, index)
        if isinstance(node, yaml.ScalarNode):
            _check_scalar(node)
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError) as error:
            # What PyYAML makes of `!!bool x` and its like: a date without days, a truth value without an entry.
            said = f"{node.value!r} is no {node.tag.rpartition(':')[2]}"
            raise yaml.constructor.ConstructorError(None, None, said, node.start_mark) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} is given twice", key.start_mark)
                seen.add((key.tag, key.value))
        return super().construct_mapping(node, deep=deep)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the shape that PyYAML calls
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - as above
        # Items of a list stand below their key, not under its first letter.
        super().increase_indent(flow, indentless=False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # Line breaks that are not ours come back as spaces unless they are escaped, which quotes do.
    style = '"' if any(sign in text for sign in _RARE_BREAKS) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def _check_scalar(node: yaml.ScalarNode) -> None:
    if node.tag == "tag:yaml.org,2002:merge":
        raise _Repetition(None, None, "<<", node.start_mark)
    if "\0" in node.value or any("\ud800" <= letter <= "\udfff" for letter in node.value):
        told = "it holds text that no database can keep: NUL or half a character"
        raise yaml.MarkedYAMLError(None, None, told, node.start_mark)
