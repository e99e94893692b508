"""The general settings: name, time zone, where mails may go, and how long reports are kept."""

from django import forms
from django.conf import settings as installation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, permit
from outbrief.record import tenant_settings as record
from outbrief.record.tenant_settings import TenantSettings
from outbrief.run import settings as run
from outbrief.run.settings import SettingsAsked
from outbrief.terms.calendar import zone_names
from outbrief.terms.errors import InvalidInput
from outbrief.web import notices, words
from outbrief.web.forms import put_problem
from outbrief.web.frame import page
from outbrief.web.members import members

_FIELDS = {
    "name": "name",
    "timezone": "timezone",
    "allowedDomains": "allowed_domains",
    "retentionDays": "retention_days",
}


class SettingsForm(forms.Form):
    """What a tenant decides about itself."""

    name = forms.CharField(
        label="Name",
        help_text="How this company is called on these pages, in reports and in mails.",
        widget=forms.TextInput(attrs={"autocomplete": "organization", "dir": "auto"}),
    )
    timezone = forms.CharField(
        label="Time zone",
        help_text="In which days begin and end. Another zone counts the days of all messages anew, in the background, "
        "so numbers by day can change. Imported daily totals stay on their days; schedules keep zones of their own.",
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    allowed_domains = forms.CharField(
        label="Allowed recipient domains",
        required=False,
        help_text="Mails go to addresses at these domains only, one per line. Empty: to any address.",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": "example.com"}),
    )
    retention_days = forms.IntegerField(
        label="Days that reports are kept",
        required=False,
        widget=forms.NumberInput(attrs={"min": 0, "inputmode": "numeric"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@members("read")
def settings(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the settings, to owners as a form; on POST change them."""
    decided = record.read(actor.tenant_id)
    if request.method != "POST":
        if HtmxDetails(request):
            return render(request, "web/settings/_zone.html", {"decided": decided})
        return _show(request, actor, decided, _form_of(decided))
    permit(actor, "manage")
    form = SettingsForm(request.POST)
    _explain(form)
    if form.is_valid():
        try:
            changed = run.change(actor.tenant_id, _asked(form), actor=actor.name, longest_days=_longest_days())
        except InvalidInput as problem:
            put_problem(form, problem, fields=_FIELDS)
        else:
            notices.say(request, "The settings are saved." if changed else "Nothing has changed.")
            return redirect("web:settings")
    return _show(request, actor, decided, form, status=422)


def _show(
    request: HttpRequest, actor: Actor, decided: TenantSettings, form: SettingsForm, *, status: int = 200
) -> HttpResponse:
    kept = run.kept_days(decided.retention_days, longest_days=_longest_days())
    context = {
        "tab": "settings",
        "form": form,
        "decided": decided,
        "zones": zone_names(),
        "kept": words.counted(kept, "day", "days") if kept else "for ever",
        "outsiders": run.outsiders(decided.allowed_recipient_domains),
    }
    return page(request, actor, "web/settings/settings.html", context, status=status)


def _form_of(decided: TenantSettings) -> SettingsForm:
    form = SettingsForm(
        initial={
            "name": decided.name,
            "timezone": decided.timezone_wanted or decided.timezone,
            "allowed_domains": "\n".join(decided.allowed_recipient_domains),
            "retention_days": decided.retention_days,
        }
    )
    _explain(form)
    return form


def _explain(form: SettingsForm) -> None:
    longest = _longest_days()
    if longest:
        form.fields["retention_days"].widget.attrs["placeholder"] = str(longest)
    form.fields["retention_days"].help_text = (
        f"Then their files are deleted; what was sent stays in the history. Empty: {longest}, which is also the most "
        "that this installation allows."
        if longest
        else "Then their files are deleted; what was sent stays in the history. Empty or 0: for ever."
    )


def _asked(form: SettingsForm) -> SettingsAsked:
    given = form.cleaned_data
    return SettingsAsked(
        name=given["name"],
        timezone=given["timezone"],
        allowed_recipient_domains=given["allowed_domains"].replace(",", "\n").split(),
        retention_days=given["retention_days"],
    )


def _longest_days() -> int:
    days: int = installation.OUTBRIEF.retention_days
    return days
