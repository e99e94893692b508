"""Request bodies: JSON objects of text that a database can hold."""

import json
from typing import NoReturn

from django.http import HttpRequest
from ninja.parser import Parser

from outbrief.terms.errors import InvalidInput

# Rows of facts are taken in one by one, and the one at fault is refused rather than all of them.
_CHECKED_ONE_BY_ONE = "rows"


class StrictParser(Parser):
    """Reads bodies as JSON by the letter: no NaN, no lone surrogates, no NUL, and an object at the top."""

    def parse_body(self, request: HttpRequest) -> dict[str, object]:
        """Give the object in the body; InvalidInput names the field at fault."""
        try:
            body = json.loads(request.body, parse_constant=_refuse)
            if not isinstance(body, dict):
                raise InvalidInput("The body is not a JSON object.", field="body")
            for key, value in body.items():
                if key != _CHECKED_ONE_BY_ONE and not (_is_storable(key) and _is_storable(value)):
                    raise InvalidInput("Holds text that no database can keep: NUL or half a character.", field=key)
        except (ValueError, RecursionError):
            raise InvalidInput("The body is not JSON.", field="body", hint="Send an object in UTF-8.") from None
        return body


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _is_storable(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, list):
        return all(_is_storable(item) for item in value)
    if isinstance(value, dict):
        return all(_is_storable(key) and _is_storable(item) for key, item in value.items())
    return True
