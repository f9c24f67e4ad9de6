"""Fields of the admin that name rows: what names none is refused, and the form is shown again."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import (
    AdminDateWidget,
    AdminTimeWidget,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.db import models

from programmes.design.fields import CalendarDayField, HourField, KeptTextField, KeysField, is_key

# No key is longer, and no text of a database holds NUL.
UNFIT = re.compile(r"\x00|\d{19}")


class Rows(ChangeList):
    """The rows of a table; a filter that no column can be compared with leads back to all."""

    def get_filters(self, request: Any) -> Any:
        """Return the filters that were chosen."""
        chosen = request.GET.copy()
        chosen.pop(SEARCH_VAR, None)
        if any(UNFIT.search(one) for _name, values in chosen.lists() for one in values):
            raise IncorrectLookupParameters("no column holds this")
        with _days_named():
            return super().get_filters(request)

    def get_results(self, request: Any) -> None:
        """Ask the database."""
        with _days_named():
            super().get_results(request)


@contextmanager
def _days_named() -> Iterator[None]:
    """Refuse what is written as a number and names no day, or one at the end of the calendar."""
    try:
        yield
    except (OverflowError, ValueError) as error:
        raise IncorrectLookupParameters(str(error)) from error


class _Readable:
    """Shows what was chosen, and asks the database for keys alone."""

    def optgroups(self, name: str, value: list[Any], attr: Any = None) -> Any:
        """Return the options of the rows that were chosen."""
        keys = [one for one in value if is_key(one)]
        return super().optgroups(name, keys, attr)  # type: ignore[misc]


class OneRow(_Readable, AutocompleteSelect):  # type: ignore[misc]
    """One row that is searched for."""


class SeveralRows(_Readable, AutocompleteSelectMultiple):  # type: ignore[misc]
    """Several rows that are searched for."""


class KeyedAdmin(BaseModelAdmin):  # type: ignore[type-arg]
    """Whatever has relations, days or hours: a table, or rows below one."""

    # How they are typed is said beside each, and what is wrong as on the pages.
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.DateField: {"form_class": CalendarDayField, "widget": AdminDateWidget},
        models.TimeField: {"form_class": HourField, "widget": AdminTimeWidget},
        models.TextField: {"form_class": KeptTextField},
    }

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return the field of a relation to one row."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", OneRow(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return the field of a relation to several rows."""
        kwargs.setdefault("form_class", KeysField)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SeveralRows(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)
