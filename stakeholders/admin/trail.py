"""Who did what: the audit trail, and what was done in the admin; to look at."""

from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.filters import ResourceTypeFilter
from auditlog.models import LogEntry
from django.contrib import admin
from django.contrib.admin.models import LogEntry as Deed
from django.utils.translation import gettext_lazy as _

from programmes.admin.tables import LookedAtAdmin

admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class TrailAdmin(LookedAtAdmin, LogEntryAdmin):  # type: ignore[misc]
    """The audit trail."""

    list_display = ("created", "resource_url", "action", "msg_short", "user_url")
    list_filter = ("action", ResourceTypeFilter)
    search_fields = ("object_repr", "=object_pk", "actor_email", "actor__email")
    search_help_text = _("What or who it was about, or mail address of who did it")
    fieldsets = (
        (None, {"fields": ("created", "user_url", "resource_url")}),
        (_("Changes"), {"fields": ("action", "msg")}),
    )
    show_full_result_count = False


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
