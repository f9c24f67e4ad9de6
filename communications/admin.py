"""Messages and their sending in Django's admin, to look at.

Texts, approvals and the ledger are written by the services alone.
"""

from django.contrib import admin

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


@admin.register(Message)
class MessageAdmin(LookedAtAdmin):
    """Messages."""

    list_display = ("subject", "programme", "level", "source", "written_by", "changed_at")
    list_filter = ("programme", "level", "source", "is_urgent")
    list_select_related = ("programme", "written_by")
    search_fields = ("subject", "purpose")


@admin.register(Approval)
class ApprovalAdmin(LookedAtAdmin):
    """Versions and their decisions."""

    list_display = ("message", "version", "state", "asked_by", "asked_at", "decided_by")
    list_filter = ("state", "message__programme")
    list_select_related = ("message", "asked_by", "decided_by")
    search_fields = ("message__subject", "fingerprint")
    date_hierarchy = "asked_at"


@admin.register(Question)
class QuestionAdmin(LookedAtAdmin):
    """Questions back, and their answers."""

    list_display = ("text", "approval", "asked_by", "asked_at", "answered_by", "answered_at")
    list_filter = ("approval__message__programme",)
    list_select_related = ("approval__message", "asked_by", "answered_by")
    search_fields = ("text", "answer", "approval__message__subject")
    date_hierarchy = "asked_at"


@admin.register(Dispatch)
class DispatchAdmin(LookedAtAdmin):
    """Dispatches."""

    list_display = ("message", "occurrence", "started_at", "paused_at", "cancelled_at")
    list_filter = ("message__programme",)
    list_select_related = ("message",)
    search_fields = ("message__subject",)


@admin.register(Delivery)
class DeliveryAdmin(LookedAtAdmin):
    """The ledger. The total is not counted: the table is large."""

    list_display = ("person", "dispatch", "site", "state", "reason", "language", "ended_at")
    list_filter = ("state", "language")
    list_select_related = ("person", "dispatch__message", "site")
    search_fields = ("=message_id", "=person__personnel_number", "=address")
    show_full_result_count = False


@admin.register(Notice)
class NoticeAdmin(LookedAtAdmin):
    """Mails to those who decide."""

    list_display = ("user", "programme", "due_at", "state", "reason")
    list_filter = ("state", "programme")
    list_select_related = ("user", "programme")
    search_fields = ("user__email",)


@admin.register(ChannelState)
class ChannelStateAdmin(LookedAtAdmin):
    """How the channels are."""

    list_display = ("channel", "failing_since", "reason", "next_try_at")


@admin.register(Heartbeat)
class HeartbeatAdmin(LookedAtAdmin):
    """When recurring jobs last ran."""

    list_display = ("name", "at")
