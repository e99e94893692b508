"""Getting no more mails: looking changes nothing, one click does it, and nobody has to sign in."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from outbrief.record import audit, suppressions
from outbrief.record.models import ReportDelivery
from outbrief.record.scope import tenant_scope
from outbrief.record.tenants import tenant_facts
from outbrief.run.links import open_token
from outbrief.terms.errors import ArtifactMissing
from outbrief.web.frame import lone_page


# The signed token is the proof: mail programs POST `List-Unsubscribe=One-Click` with no cookie (RFC 8058).
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form; on POST send no more mail of this tenant to the delivery's recipient."""
    link = open_token("unsubscribe", token, now=dt.datetime.now(dt.UTC))
    with tenant_scope(link.tenant_id):
        delivery = ReportDelivery.objects.filter(id=link.object_id).first()
        if delivery is None:
            raise ArtifactMissing("The mail of this link is no longer known.", hint="Use the link in a later mail.")
        done = suppressions.is_suppressed(link.tenant_id, delivery.recipient)
        if request.method == "POST" and not done:
            suppressions.suppress(link.tenant_id, delivery.recipient, reason="unsubscribed")
            audit.note(
                tenant_id=link.tenant_id, actor="link", action="recipient.unsubscribed", object_id=link.object_id
            )
            done = True
        context = {"sender": tenant_facts(link.tenant_id).name, "recipient": delivery.recipient, "done": done}
    return lone_page(request, "web/links/unsubscribe.html", context)
