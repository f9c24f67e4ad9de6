"""The accents of a programme as a stylesheet, which public pages load too."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from programmes.models import Programme
from programmes.rendering.brand import brand_css


@require_safe
@cache_control(public=True, max_age=300)
def brand_show(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with three colours and nothing else about the programme, to anybody."""
    programme = get_object_or_404(Programme, slug=slug)
    return HttpResponse(brand_css(programme), content_type="text/css; charset=utf-8")
