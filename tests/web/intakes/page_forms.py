"""Reading a form off a page, as a browser would send it."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.wanted, self.inside = form_id, False
        self.fields: dict[str, str] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("id") == self.wanted
        if not self.inside:
            return
        if tag == "input" and given.get("name"):
            if given.get("type") != "checkbox" or "checked" in given:
                self.fields[given["name"]] = given.get("value", "")
        elif tag == "select":
            self.select = given["name"]
        elif tag == "option" and self.select and (self.select not in self.fields or "selected" in given):
            self.fields[self.select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        if tag == "form":
            self.inside = False


def fields_of(page: str, form_id: str) -> dict[str, str]:
    """Give the fields of a form with what they hold."""
    forms = _Forms(form_id)
    forms.feed(page)
    return forms.fields
