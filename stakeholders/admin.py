"""Users, roles and people in Django's admin."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from programmes.admin.tables import LookedAtInline
from programmes.queries.clock import database_now
from stakeholders.forms.role import RoleAdminForm
from stakeholders.importing.names import words_of
from stakeholders.models import Audience, AudienceException, ImportRun, Person, Persona, Role, User
from stakeholders.services.person import save_person
from stakeholders.services.role import is_needed, take_role, write_role


class RoleInline(LookedAtInline):
    """The roles of a user, to look at: each is given, changed and taken away on its own page."""

    model = Role
    fk_name = "user"
    fields = ("kind", "programme", "region", "stream", "given_by", "given_at")
    readonly_fields = fields
    show_change_link = True

    def get_queryset(self, request: Any) -> Any:
        """Read the roles with what they name."""
        related = ("programme", "region", "stream", "given_by", "user")
        return super().get_queryset(request).select_related(*related)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):  # type: ignore[type-arg]
    """Users, who are known by their mail address."""

    ordering = ("email",)
    list_display = ("email", "first_name", "last_name", "language", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active", "roles__kind", "language")
    search_fields = ("email", "first_name", "last_name")
    inlines = (RoleInline,)
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "language", "approval_notice")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "usable_password", "password1", "password2")}),)
    filter_horizontal = ("groups",)


@admin.register(Role)
class RoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Roles: given, changed and taken away as on the page of a programme, and noted as there."""

    list_display = ("user", "kind", "programme", "region", "stream", "given_by", "given_at")
    list_filter = ("kind", "programme", "region")
    list_select_related = ("user", "programme", "region", "stream", "given_by")
    search_fields = ("user__email", "user__first_name", "user__last_name")
    autocomplete_fields = ("user", "programme", "region", "stream")
    readonly_fields = ("given_by", "given_at")
    date_hierarchy = "given_at"

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Keep whose role it is, and in which programme."""
        kept = ("user", "programme") if obj else ()
        return (*kept, *super().get_readonly_fields(request, obj))

    def save_model(self, request: Any, obj: Role, form: Any, change: bool) -> None:
        """Write who gives it, as the services do."""
        write_role(request.user, obj, database_now())

    def get_form(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Let the form refuse what the services would."""
        return super().get_form(request, *args, **{**kwargs, "form": RoleAdminForm})

    def delete_model(self, request: Any, obj: Role) -> None:
        """Take it away."""
        take_role(request.user, obj, database_now())

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        """Take all of them away, or as many as the programmes can do without."""
        for role in queryset:
            try:
                take_role(request.user, role, database_now())
            except ValidationError as refusal:
                self.message_user(request, " ".join(refusal.messages), messages.ERROR)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse for the last manager of a programme."""
        return super().has_delete_permission(request, obj) and not (obj and is_needed(obj))


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """People of the personnel files; who leaves is kept, so nobody is deleted here."""

    list_display = ("__str__", "personnel_number", "email", "site", "language", "left_on")
    list_filter = ("site__region", "language", "employer")
    list_select_related = ("site",)
    search_fields = ("folded_name", "personnel_number", "email")
    search_help_text = _("Name, personnel number or mail address")
    autocomplete_fields = ("site", "business_line")
    readonly_fields = (
        "language_chosen_at",
        "is_do_not_contact",
        "do_not_contact_reason",
        "do_not_contact_at",
        "do_not_contact_by",
    )
    show_full_result_count = False

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        """Find names however they are typed, numbers and addresses, as the list of people does."""
        text = search_term.replace("\x00", "").strip()
        found = queryset.sought(text, words_of(text)) if text else queryset
        return found, False

    def save_model(self, request: Any, obj: Person, form: Any, change: bool) -> None:
        """Save as the services do: the name as searched, and a language as chosen by hand."""
        if change and "language" in form.changed_data:
            obj.language_chosen_at = database_now()
        save_person(obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False


class ExceptionInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who an audience leaves out."""

    model = AudienceException
    extra = 0
    autocomplete_fields = ("site", "region", "business_line", "persona")


@admin.register(Audience)
class AudienceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Audiences: those that are saved have a name, the others belong to one message each.

    Whether one is frozen, and on whom, is settled where it is used, not here.
    """

    list_display = ("__str__", "programme", "is_saved", "frozen_at", "follows", "changed_at")
    list_filter = ("is_saved", ("frozen_at", admin.EmptyFieldListFilter), "programme")
    list_select_related = ("programme", "follows")
    search_fields = ("name", "programme__name")
    autocomplete_fields = (
        "programme",
        "follows",
        "waves",
        "business_lines",
        "sites",
        "regions",
        "personas",
    )
    readonly_fields = ("frozen_at", "changed_at")
    inlines = (ExceptionInline,)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse for a frozen audience: its people stay as they are."""
        is_frozen = obj is not None and obj.frozen_at is not None
        return super().has_change_permission(request, obj) and not is_frozen

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse for a frozen audience: what is approved may still send to its people."""
        is_frozen = obj is not None and obj.frozen_at is not None
        return super().has_delete_permission(request, obj) and not is_frozen


@admin.register(Persona)
class PersonaAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """Personas. People are picked by hand on the persona's own page, from a pasted list."""

    list_display = ("name", "programme", "order", "is_hand_picked", "changed_at")
    list_editable = ("order",)
    list_filter = ("programme", "is_hand_picked")
    list_select_related = ("programme",)
    search_fields = ("name", "slug")
    autocomplete_fields = ("programme", "services", "business_lines", "sites", "regions")
    readonly_fields = ("changed_at",)
    exclude = ("people",)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse while an audience names it: without its line the audience would grow."""
        is_used = obj is not None and (obj.audiences.exists() or obj.exceptions.exists())
        return super().has_delete_permission(request, obj) and not is_used


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Imports, to look at."""

    list_display = ("file_name", "at", "by", "state")
    list_filter = ("state",)
    list_select_related = ("by",)
    date_hierarchy = "at"

    def has_add_permission(self, request: Any) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Refuse."""
        return False
