"""Taking a template in from YAML, from a file or as pasted."""

import datetime as dt
from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from outbrief.access import Actor, acting
from outbrief.run import template_files
from outbrief.run import templates as run
from outbrief.terms.errors import Conflict, InvalidInput
from outbrief.web import notices
from outbrief.web.frame import page
from outbrief.web.members import members

# More than any template, whatever letters it is written in; and little enough to be read at once.
_MOST_BYTES = 4_000_000
_EXAMPLE = """name: Client monthly
reportType: campaign
sections:
  - figures
  - type: text
    markdown: "**Note:** figures of the last month."
  - campaigns
styling:
  paper: a4
"""


class ImportForm(forms.Form):
    """A template as YAML, in a file or as text."""

    use_required_attribute = False
    file = forms.FileField(
        required=False,
        help_text="YAML, as “Download YAML” of a template gives it.",
        allow_empty_file=True,
        widget=forms.FileInput,
    )
    text = forms.CharField(
        label="Or paste it here",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false", "placeholder": _EXAMPLE}),
    )
    replace = forms.BooleanField(label="Replace the template of this name, if there is one", required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@members("report", in_transaction=False)
def take_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a template in; what is wrong with it is named by its place, with its text kept to be mended."""
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        try:
            what, text = _given(form)
            asked = template_files.read(text, what=what)
            with acting(actor, "report"):
                if form.cleaned_data["replace"]:
                    now = dt.datetime.now(dt.UTC)
                    kept, is_new = run.keep(actor.tenant_id, asked, actor=actor.name, now=now)
                else:
                    kept, is_new = run.create(actor.tenant_id, asked, actor=actor.name), True
        except (InvalidInput, Conflict) as error:
            form.add_error("text", str(error))
        else:
            notices.say(request, f"{kept.name} was {'made' if is_new else 'replaced'}.")
            return redirect("web:template", template_id=kept.id)
    with acting(actor, "report"):
        context = {"form": form}
        return page(request, actor, "web/report_templates/import.html", context, status=422 if form.errors else 200)


def _given(form: ImportForm) -> tuple[str, str]:
    """Give what the template came as, and its text; a file's text goes into the form, where it can be mended."""
    upload = form.cleaned_data["file"]
    if upload is None:
        return "the text", form.cleaned_data["text"]
    if upload.size > _MOST_BYTES:
        raise InvalidInput(f"The file has {upload.size:,} bytes, which is more than any template.", field="file")
    try:
        text: str = upload.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("The file is no text in UTF-8.", field="file") from None
    kept = cast(QueryDict, form.data).copy()
    kept["text"] = text
    form.data = kept
    return "the file", text
