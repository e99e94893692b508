"""The page that shows the API: Swagger UI as django-ninja ships it, served from here and from no other host."""

from importlib import resources

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

_ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui-init.js": "text/javascript; charset=utf-8",
    "favicon.svg": "image/svg+xml",
}
# Swagger UI sets styles on its elements and draws its icons from data: addresses; scripts come from files alone.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="{base}/swagger-ui.css">
<link rel="icon" type="image/svg+xml" href="{base}/favicon.svg">
</head>
<body>
<script type="application/json" id="swagger-settings">
{{"url": "{openapi}", "layout": "BaseLayout", "deepLinking": true}}
</script>
<div id="swagger-ui"></div>
<script src="{base}/swagger-ui-bundle.js"></script>
<script src="{base}/swagger-ui-init.js"></script>
</body>
</html>
"""


class Docs(DocsBase):
    """The page at /api/docs."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **_: object) -> HttpResponse:
        """Give the page, which loads its parts from below its own address."""
        openapi = reverse(f"{api.urls_namespace}:openapi-json")
        page = format_html(_PAGE, title=api.title, base=request.path.rstrip("/"), openapi=openapi)
        return HttpResponse(page, headers={"Content-Security-Policy": _POLICY})


@require_safe
def asset(request: HttpRequest, name: str) -> HttpResponse:  # noqa: ARG001 - the shape that Django calls
    """Serve one of the page's own files."""
    if name not in _ASSETS:
        raise Http404
    content = (resources.files("ninja") / "static" / "ninja" / name).read_bytes()
    return HttpResponse(content, content_type=_ASSETS[name], headers={"Cache-Control": "max-age=86400"})
