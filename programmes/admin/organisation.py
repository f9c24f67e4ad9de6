"""Regions, sites and business lines in the admin."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programmes.admin.resources import BusinessLineResource, RegionResource, SiteResource
from programmes.admin.tables import ReferenceAdmin, StampedAdmin, has_rows
from programmes.models import BusinessLine, Region, Site
from programmes.models.organisation import ChannelKind


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    """The regions of the organisation, which all programmes share."""

    resource_classes = (RegionResource,)
    list_display = ("name", "slug")
    list_filter = (has_rows("sites", _("sites"), _("With sites"), _("Without sites")),)
    search_fields = ("name", "slug", "sites__name")
    search_help_text = _("Name or address of a region, or name of a site")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Site)
class SiteAdmin(ReferenceAdmin, StampedAdmin):
    """Sites with the region, time zone, language and weekend that dates and texts follow from."""

    resource_classes = (SiteResource,)
    list_display = (
        "name",
        "latin_name",
        "region",
        "country",
        "subdivision",
        "time_zone",
        "language",
        "is_pilot",
    )
    list_filter = ("region", "is_pilot", "weekend_days", "language", "country")
    list_select_related = ("region",)
    search_fields = ("name", "latin_name", "country", "region__name")
    search_help_text = _("Site, region or two-letter country code")
    autocomplete_fields = ("region",)


@admin.register(BusinessLine)
class BusinessLineAdmin(ReferenceAdmin):
    """Business lines, and the channels that reach their people."""

    resource_classes = (BusinessLineResource,)
    list_display = ("name",)
    list_filter = (has_rows("people", _("people"), _("With people"), _("Without people")),)
    search_fields = ("name",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the channels as boxes to tick."""
        if db_field.name != "channels":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            label=db_field.verbose_name,
            choices=ChannelKind.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("Used where no persona has channels of its own. Leave empty for email."),
        )
