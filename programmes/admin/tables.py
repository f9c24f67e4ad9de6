"""What all tables of the admin share: what stays, what is looked at, what is still in use."""

from collections.abc import Callable
from http import HTTPStatus
from operator import attrgetter
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import IntegerField
from django.forms.models import BaseInlineFormSet, _get_foreign_key
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from import_export.admin import ImportExportModelAdmin
from import_export.forms import ExportForm

from programmes.admin.choices import KeyedAdmin, Rows
from programmes.admin.formats import FORMATS
from programmes.admin.words import name_fields
from programmes.database.clock import database_now
from programmes.design.fields import is_key
from programmes.models.trail import NOTED, Kept
from programmes.queries.trail import values_of
from programmes.queries.usage import uses_of
from programmes.reading.refusal import ImportRefusedError
from programmes.services.trail import note_seen, recorded, write_change

# New rows below another that one form takes; who has more saves and goes on.
MOST_NEW = 25


class NamedAdmin(KeyedAdmin, admin.ModelAdmin):  # type: ignore[type-arg]
    """A table whose fields have names that are translated."""

    list_per_page = 50

    def __init__(self, model: Any, admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        for named in (model, *(below.model for below in self.inlines)):
            name_fields(named)

    def get_changelist(self, request: Any, **kwargs: Any) -> Any:
        return Rows

    def response_action(self, request: Any, queryset: Any) -> Any:
        """Do something to the rows that were chosen; where a key is none, show the list again."""
        if all(map(self._may_be_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            return super().response_action(request, queryset)
        self.message_user(
            request, _("This row does not exist. Choose rows in the list."), messages.ERROR
        )
        return None

    def _may_be_key(self, text: str) -> bool:
        return is_key(text) if isinstance(self.opts.pk, IntegerField) else "\x00" not in text

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        """Find rows, in the list and where a form searches; no database compares with NUL."""
        return super().get_search_results(request, queryset, search_term.replace("\x00", ""))


class TableAdmin(NamedAdmin):
    """A table that administrators write.

    Attributes:
        settled: fields that a row keeps for its life.
        owned: labels of models whose rows go with a row (see ``uses_of``).
        forward: names of own relations for whose sake a row stays.
        noted: columns and relations of which the audit trail keeps both values, where ``NOTED``
            does not name them.
        is_noted_by_service: whether the service that saves a row tells the trail itself.

    """

    settled: ClassVar[tuple[str, ...]] = ()
    owned: ClassVar[tuple[str, ...]] = ()
    forward: ClassVar[tuple[str, ...]] = ()
    noted: ClassVar[tuple[str, ...]] = ()
    is_noted_by_service: ClassVar[bool] = False

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Keep what is settled."""
        return (*super().get_readonly_fields(request, obj), *(self.settled if obj else ()))

    def get_deleted_objects(self, objs: Any, request: Any) -> Any:
        """Refuse to delete what is still in use, and name what uses it."""
        named = _names_in(self.admin_site, request)
        uses = [
            f"{obj} – {use}"
            for obj in objs
            for use in uses_of(obj, named=named, owned=self.owned, forward=self.forward)
        ]
        return ([], {}, set(), uses) if uses else super().get_deleted_objects(objs, request)

    def save_form(self, request: Any, form: Any, change: bool) -> Any:
        """Keep in mind what the row was, before anything of the form is written."""
        form.noted_before = self._noted(form.instance.pk if change else None)
        return super().save_form(request, form, change)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """Tell the audit trail what has become of the row, once all of it is written."""
        super().save_related(request, form, formsets, change)
        if not self.is_noted_by_service:
            row, before = form.instance, form.noted_before
            write_change(row, before, self._noted(row.pk), request.user, database_now())

    def delete_model(self, request: Any, obj: Any) -> None:
        """Delete a row; the audit trail keeps what it was."""
        if not self._names:
            return super().delete_model(request, obj)
        with transaction.atomic(), recorded(obj, request.user, database_now(), self._names):
            return super().delete_model(request, obj)

    def delete_queryset(self, request: Any, queryset: Any) -> None:
        """Delete rows; those that the audit trail keeps, one by one."""
        if not self._names:
            return super().delete_queryset(request, queryset)
        for row in queryset:
            self.delete_model(request, row)
        return None

    @property
    def _names(self) -> tuple[str, ...]:
        return self.noted or NOTED.get(self.model._meta.label, ())

    def _noted(self, key: Any) -> dict[str, str]:
        return values_of(self.model, key, self._names) if self._names else {}


def _names_in(site: admin.AdminSite, request: Any) -> dict[Any, Callable[[Any], object]]:
    """Return what to call the rows that may be seen; those below another are called as that."""
    named: dict[Any, Callable[[Any], object]] = {}
    for model, table in site._registry.items():
        if table.has_view_permission(request):
            named[model] = str
            for below in table.inlines:
                key: Any = _get_foreign_key(model, below.model, fk_name=below.fk_name)
                named.setdefault(below.model, attrgetter(key.name))
    return named


class StampedAdmin(TableAdmin):
    """What the sending waits for: a change of place or date is stamped with its moment."""

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.changed_at = database_now()
        super().save_model(request, obj, form, change)

    def save_formset(self, request: Any, form: Any, formset: Any, change: bool) -> None:
        """Save the rows below with the moment of the change."""
        for row in formset.save(commit=False):
            row.changed_at = database_now()
            row.save()
        for row in formset.deleted_objects:
            row.delete()


class LookedAtAdmin(NamedAdmin):
    """What services alone write: to look at, never to change."""

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False


class PersonalAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What is known of one person: who opens a row stands in the audit trail."""

    kept = Kept.PERSON

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Show the row; note who looked at which."""
        page = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and object_id and page.status_code == HTTPStatus.OK:
            self.note(self.get_object(request, unquote(object_id)), request.user)
        return page

    def note(self, seen: Any, user: Any) -> None:
        """Write into the audit trail who has seen a row."""
        note_seen(seen, user, database_now(), what=self.kept)


class RowsBelow(BaseInlineFormSet):  # type: ignore[type-arg]
    """The rows below another. A form may announce thousands in a few bytes, each to be drawn."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.absolute_max = len(self.get_queryset()) + MOST_NEW
        self.max_num = min(self.max_num, self.absolute_max)


class WrittenInline(KeyedAdmin, admin.TabularInline):  # type: ignore[type-arg]
    """Rows below, to write."""

    formset = RowsBelow
    extra = 0


class LookedAtInline(admin.TabularInline):  # type: ignore[type-arg]
    """Rows below, to look at."""

    formset = RowsBelow
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


class ReferenceAdmin(TableAdmin, ImportExportModelAdmin):  # type: ignore[misc]
    """What small files may bring in and take out (see ``admin.resources``)."""

    formats = FORMATS
    to_encoding = "utf-8-sig"
    # The form on which columns are chosen needs a script within the page, which its policy forbids.
    export_form_class = ExportForm

    def has_import_permission(self, request: Any) -> bool:
        """Allow those who may write the rows one by one; by itself the library allows all staff."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def add_data_read_fail_error_to_form(self, form: Any, e: Exception) -> None:
        """Say why a file is not taken."""
        if isinstance(e, ImportRefusedError):
            form.add_error("import_file", str(e))
        else:
            super().add_data_read_fail_error_to_form(form, e)

    def process_import(self, request: Any, **kwargs: Any) -> Any:
        """Write the rows; a file that is now to be read in another format is not taken."""
        try:
            return super().process_import(request, **kwargs)
        except ImportRefusedError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:{}_{}_import".format(*self.get_model_info()))

    def export_action(self, request: Any) -> Any:
        """Give the rows of the filters that were chosen; where these are none, of all."""
        try:
            return super().export_action(request)
        except IncorrectLookupParameters:
            return redirect(request.path)

    def has_export_permission(self, request: Any) -> bool:
        """Allow those who may see the rows."""
        return bool(self.has_view_permission(request))


def has_rows(relation: str, title: Any, yes: Any, no: Any) -> type[admin.SimpleListFilter]:
    """Return a filter by whether anything of a relation is there."""

    class Filter(admin.SimpleListFilter):
        parameter_name = f"has_{relation}"

        def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
            """Return the two answers."""
            return [("yes", yes), ("no", no)]

        def queryset(self, request: Any, queryset: Any) -> Any:
            """Narrow to the answer that was chosen."""
            if self.value() is None:
                return queryset
            return queryset.filter(**{f"{relation}__isnull": self.value() == "no"}).distinct()

    Filter.title = title
    return Filter
