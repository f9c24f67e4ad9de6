"""Who did what: the audit trail, and what was done in the admin; to look at."""

from collections.abc import Iterator
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry as Deed
from django.utils.translation import gettext_lazy as _

from programmes.admin.tables import LookedAtAdmin
from stakeholders.accounts.rendering import field_in_words, row_in_words

admin.site.unregister(LogEntry)
apps.get_app_config("auditlog").verbose_name = _("Audit trail")

ACTS = {
    LogEntry.Action.CREATE: _("Added"),
    LogEntry.Action.UPDATE: _("Changed"),
    LogEntry.Action.DELETE: _("Deleted"),
    LogEntry.Action.ACCESS: _("Viewed"),
}
KEYS = ("pk", "id")


class ActFilter(admin.SimpleListFilter):
    """What was done."""

    title = _("activity")
    parameter_name = "act"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the acts in words."""
        return [(str(act), word) for act, word in ACTS.items()]

    def queryset(self, request: Any, queryset: Any) -> Any:
        """Narrow to the act that was chosen."""
        chosen = [act for act in ACTS if str(act) == self.value()]
        return queryset.filter(action__in=chosen) if chosen else queryset


@admin.register(LogEntry)
class TrailAdmin(LookedAtAdmin):
    """The audit trail."""

    list_display = ("timestamp", "actor", "act", "kind", "about", "changed")
    list_filter = (ActFilter, ("content_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("actor", "content_type")
    search_fields = ("object_repr", "=object_pk", "actor_email", "actor__email")
    search_help_text = _("Subject or email address")
    date_hierarchy = "timestamp"
    fields = ("timestamp", "actor", "act", "kind", "about", "changes_in_full")
    show_full_result_count = False

    @admin.display(description=_("activity"), ordering="action")
    def act(self, entry: LogEntry) -> Any:
        """Return what was done, in a word."""
        return ACTS[entry.action]

    @admin.display(description=_("kind"), ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        """Return what kind of thing it was done to."""
        return str(entry.content_type.name)

    @admin.display(description=_("person or item"), ordering="object_repr")
    def about(self, entry: LogEntry) -> str:
        """Return what it was done to; a role or a state by its word of today."""
        return row_in_words(entry.content_type.model_class(), entry.object_repr)

    @admin.display(description=_("changes"))
    def changed(self, entry: LogEntry) -> str:
        """Return which fields were changed."""
        return ", ".join(name for name, _before, _after in _changes(entry)) or "–"

    @admin.display(description=_("changes"))
    def changes_in_full(self, entry: LogEntry) -> str:
        """Return each field with its value before and after, one a line."""
        lines = (f"{name}: {before} → {after}" for name, before, after in _changes(entry))
        return "\n".join(lines) or "–"


def _changes(entry: LogEntry) -> Iterator[tuple[str, str, str]]:
    model = entry.content_type.model_class()
    for name, (before, after) in (entry.changes_dict or {}).items():
        if name not in KEYS and before != after:
            yield field_in_words(model, name), str(before), str(after)


@admin.register(Deed)
class DeedAdmin(LookedAtAdmin):
    """What was done in the admin."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag", "said")
    list_filter = ("action_flag", ("content_type", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "content_type")
    search_fields = ("object_repr", "user__email")
    date_hierarchy = "action_time"
    show_full_result_count = False
    fields = ("action_time", "user", "content_type", "object_repr", "action_flag", "said")

    @admin.display(description=_("changes"))
    def said(self, deed: Any) -> str:
        """Return what was changed, in words."""
        return str(deed.get_change_message())
