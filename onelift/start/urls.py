"""Addresses of the first hour."""

from django.urls import path

from onelift.start.views import programme_start, sites_import, start_show

app_name = "start"

urlpatterns = [
    path("start/", start_show, name="start-show"),
    path("start/sites/", sites_import, name="sites-import"),
    path("p/<slug:programme>/start/", programme_start, name="programme-start"),
]
