"""All addresses: each floor brings its own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("programmes.urls")),
    path("", include("stakeholders.urls")),
    path("", include("onelift.dashboards.urls")),
    path("", include("communications.urls")),
    path("", include("feedback.urls")),
]
