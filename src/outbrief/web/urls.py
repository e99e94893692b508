"""The pages and their addresses."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from outbrief.web import downloads, generations, outbox, overview, sign_in, unsubscribe


class _TargetConverter(StringConverter):
    regex = "export|report"


register_converter(_TargetConverter, "target")

app_name = "web"
urlpatterns = [
    path("", overview.overview, name="overview"),
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("schedules/<uuid:schedule_id>/run", overview.run_schedule, name="run-schedule"),
    path("exports", overview.make_export, name="make-export"),
    path("exports/<uuid:export_id>/cancel", overview.cancel_export, name="cancel-export"),
    path("generations/<uuid:generation_id>", generations.generation, name="generation"),
    path("generations/<uuid:generation_id>/run", generations.run_again, name="run-again"),
    path("generations/<uuid:generation_id>/resend", generations.resend, name="resend"),
    path("outbox", outbox.outbox, name="outbox"),
    path("outbox/<uuid:delivery_id>", outbox.mail, name="mail"),
    path("outbox/<uuid:delivery_id>/html", outbox.mail_html, name="mail-html"),
    path("downloads/<target:target>/<str:token>", downloads.download, name="download"),
    path("unsubscribe/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
]
