"""Regions, sites and business lines in the admin."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programmes.admin.resources import BusinessLineResource, RegionResource, SiteResource
from programmes.admin.tables import ReferenceAdmin, StampedAdmin, has_rows
from programmes.models import BusinessLine, Region, Site


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    """Regions."""

    resource_classes = (RegionResource,)
    list_display = ("name", "slug")
    list_filter = (has_rows("sites", _("sites"), _("With sites"), _("Without sites")),)
    search_fields = ("name", "slug", "sites__name")
    search_help_text = _("Name or address of a region, or a site")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Site)
class SiteAdmin(ReferenceAdmin, StampedAdmin):
    """Sites."""

    resource_classes = (SiteResource,)
    list_display = ("name", "region", "country", "subdivision", "time_zone", "language", "is_pilot")
    list_filter = ("region", "is_pilot", "weekend_days", "language", "country")
    list_select_related = ("region",)
    search_fields = ("name", "country", "region__name")
    search_help_text = _("Site, region or two letters of a country")
    autocomplete_fields = ("region",)


@admin.register(BusinessLine)
class BusinessLineAdmin(ReferenceAdmin):
    """Business lines."""

    resource_classes = (BusinessLineResource,)
    list_display = ("name",)
    list_filter = (has_rows("people", _("people"), _("With people"), _("Without people")),)
    search_fields = ("name",)
