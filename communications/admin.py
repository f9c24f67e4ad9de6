"""Messages and their sending in Django's admin, to look at.

Texts, approvals and the ledger are written by the services alone. Personal links are secrets and
have no page.
"""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communications.models import (
    Approval,
    ChannelState,
    Delivery,
    Dispatch,
    Heartbeat,
    Message,
    Notice,
    Question,
)
from programmes.admin.tables import LookedAtAdmin
from programmes.admin.texts import LANGUAGES, LanguageFilter, MissingFilter, language_parts, missing
from programmes.queries.texts import column_of

SUBJECTS = tuple(column_of("subject", code) for code in LANGUAGES)
OF_MESSAGE = tuple(f"message__{column}" for column in SUBJECTS)


@admin.register(Message)
class MessageAdmin(LookedAtAdmin):
    """Messages."""

    list_display = ("subject", "programme", "level", "source", "written_by", "changed_at", missing)
    list_filter = ("programme", "level", "source", "is_urgent", MissingFilter)
    list_select_related = ("programme", "written_by")
    search_fields = ("purpose", *SUBJECTS)
    search_help_text = _("Subject in any language, or purpose")
    date_hierarchy = "changed_at"
    ordering = ("-pk",)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Return the message itself, when it goes out, and its languages."""
        what = ("programme", "audience", "level", "purpose", "key_points", "sender", "written_by")
        when = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent", "changed_at")
        parts = [(None, {"fields": what}), (_("When"), {"fields": when})]
        return [*parts, *language_parts(Message, obj)]


@admin.register(Approval)
class ApprovalAdmin(LookedAtAdmin):
    """Versions and their decisions."""

    list_display = ("message", "version", "state", "asked_by", "asked_at", "decided_by")
    list_filter = ("state", "message__programme")
    list_select_related = ("message", "asked_by", "decided_by")
    search_fields = ("fingerprint", *OF_MESSAGE)
    search_help_text = _("Subject in any language, or fingerprint")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-pk")


@admin.register(Question)
class QuestionAdmin(LookedAtAdmin):
    """Questions back, and their answers."""

    list_display = ("text", "approval", "asked_by", "asked_at", "answered_by", "answered_at")
    list_filter = (("answered_at", admin.EmptyFieldListFilter), "approval__message__programme")
    list_select_related = ("approval__message", "asked_by", "answered_by")
    search_fields = ("text", "answer", *(f"approval__{column}" for column in OF_MESSAGE))
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-pk")


@admin.register(Dispatch)
class DispatchAdmin(LookedAtAdmin):
    """Dispatches."""

    list_display = ("message", "occurrence", "started_at", "paused_at", "cancelled_at")
    list_filter = (
        "message__programme",
        ("paused_at", admin.EmptyFieldListFilter),
        ("cancelled_at", admin.EmptyFieldListFilter),
    )
    list_select_related = ("message",)
    search_fields = OF_MESSAGE
    date_hierarchy = "started_at"


@admin.register(Delivery)
class DeliveryAdmin(LookedAtAdmin):
    """The ledger. The total is not counted: the table is large."""

    list_display = ("person", "dispatch", "site", "state", "reason", "language", "ended_at")
    list_filter = ("state", LanguageFilter, "site__region")
    list_select_related = ("person", "dispatch__message", "site")
    search_fields = ("=message_id", "=person__personnel_number", "=address")
    search_help_text = _("Personnel number, mail address or number of the mail, each in full")
    exclude = ("fence", "lease_until")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Notice)
class NoticeAdmin(LookedAtAdmin):
    """Mails to those who decide."""

    list_display = ("user", "programme", "kind", "due_at", "state", "reason")
    list_filter = ("state", "kind", "programme")
    list_select_related = ("user", "programme")
    search_fields = ("user__email", "address")
    exclude = ("fence", "lease_until")
    date_hierarchy = "due_at"
    ordering = ("-due_at", "-pk")


@admin.register(ChannelState)
class ChannelStateAdmin(LookedAtAdmin):
    """How the channels are."""

    list_display = ("channel", "failing_since", "reason", "next_try_at")
    list_filter = (("failing_since", admin.EmptyFieldListFilter),)
    search_fields = ("channel", "reason")
    ordering = ("channel",)


@admin.register(Heartbeat)
class HeartbeatAdmin(LookedAtAdmin):
    """When recurring jobs last ran."""

    list_display = ("name", "at")
    list_filter = ("at",)
    search_fields = ("name",)
    ordering = ("name",)
