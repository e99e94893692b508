"""How the tenant's reports and mails look: logo, accent colour, typeface, paper, and what numbers are written like."""

import datetime as dt
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, acting
from outbrief.record.generations import Order
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.render.logo import MOST_BYTES
from outbrief.run import branding as run
from outbrief.terms.calendar import DateRange
from outbrief.terms.errors import InvalidInput, OutbriefError
from outbrief.terms.report import ReportFormat, ReportType
from outbrief.terms.styling import Styling, check_styling
from outbrief.web import notices, previews
from outbrief.web.forms import put_problem
from outbrief.web.frame import page
from outbrief.web.members import members
from outbrief.web.report_templates import look_form, wording


@require_safe
@members("read")
def branding(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show how the tenant's reports look; an editor changes it here."""
    tenant = tenant_facts(actor.tenant_id)
    return _page(request, actor, tenant, _form(tenant), {})


@require_POST
@members("report", in_transaction=False)
def change(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Keep the look that the form says."""
    with acting(actor, "report"):
        tenant = tenant_facts(actor.tenant_id)
    form = _form(tenant, request)
    if form.is_valid():
        try:
            with acting(actor, "report"):
                run.change(actor.tenant_id, form.styling(), actor=actor.name)
        except InvalidInput as error:
            put_problem(form, error, fields={key: key for key in look_form.FIELDS})
        else:
            notices.say(request, "Reports look like this from now on.")
            return redirect("web:branding")
    with acting(actor, "report"):
        return _page(request, actor, tenant, form, {}, status=422)


@require_POST
@members("read", in_transaction=False)
def preview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Draw a page of a report in the look that the form says, kept or not."""
    with acting(actor, "read"):
        tenant = tenant_facts(actor.tenant_id)
    form = _form(tenant, request if "colour" in request.POST else None)
    shown: dict[str, object] = {"colour_reads": _reads(form), "may_report": "report" in actor.verbs, **_address()}
    try:
        styling = check_styling(form.styling(), field="")
        shown["picture"] = _picture(request, run.styled(tenant, styling))
    except OutbriefError as error:
        if error.status >= 500:
            raise
        shown["picture_problem"] = error.said
    if HtmxDetails(request):
        return render(request, "web/report_templates/_branded.html", shown)
    with acting(actor, "read"):
        return _page(request, actor, tenant, form, shown)


@require_POST
@members("report", in_transaction=False)
def upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take a picture as the tenant's logo."""
    file = request.FILES.get("logo")
    try:
        if file is None:
            raise InvalidInput("No file was chosen.", field="logo", hint="Choose a PNG or JPEG.")
        # A byte more than is taken is enough to refuse a file that is too large.
        content = file.read(MOST_BYTES + 1)
        with run.uploaded_logo(actor.tenant_id, content) as kept, acting(actor, "report"):
            run.set_logo(actor.tenant_id, kept, actor=actor.name)
    except InvalidInput as error:
        with acting(actor, "report"):
            tenant = tenant_facts(actor.tenant_id)
            problem = {"logo_problem": error.said}
            return _page(request, actor, tenant, _form(tenant), problem, status=422)
    notices.say(request, "Reports and mails show this logo from now on.")
    return redirect("web:branding")


@require_POST
@members("report")
def remove(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take the logo away."""
    run.delete_logo(actor.tenant_id, actor=actor.name)
    notices.say(request, "The logo was removed: reports and mails show the name.")
    return redirect("web:branding")


def _form(tenant: TenantFacts, request: HttpRequest | None = None) -> look_form.LookForm:
    if request is not None:
        form = look_form.LookForm(request.POST)
    else:
        kept = look_form.fields_of(tenant.branding.styling.as_json())
        form = look_form.LookForm({key: values[0] for key, values in kept.items()})
    form.offer(Styling(), otherwise="Standard")
    return form


def _picture(request: HttpRequest, tenant: TenantFacts) -> previews.PagePicture:
    order = Order(
        title="Overall performance",
        report_type=ReportType.OVERALL,
        format=ReportFormat.PDF,
        date_range=DateRange.LAST_30D,
        timezone=tenant.timezone,
        workspace_id=None,
        config={},
        recipients=(),
        notify=None,
    )
    return previews.picture(order, tenant, page=previews.page_asked(request), now=dt.datetime.now(dt.UTC))


def _page(
    request: HttpRequest,
    actor: Actor,
    tenant: TenantFacts,
    form: look_form.LookForm,
    more: Mapping[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "look": wording.look(tenant.branding.styling),
        "logo": tenant.branding.logo,
        "colour_reads": _reads(form),
        **_address(),
        **more,
    }
    return page(request, actor, "web/report_templates/branding.html", context, status=status)


def _address() -> dict[str, object]:
    return {"preview_address": reverse("web:preview-branding"), "preview_name": "a report in this look"}


def _reads(form: look_form.LookForm) -> str:
    return look_form.reads(form.data.get("colour", ""))
