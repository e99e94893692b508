"""Choosing how reports look: the fields that templates and the branding share, and how a colour reads."""

from collections.abc import Mapping

from django import forms

from outbrief.render import colours
from outbrief.terms.styling import Styling
from outbrief.web import report_words
from outbrief.web.forms import offer

_YES_NO = {"yes": True, "no": False}
# The places of a styling's problems, as `forms.put_problem` takes them.
FIELDS = ("colour", "font", "paper", "locale", "cover", "logo")


class LookForm(forms.Form):
    """What a tenant's branding or a template says of looks; `otherwise` is what an empty choice means."""

    use_required_attribute = False
    colour = forms.CharField(
        label="Accent colour",
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"placeholder": "#2f5fde", "spellcheck": "false", "autocomplete": "off"}),
    )
    font = forms.ChoiceField(label="Typeface", required=False)
    paper = forms.ChoiceField(required=False)
    locale = forms.ChoiceField(label="Numbers and dates", required=False)
    cover = forms.ChoiceField(label="Title page", required=False)

    def offer(self, styling: Styling, *, otherwise: str) -> None:
        """Fill in the choices: the empty one says what holds then, "As usual: Manrope" of `otherwise` "As usual"."""
        self._offer("font", report_words.FONTS, styling.font or "hanken-grotesk", otherwise)
        self._offer("paper", report_words.PAPERS, styling.paper or "a4", otherwise)
        self._offer("locale", report_words.LOCALES, styling.locale or "en", otherwise)
        self._offer("cover", report_words.COVERS, "yes" if styling.cover else "no", otherwise)

    def styling(self) -> dict[str, object]:
        """Give what is chosen as people write stylings; what is left open is not in it."""
        self.is_valid()
        given = self.cleaned_data
        chosen: dict[str, object] = {key: given[key] for key in FIELDS[:4] if given.get(key)}
        if given.get("cover"):
            chosen["cover"] = _YES_NO[given["cover"]]
        return chosen

    def _offer(self, name: str, choices: Mapping[str, str], usual: str, otherwise: str) -> None:
        offer(self, name, [("", f"{otherwise}: {choices[usual]}"), *choices.items()])


def fields_of(styling: Mapping[str, object]) -> dict[str, list[str]]:
    """Give a kept styling under the names of the form's fields."""
    given = {key: [str(styling[key])] for key in FIELDS[:4] if styling.get(key)}
    if isinstance(styling.get("cover"), bool):
        given["cover"] = ["yes" if styling["cover"] else "no"]
    return given


def reads(colour: str) -> str:
    """Say how an accent reads on paper, and what reports do about one that is too light; empty for no colour."""
    try:
        against = colours.contrast(colour, colours.PANEL)
    except ValueError:
        return ""
    said_so = f"Contrast on white is {against:.1f} to 1"
    if against >= 4.5:
        return f"{said_so}: it reads well as text."
    ink = colours.readable(colour, colours.PANEL)
    return f"{said_so}, and text needs 4.5: where it is text, reports use the darker {ink}."
