"""Addresses of the interface for other systems."""

from django.urls import path, re_path

from onelift.api.portal import portal
from onelift.api.views import document_show, nothing_show

app_name = "api"

urlpatterns = [
    path("p/<slug:programme>/setup/tokens/openapi.json", document_show, name="document-show"),
    path("api/v1/", portal.urls),
    re_path(r"^api/(?P<rest>.*)$", nothing_show, name="nothing-show"),
]
