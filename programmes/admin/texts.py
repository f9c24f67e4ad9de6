"""Translated texts in the admin: a part of the form for each language, named as its readers do."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import admin
from django.db.models import Model, Q
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from programmes.admin.tables import TableAdmin
from programmes.database.clock import database_now
from programmes.design.fields import KeptTextField
from programmes.design.marks import STATUSES
from programmes.models import Programme
from programmes.queries.texts import column_of, states_of, text_of, translated_fields
from programmes.services.texts import write_text

LANGUAGES = dict(settings.LANGUAGES)


def language_parts(model: type[Model], obj: Model | None) -> list[tuple[str, dict[str, Any]]]:
    """Return a part of the form for each language, with the state of its text in the heading."""
    states = states_of(obj) if obj else {}
    return [
        (_heading(code, states), {"fields": columns_in(model, code), "classes": ("collapse",)})
        for code in LANGUAGES
    ]


def columns_in(model: type[Model], language: str) -> list[str]:
    """Return the columns that hold the texts of one language."""
    return [column_of(name, language) for name in translated_fields(model)]


def _heading(code: str, states: Any) -> str:
    name = LANGUAGES[code]
    return f"{name} – {STATUSES[states[code].state].word}" if states else name


class MissingFilter(admin.SimpleListFilter):
    """Texts that nobody has written in a language yet."""

    title = _("missing languages")
    parameter_name = "missing"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the languages, by their own names."""
        return settings.LANGUAGES

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow to what has missing languages the language that was chosen."""
        language = self.value()
        if language not in LANGUAGES:
            return queryset
        columns = columns_in(queryset.model, language)
        return queryset.filter(*(Q(**{column: ""}) | Q(**{column: None}) for column in columns))


class LanguageFilter(admin.SimpleListFilter):
    """Languages that texts are written in, without asking a large table which it holds."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """Return the languages, by their own names."""
        return settings.LANGUAGES

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow to the language that was chosen."""
        return queryset.filter(language=self.value()) if self.value() else queryset


@admin.display(description=_("missing languages"))
def missing(obj: Any) -> str:
    """Name the languages of a programme in which nobody has written a text yet."""
    programme = obj if isinstance(obj, Programme) else obj.programme
    codes = [code for code in programme.languages if not any(text_of(obj, code).values())]
    return ", ".join(LANGUAGES[code] for code in codes) or "–"


class TextsAdmin(TableAdmin, TranslationAdmin):  # type: ignore[type-arg]
    """A table whose texts are written as on the pages: as drafts, one language at a time.

    Attributes:
        plain: the fields above the texts.

    """

    plain: ClassVar[tuple[str, ...]] = ()

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Return the plain fields, and the languages below."""
        return [(None, {"fields": self.plain}), *language_parts(self.model, obj)]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Say in which language and direction a text is written; the heading names it already."""
        language = getattr(db_field, "language", None)
        kept = {"form_class": KeptTextField} if language else {}
        field = super().formfield_for_dbfield(db_field, request, **kept, **kwargs)
        if field and language:
            direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
            field.widget.attrs |= {"lang": language, "dir": direction}
            # The form tells what was seen, so that nobody's newer text is overwritten.
            field.show_hidden_initial = True
            field.label = db_field.translated_field.verbose_name.capitalize()
        return field

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        """Save the rest, then each text that was written."""
        now = database_now()
        obj.save(**({"update_fields": _columns_without_texts(obj)} if change else {}))
        for language, values in _written(form):
            write_text(obj, language, values, request.user, now)


def _columns_without_texts(obj: Model) -> list[str]:
    model = type(obj)
    texts = {column for code in LANGUAGES for column in columns_in(model, code)}
    texts |= set(translated_fields(model))
    fields = obj._meta.concrete_fields
    return [one.name for one in fields if not one.primary_key and one.name not in texts]


def _written(form: Any) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each language whose text was changed, with all that is written in it."""
    names = translated_fields(form.instance.__class__)
    for code in LANGUAGES:
        columns = {name: column_of(name, code) for name in names}
        if set(columns.values()) & set(form.changed_data):
            yield code, {name: form.cleaned_data[one] or "" for name, one in columns.items()}
