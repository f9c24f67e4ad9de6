"""Streams and what they are made of in the admin."""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programmes.admin.resources import StreamResource
from programmes.admin.tables import LookedAtAdmin, ReferenceAdmin, TableAdmin
from programmes.database.clock import database_now
from programmes.forms.stream import PartAdminForm
from programmes.models import (
    Member,
    Milestone,
    Objective,
    ObjectiveValue,
    Stream,
    StreamUpdate,
)
from programmes.services.service import save_stream
from programmes.services.stream import remove_part, restore_part, save_part

REMOVED = ("removed_at", admin.EmptyFieldListFilter)


@admin.register(Stream)
class StreamAdmin(ReferenceAdmin):
    """Streams of programmes, which bring services and impacts."""

    is_noted_by_service = True
    resource_classes = (StreamResource,)
    settled = ("programme",)
    list_display = ("name", "programme", "purpose")
    list_filter = ("programme",)
    list_select_related = ("programme",)
    search_fields = ("name", "purpose", "programme__name")
    autocomplete_fields = ("programme",)

    def save_model(self, request: Any, obj: Stream, form: Any, change: bool) -> None:
        save_stream(obj, obj.name, obj.purpose, now=database_now(), by=request.user)


class PartAdmin(TableAdmin):
    """A part of a stream: written, taken off its page and put back as there."""

    readonly_fields: ClassVar[tuple[str, ...]] = ("removed_at",)
    actions = ("remove", "restore")

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        save_part(obj, {})

    @admin.action(description=_("Remove from pages"), permissions=["change"])
    def remove(self, request: Any, queryset: Any) -> None:
        """Take what was chosen off the pages."""
        for part in queryset.present():
            remove_part(part, database_now())

    @admin.action(description=_("Restore to pages"), permissions=["change"])
    def restore(self, request: Any, queryset: Any) -> None:
        """Put back what was taken off."""
        for part in queryset.filter(removed_at__isnull=False):
            restore_part(part)


@admin.register(Member)
class MemberAdmin(PartAdmin):
    """Members of streams."""

    list_display = ("name", "stream", "employer", "work", "email", "removed_at")
    list_filter = ("employer", REMOVED, "stream__programme", "stream")
    list_select_related = ("stream",)
    search_fields = ("name", "email", "work", "stream__name")
    autocomplete_fields = ("stream",)


@admin.register(Milestone)
class MilestoneAdmin(PartAdmin):
    """Milestones of streams."""

    form = PartAdminForm
    list_display = ("name", "stream", "due_on", "done_on", "removed_at")
    list_filter = (("done_on", admin.EmptyFieldListFilter), REMOVED, "stream__programme", "stream")
    list_select_related = ("stream",)
    search_fields = ("name", "stream__name")
    autocomplete_fields = ("stream",)
    date_hierarchy = "due_on"


@admin.register(Objective)
class ObjectiveAdmin(PartAdmin):
    """Objectives of programmes and streams. Personal ones are not shown to administrators."""

    settled = ("programme",)
    # Each value is written down with its author, on the page of the objective.
    readonly_fields = ("value", "measured_on", "computed_by", "removed_at")
    owned = ("programmes.ObjectiveValue",)
    list_display = ("name", "programme", "stream", "value", "target_value", "unit", "due_on")
    list_filter = (REMOVED, "programme", "stream")
    list_select_related = ("programme", "stream")
    search_fields = ("name", "measure", "stream__name")
    autocomplete_fields = ("programme", "stream")
    date_hierarchy = "due_on"


@admin.register(ObjectiveValue)
class ObjectiveValueAdmin(LookedAtAdmin):
    """What objectives stood at, to look at."""

    exclude = ("token",)
    list_display = ("objective", "value", "measured_on", "source", "author", "note", "removed_at")
    list_filter = ("source", REMOVED, "objective__programme")
    list_select_related = ("objective", "author")
    search_fields = ("objective__name", "note")
    date_hierarchy = "measured_on"


@admin.register(StreamUpdate)
class StreamUpdateAdmin(LookedAtAdmin):
    """What stream leaders said, to look at."""

    list_display = ("stream", "week_on", "judgement", "proposed", "sent_at", "sent_by", "opened_at")
    list_filter = ("judgement", ("opened_at", admin.EmptyFieldListFilter), "stream")
    list_select_related = ("stream", "sent_by")
    search_fields = ("stream__name", "sentence", "need")
    date_hierarchy = "week_on"
