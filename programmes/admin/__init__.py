"""The ground floor in Django's admin."""

from typing import Any

from django.contrib import admin
from import_export.admin import ImportExportModelAdmin
from modeltranslation.admin import TranslationAdmin

from programmes.admin.resources import (
    FORMATS,
    BusinessLineResource,
    RegionResource,
    ServiceResource,
    SiteResource,
    StreamResource,
)
from programmes.models import (
    BusinessLine,
    Member,
    Milestone,
    Objective,
    Programme,
    Region,
    Service,
    Site,
    Stream,
    StreamUpdate,
    SupportContact,
    TextState,
    Wave,
    WaveSite,
)
from programmes.queries.clock import database_now


class StampedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What the sending waits for: a change of place or date is stamped with its moment."""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save with the moment of the change."""
        obj.changed_at = database_now()
        super().save_model(request, obj, form, change)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Save the rows below with the moment of the change."""
        for row in formset.save(commit=False):
            row.changed_at = database_now()
            row.save()
        for row in formset.deleted_objects:
            row.delete()


class LookedAtAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What services alone write: to look at, never to change."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False


class LookedAtInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows below, to look at."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False


class ReferenceAdmin(ImportExportModelAdmin):  # type: ignore[misc]
    """What small files may bring in and take out (see ``admin.resources``)."""

    formats = FORMATS
    to_encoding = "utf-8-sig"


@admin.register(Region)
class RegionAdmin(ReferenceAdmin):
    """Regions."""

    resource_classes = (RegionResource,)
    list_display = ("name", "slug")
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Site)
class SiteAdmin(ReferenceAdmin, StampedAdmin):
    """Sites."""

    resource_classes = (SiteResource,)
    list_display = ("name", "region", "country", "time_zone", "language", "is_pilot")
    list_filter = ("region", "is_pilot", "weekend_days", "language")
    list_select_related = ("region",)
    search_fields = ("name", "country")
    autocomplete_fields = ("region",)


@admin.register(BusinessLine)
class BusinessLineAdmin(ReferenceAdmin):
    """Business lines."""

    resource_classes = (BusinessLineResource,)
    search_fields = ("name",)


@admin.register(Programme)
class ProgrammeAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """Programmes."""

    list_display = ("name", "slug", "starts_on", "ends_on")
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Stream)
class StreamAdmin(ReferenceAdmin):
    """Streams."""

    resource_classes = (StreamResource,)
    list_display = ("name", "programme")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("name",)
    autocomplete_fields = ("programme",)


@admin.register(Member)
class MemberAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Members of streams."""

    list_display = ("name", "stream", "employer", "work", "email", "removed_at")
    list_filter = (
        "employer",
        ("removed_at", admin.EmptyFieldListFilter),
        "stream__programme",
        "stream",
    )
    list_select_related = ("stream",)
    search_fields = ("name", "email", "stream__name")
    autocomplete_fields = ("stream",)
    readonly_fields = ("removed_at",)


@admin.register(Milestone)
class MilestoneAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Milestones of streams."""

    list_display = ("name", "stream", "due_on", "done_on", "removed_at")
    list_filter = (
        ("done_on", admin.EmptyFieldListFilter),
        ("removed_at", admin.EmptyFieldListFilter),
        "stream__programme",
        "stream",
    )
    list_select_related = ("stream",)
    search_fields = ("name", "stream__name")
    autocomplete_fields = ("stream",)
    readonly_fields = ("removed_at",)
    date_hierarchy = "due_on"


@admin.register(Objective)
class ObjectiveAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Objectives of programmes and streams. Personal ones are not shown to administrators."""

    list_display = ("name", "programme", "stream", "value", "target_value", "unit", "due_on")
    list_filter = (("removed_at", admin.EmptyFieldListFilter), "programme", "stream")
    list_select_related = ("programme", "stream")
    search_fields = ("name", "stream__name")
    autocomplete_fields = ("programme", "stream")
    readonly_fields = ("removed_at",)
    date_hierarchy = "due_on"


@admin.register(StreamUpdate)
class StreamUpdateAdmin(LookedAtAdmin):
    """What stream leaders said, to look at."""

    list_display = ("stream", "week_on", "judgement", "proposed", "sent_at", "opened_at")
    list_filter = ("judgement", ("opened_at", admin.EmptyFieldListFilter), "stream")
    list_select_related = ("stream",)
    search_fields = ("stream__name", "sentence")
    date_hierarchy = "week_on"


class WaveSiteInline(admin.TabularInline):  # type: ignore[type-arg]
    """The sites of a wave."""

    model = WaveSite
    extra = 0
    autocomplete_fields = ("site",)


@admin.register(Wave)
class WaveAdmin(StampedAdmin):
    """Waves with their sites."""

    list_display = ("name", "programme", "go_live_on", "handed_over_on")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("name", "sites__name")
    autocomplete_fields = ("programme",)
    date_hierarchy = "go_live_on"
    inlines = (WaveSiteInline,)


@admin.register(Service)
class ServiceAdmin(ReferenceAdmin, TranslationAdmin):  # type: ignore[misc,type-arg]
    """Services."""

    resource_classes = (ServiceResource,)
    list_display = ("name", "programme", "stream", "order")
    list_filter = ("programme",)
    list_select_related = ("programme", "stream")
    search_fields = ("name",)
    autocomplete_fields = ("programme", "stream")


@admin.register(SupportContact)
class SupportContactAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Whom readers ask."""

    list_display = ("__str__", "phone", "mail", "link")
    list_filter = ("programme", "site__region")
    list_select_related = ("programme", "site")
    search_fields = ("site__name", "phone", "mail")
    autocomplete_fields = ("programme", "site")


@admin.register(TextState)
class TextStateAdmin(LookedAtAdmin):
    """States of translations."""

    list_display = ("subject", "group", "language", "state", "changed_by", "changed_at")
    list_filter = ("state", "language", "content_type")
    list_select_related = ("changed_by", "content_type")
