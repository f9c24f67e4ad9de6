"""Addresses of the first hour."""

from django.urls import path

from onelift.start.roles import cio_add, importer_add
from onelift.start.views import programme_start, sites_import, start_show

app_name = "start"

urlpatterns = [
    path("start/", start_show, name="start-show"),
    path("start/sites/", sites_import, name="sites-import"),
    path("start/importer/", importer_add, name="importer-add"),
    path("start/programmes/<slug:slug>/cio/", cio_add, name="cio-add"),
    path("p/<slug:programme>/start/", programme_start, name="programme-start"),
]
