"""Addresses of the pages that read several floors."""

from django.urls import path

from onelift.dashboards.views import setup

app_name = "dashboards"

urlpatterns = [
    path("p/<slug:programme>/setup/", setup.setup, name="setup"),
]
