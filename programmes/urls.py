"""Addresses of the ground floor."""

from django.urls import path

from programmes.views import brand

app_name = "programmes"
urlpatterns = [
    path("p/<slug:slug>/brand.css", brand.brand_show, name="brand-show"),
]
