"""People, and the files that bring them, in the admin."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from programmes.admin.tables import LookedAtAdmin, PersonalAdmin, TableAdmin
from programmes.database.clock import database_now
from stakeholders.models import (
    EnglishReaders,
    ImportEntry,
    ImportMapping,
    ImportRun,
    OptOut,
    Person,
)
from stakeholders.people.models.names import words_of
from stakeholders.people.services.person import (
    choose_language,
    contact_again,
    note_person_seen,
    save_person,
)


@admin.register(Person)
class PersonAdmin(PersonalAdmin, TableAdmin):
    """People of the personnel files; who leaves is kept, so nobody is deleted here."""

    list_display = ("__str__", "personnel_number", "email", "site", "language", "left_on")
    list_filter = (
        "site__region",
        "language",
        "employer",
        ("left_on", admin.EmptyFieldListFilter),
        "is_do_not_contact",
    )
    list_select_related = ("site",)
    search_fields = ("folded_name", "personnel_number", "email")
    search_help_text = _("Name, personnel number or email address")
    autocomplete_fields = ("site", "business_line")
    readonly_fields = (
        "language_chosen_at",
        "is_do_not_contact",
        "do_not_contact_reason",
        "do_not_contact_at",
        "do_not_contact_by",
        "refused_address",
        "address_refused_at",
        "address_refused_reason",
        "address_confirmed_at",
    )
    show_full_result_count = False
    actions = ("leave_language", "contact_again")

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        """Find names however they are typed, numbers and addresses, as the list of people does."""
        text = search_term.replace("\x00", "").strip()
        found = queryset.sought(text, words_of(text)) if text else queryset
        return found, False

    def save_model(self, request: Any, obj: Person, form: Any, change: bool) -> None:
        """Save as the services do: the name as searched, and a language as chosen by hand."""
        if change and "language" in form.changed_data:
            before = Person.objects.get(pk=obj.pk)
            choose_language(before, obj.language, request.user, database_now())
            obj.language_chosen_at = before.language_chosen_at
        save_person(obj)

    def note(self, seen: Any, user: Any) -> None:
        """Write into the trail of each of a person's programmes who has seen them."""
        note_person_seen(seen, user, database_now())

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    @admin.action(
        description=_("Allow personnel files to change the language"), permissions=["change"]
    )
    def leave_language(self, request: Any, queryset: Any) -> None:
        """Leave the language to the files again."""
        for person in queryset.filter(language_chosen_at__isnull=False):
            choose_language(person, person.language, request.user, database_now(), by_files=True)

    @admin.action(description=_("Contact again"), permissions=["change"])
    def contact_again(self, request: Any, queryset: Any) -> None:
        """Send to those who were chosen again."""
        for person in queryset.filter(is_do_not_contact=True):
            contact_again(person, request.user, database_now())


@admin.register(EnglishReaders)
class EnglishReadersAdmin(TableAdmin):
    """Countries in which an English text informs people."""

    list_display = ("country",)
    list_filter = ("country",)
    search_fields = ("country",)
    search_help_text = _("Two-letter country code")


@admin.register(OptOut)
class OptOutAdmin(PersonalAdmin, LookedAtAdmin):
    """Who has opted out; each by their own link."""

    list_display = ("person", "programme", "at")
    list_filter = ("programme", "person__site__region")
    list_select_related = ("person", "programme")
    search_fields = ("=person__personnel_number", "=person__email")
    search_help_text = _("Full personnel number or email address")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")


@admin.register(ImportRun)
class ImportRunAdmin(LookedAtAdmin):
    """Imports, to look at."""

    fields = ("file_name", "at", "by", "state", "size", "problem", "confirmed_by", "ended_at")
    list_display = ("file_name", "at", "by", "state", "confirmed_by", "ended_at")
    list_filter = ("state", "at")
    list_select_related = ("by", "confirmed_by")
    search_fields = ("file_name", "by__email")
    date_hierarchy = "at"


@admin.register(ImportEntry)
class ImportEntryAdmin(LookedAtAdmin):
    """What files did to people, to look at; the rows of the files themselves are not shown."""

    exclude = ("cells",)
    list_display = ("name", "personnel_number", "kind", "reason", "run", "site")
    list_filter = ("kind", "run__state")
    list_select_related = ("run", "site")
    search_fields = ("=personnel_number",)
    search_help_text = _("Personnel number")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(ImportMapping)
class ImportMappingAdmin(LookedAtAdmin):
    """How files with certain headings are read; one that was chosen wrongly can be forgotten."""

    list_display = ("headings", "at", "by")
    list_filter = ("at",)
    list_select_related = ("by",)
    search_fields = ("headings", "by__email")
    date_hierarchy = "at"

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Let a choice be forgotten."""
        return bool(request.user.has_perm("stakeholders.delete_importmapping"))
