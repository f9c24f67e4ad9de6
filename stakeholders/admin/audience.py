"""Audiences and personas in the admin."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programmes.admin.tables import TableAdmin, WrittenInline
from programmes.admin.texts import LANGUAGES, MissingFilter, TextsAdmin, missing
from programmes.database.clock import database_now
from programmes.queries.texts import column_of
from stakeholders.audiences.forms.audience import AudienceAdminForm, PersonaAdminForm
from stakeholders.audiences.services.audience import lines_of, write_lines
from stakeholders.audiences.services.persona import NOTED
from stakeholders.models import Audience, AudienceException, Persona

RELATIONS = ("waves", "business_lines", "sites", "regions", "personas")


class ExceptionInline(WrittenInline):
    """Who an audience leaves out."""

    model = AudienceException
    autocomplete_fields = ("site", "region", "business_line", "persona")

    def get_queryset(self, request: Any) -> Any:
        """Read the exceptions with what they name."""
        return super().get_queryset(request).select_related(*self.autocomplete_fields)


@admin.register(Audience)
class AudienceAdmin(TableAdmin):
    """Audiences: those that are saved have a name, the others belong to one message each.

    Whether one is frozen, and on whom, is settled where it is used, not here.
    """

    form = AudienceAdminForm
    noted = ("name", *RELATIONS, "employers", "languages", "is_saved")
    settled = ("programme",)
    owned = ("stakeholders.AudienceException",)
    fields = (
        "programme",
        "name",
        "follows",
        *RELATIONS,
        "employers",
        "languages",
        "is_saved",
        "frozen_at",
        "changed_at",
    )
    readonly_fields = ("employers", "languages", "is_saved", "frozen_at", "changed_at")
    list_display = ("__str__", "programme", "is_saved", "frozen_at", "follows", "changed_at")
    list_filter = ("is_saved", ("frozen_at", admin.EmptyFieldListFilter), "programme")
    list_select_related = ("programme", "follows")
    search_fields = ("name", "programme__name")
    autocomplete_fields = ("programme", "follows", *RELATIONS)
    date_hierarchy = "changed_at"
    ordering = ("-is_saved", "name", "pk")
    inlines = (ExceptionInline,)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse for a frozen audience: its people stay as they are."""
        is_frozen = obj is not None and obj.frozen_at is not None
        return super().has_change_permission(request, obj) and not is_frozen

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse for a frozen audience: what is approved may still send to its people."""
        is_frozen = obj is not None and obj.frozen_at is not None
        return super().has_delete_permission(request, obj) and not is_frozen

    def get_deleted_objects(self, objs: Any, request: Any) -> Any:
        """Refuse to delete a frozen one among others."""
        frozen = [
            f"{one} – {_('frozen at')} {one.frozen_at:%Y-%m-%d}" for one in objs if one.frozen_at
        ]
        return ([], {}, set(), frozen) if frozen else super().get_deleted_objects(objs, request)

    def save_model(self, request: Any, obj: Audience, form: Any, change: bool) -> None:
        """Save it under its name; one that is added here belongs to no message."""
        obj.is_saved = obj.is_saved or not change
        super().save_model(request, obj, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Write the lines as the page does."""
        super().save_related(request, form, formsets, change)
        write_lines(form.instance, lines_of(form.instance), database_now())


@admin.register(Persona)
class PersonaAdmin(TextsAdmin):
    """Personas. Jobs, employers and people are chosen on the persona's own page."""

    form = PersonaAdminForm
    noted = NOTED
    settled = ("programme",)
    # Without its last persona a service is for everybody.
    forward = ("services",)
    plain = (
        "programme",
        "slug",
        "order",
        "services",
        "business_lines",
        "sites",
        "regions",
        "is_hand_picked",
        "jobs",
        "employers",
        "channels",
        "changed_at",
    )
    readonly_fields = ("is_hand_picked", "jobs", "employers", "channels", "changed_at")
    list_display = ("name", "programme", "order", "is_hand_picked", "changed_at", missing)
    list_filter = ("programme", "is_hand_picked", MissingFilter)
    list_select_related = ("programme",)
    search_fields = ("slug", *(column_of("name", code) for code in LANGUAGES))
    search_help_text = _("Address, or name in any language")
    autocomplete_fields = ("programme", "services", "business_lines", "sites", "regions")
    date_hierarchy = "changed_at"

    def save_model(self, request: Any, obj: Persona, form: Any, change: bool) -> None:
        obj.changed_at = database_now()
        super().save_model(request, obj, form, change)
