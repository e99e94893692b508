"""The pages and their addresses: each part names its own."""

from outbrief.web.entry.urls import urlpatterns as entry
from outbrief.web.exports.urls import urlpatterns as exports
from outbrief.web.generations.urls import urlpatterns as generations
from outbrief.web.intakes.urls import urlpatterns as intakes
from outbrief.web.links.urls import urlpatterns as links
from outbrief.web.outbox.urls import urlpatterns as outbox
from outbrief.web.overview.urls import urlpatterns as overview
from outbrief.web.report_templates.urls import urlpatterns as report_templates
from outbrief.web.schedules.urls import urlpatterns as schedules
from outbrief.web.settings.urls import urlpatterns as settings

app_name = "web"
urlpatterns = [
    *overview,
    *schedules,
    *generations,
    *exports,
    *report_templates,
    *intakes,
    *settings,
    *entry,
    *outbox,
    *links,
]
