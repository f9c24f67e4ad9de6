"""Programmes, waves, services and contacts in the admin."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from programmes.admin.resources import ServiceResource
from programmes.admin.tables import (
    LookedAtAdmin,
    ReferenceAdmin,
    StampedAdmin,
    TableAdmin,
    WrittenInline,
)
from programmes.admin.texts import LANGUAGES, MissingFilter, TextsAdmin, missing
from programmes.database.clock import database_now
from programmes.forms.programme import ProgrammeAdminForm
from programmes.forms.service import ServiceAdminForm
from programmes.forms.support import SupportAdminForm
from programmes.forms.wave import PlaceAdminForm, WaveAdminForm
from programmes.models import (
    Blackout,
    Programme,
    Service,
    SupportContact,
    TextState,
    Wave,
    WaveSite,
)
from programmes.queries.texts import column_of
from programmes.services.blackout import remove_blackout, save_blackout
from programmes.services.move import write_place_moved, write_wave_moved


@admin.register(Programme)
class ProgrammeAdmin(TextsAdmin):
    """Programmes. One is started on its own page, which gives it a manager."""

    form = ProgrammeAdminForm
    plain = (
        "name",
        "slug",
        "starts_on",
        "ends_on",
        "languages",
        "accent",
        "accent_strong",
        "accent_soft",
        "logo",
        "mails_a_week",
        "is_once_per_address",
        "has_link_counts",
        "asks_review",
    )
    list_display = ("name", "slug", "starts_on", "ends_on", missing)
    list_filter = ("starts_on", "ends_on", MissingFilter)
    search_fields = ("name", "slug")
    date_hierarchy = "starts_on"

    def has_add_permission(self, request: Any) -> bool:
        return False


class PlaceInline(WrittenInline):
    """The sites of a wave."""

    model = WaveSite
    form = PlaceAdminForm
    autocomplete_fields = ("site",)

    def get_queryset(self, request: Any) -> Any:
        """Read the sites with their wave."""
        return super().get_queryset(request).select_related("site", "wave__programme")


@admin.register(Wave)
class WaveAdmin(StampedAdmin):
    """Waves with their sites."""

    form = WaveAdminForm
    settled = ("programme",)
    fields = ("programme", "name", "order", "go_live_on", "handed_over_on")
    list_display = ("name", "programme", "order", "go_live_on", "handed_over_on", "sites_count")
    list_filter = ("programme", "go_live_on", ("handed_over_on", admin.EmptyFieldListFilter))
    list_select_related = ("programme",)
    search_fields = ("name", "sites__name", "programme__name")
    search_help_text = _("Wave, site or programme")
    # Counting their sites takes the order of the model away.
    ordering = ("order", "go_live_on", "pk")
    autocomplete_fields = ("programme",)
    date_hierarchy = "go_live_on"
    inlines = (PlaceInline,)
    owned = ("programmes.Move",)
    # A go-live that moves is noted by its move.
    noted = ("name", "handed_over_on", "sites")

    def get_queryset(self, request: Any) -> Any:
        """Count the sites of each wave."""
        return super().get_queryset(request).annotate(sites_count=Count("wave_sites"))

    @admin.display(description=_("sites"), ordering="sites_count")
    def sites_count(self, wave: Any) -> int:
        """Return how many sites there are."""
        return int(wave.sites_count)

    def save_model(self, request: Any, obj: Wave, form: Any, change: bool) -> None:
        write_wave_moved(obj, request.user, database_now())

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Save the sites by the service, which notes a date that moved."""
        for row in formset.save(commit=False):
            write_place_moved(row, request.user, database_now())
        for row in formset.deleted_objects:
            row.delete()


@admin.register(Service)
class ServiceAdmin(ReferenceAdmin, TextsAdmin):
    """What a programme brings, with its first day and its texts in each language."""

    resource_classes = (ServiceResource,)
    form = ServiceAdminForm
    settled = ("programme",)
    plain = ("programme", "stream", "order", "offset_days", "fixed_on")
    list_display = ("name", "programme", "stream", "order", "offset_days", "fixed_on", missing)
    list_filter = ("programme", "stream", MissingFilter)
    list_select_related = ("programme", "stream")
    search_fields = tuple(column_of("name", code) for code in LANGUAGES)
    search_help_text = _("Name, in any language")
    autocomplete_fields = ("programme", "stream")


@admin.register(SupportContact)
class SupportContactAdmin(TableAdmin):
    """Whom readers ask."""

    form = SupportAdminForm
    settled = ("programme", "site")
    list_display = ("__str__", "phone", "days", "opens_at", "closes_at", "mail", "link")
    list_filter = ("programme", "days", "site__region")
    list_select_related = ("programme", "site")
    search_fields = ("programme__name", "site__name", "phone", "mail")
    search_help_text = _("Programme, site, telephone number or email address")
    autocomplete_fields = ("programme", "site")


@admin.register(Blackout)
class BlackoutAdmin(TableAdmin):
    """When nothing is sent."""

    is_noted_by_service = True
    settled = ("programme",)
    list_display = ("name", "programme", "region", "first_on", "last_on")
    list_filter = ("programme", "region")
    list_select_related = ("programme", "region")
    search_fields = ("name", "programme__name", "region__name")
    search_help_text = _("Name, programme or region")
    autocomplete_fields = ("programme", "region")
    date_hierarchy = "first_on"

    def save_model(self, request: HttpRequest, obj: Blackout, form: Any, change: bool) -> None:
        """Save by the service, which stamps the change."""
        save_blackout(obj, {}, database_now(), request.user)

    def delete_model(self, request: HttpRequest, obj: Blackout) -> None:
        """Delete by the service, which stamps the change."""
        remove_blackout(obj, database_now(), request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Blackout]) -> None:
        """Delete one by one."""
        for blackout in queryset:
            remove_blackout(blackout, database_now(), request.user)


@admin.register(TextState)
class TextStateAdmin(LookedAtAdmin):
    """States of translations."""

    list_display = (
        "subject",
        "content_type",
        "group",
        "language",
        "state",
        "changed_by",
        "changed_at",
    )
    list_filter = ("state", "language", "group", "content_type")
    list_select_related = ("changed_by", "content_type")
    search_fields = ("=object_id", "=language", "changed_by__email")
    search_help_text = _("Object ID, language code, or email address of the author")
    exclude = ("source_fingerprint", "wording_fingerprint", "text_fingerprint")
    date_hierarchy = "changed_at"
    ordering = ("-changed_at",)

    def get_queryset(self, request: Any) -> Any:
        """Read the states with what they are about."""
        return super().get_queryset(request).prefetch_related("subject")

    @admin.display(description=_("text of"))
    def about(self, state: TextState) -> str:
        return str(state.subject)
