"""Messages and their sending in Django's admin, to look at; channels are written here.

Texts, approvals and the ledger are written by the services alone. Personal links are secrets and
have no page.
"""

from typing import Any

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from communications.groups.forms.channel import ChannelAdminForm, access_typed
from communications.groups.services.channel import give_access
from communications.mailroom.services.watermark import CHANNEL, held
from communications.messages.models.adaptation import PLACES
from communications.models import (
    Approval,
    Bounce,
    Channel,
    ChannelState,
    Delivery,
    Dispatch,
    Heartbeat,
    KitDownload,
    KitFile,
    KitLink,
    Message,
    Notice,
    Post,
    Question,
    Watermark,
)
from communications.operation.services.restore import copy_made_at, go_on, hold_after_restore
from programmes.admin.tables import LookedAtAdmin, PersonalAdmin, TableAdmin
from programmes.admin.texts import LANGUAGES, LanguageFilter, MissingFilter, language_parts, missing
from programmes.database.clock import database_now
from programmes.design import formats
from programmes.models.trail import Kept
from programmes.queries.texts import column_of

SUBJECTS = tuple(column_of("subject", code) for code in LANGUAGES)
OF_ADAPTATION = [f"adaptation__{name}" for name in PLACES]
OF_MESSAGE = tuple(f"message__{column}" for column in SUBJECTS)


@admin.register(Message)
class MessageAdmin(LookedAtAdmin):
    """Messages of all programmes and sources, found by a subject in any language."""

    list_display = ("__str__", "programme", "level", "source", "written_by", "changed_at", missing)
    list_filter = ("programme", "level", "source", "is_urgent", MissingFilter)
    list_select_related = ("programme", "written_by")
    search_fields = ("purpose", *SUBJECTS)
    search_help_text = _("Subject in any language, or purpose")
    date_hierarchy = "changed_at"
    ordering = ("-pk",)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Return the message itself, when it goes out, and its languages."""
        what = ("programme", "audience", "level", "is_optional", "purpose")
        written = ("key_points", "sender", "written_by")
        day = ("offset_days", "fixed_on", "local_time", "latest_hours", "is_urgent")
        when = (*day, "waits_for_text", "changed_at")
        parts = [(None, {"fields": (*what, *written)}), (_("When"), {"fields": when})]
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
class DeliveryAdmin(PersonalAdmin, LookedAtAdmin):
    """The ledger. The total is not counted: the table is large."""

    kept = Kept.DELIVERIES

    list_display = ("person", "dispatch", "site", "state", "reason", "language", "ended_at")
    list_filter = ("state", LanguageFilter, "site__region")
    list_select_related = ("person", "dispatch__message", "site")
    search_fields = ("=message_id", "=person__personnel_number", "=address")
    search_help_text = _("Full personnel number, email address or message ID")
    exclude = ("fence", "lease_until")
    ordering = ("-pk",)
    show_full_result_count = False


@admin.register(Bounce)
class BounceAdmin(LookedAtAdmin):
    """Mails that came back."""

    list_display = ("delivery", "kind", "code", "reply", "received_at")
    list_filter = ("kind", "delivery__site__region")
    list_select_related = ("delivery__person",)
    search_fields = ("=code", "=delivery__person__personnel_number", "=delivery__address")
    search_help_text = _("Full code, personnel number or email address")
    date_hierarchy = "received_at"
    ordering = ("-received_at", "-pk")


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


@admin.register(Post)
class PostAdmin(LookedAtAdmin):
    """What groups were told."""

    list_display = ("channel", "dispatch", "state", "reason", "language", "place", "ended_at")
    list_filter = ("state", "channel__kind", "dispatch__message__programme")
    list_select_related = ("channel", "dispatch__message")
    search_fields = ("=message_id", "place", "channel__name")
    exclude = ("fence", "lease_until", "address")
    date_hierarchy = "due_at"
    ordering = ("-pk",)


@admin.register(KitFile)
class KitFileAdmin(LookedAtAdmin):
    """Files of kits. What they hold is downloaded on the page of the kit, and written down."""

    list_display = ("message", "adaptation", "place", "language", "kind", "state", "asked_at")
    list_filter = ("state", "kind", "message__programme", LanguageFilter)
    list_select_related = ("message", "place__wave", "place__site", *OF_ADAPTATION)
    search_fields = ("place__site__name", *OF_MESSAGE)
    exclude = ("wanted", "detail", "fence", "lease_until", "attempts")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-pk")


@admin.register(KitDownload)
class KitDownloadAdmin(LookedAtAdmin):
    """Who took what of a kit, and when."""

    list_display = ("user", "region", "wave", "extent", "language", "at")
    list_filter = ("extent", "region", "wave__programme")
    list_select_related = ("user", "region", "wave")
    search_fields = ("user__email", "region__name", "wave__name")
    date_hierarchy = "at"
    ordering = ("-at", "-pk")


@admin.register(KitLink)
class KitLinkAdmin(LookedAtAdmin):
    """Links to kits. Their addresses are on the page of the kit alone."""

    list_display = ("region", "site", "wave", "made_by", "made_at", "expires_at", "withdrawn_at")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter), "region", "wave__programme")
    list_select_related = ("region", "site", "wave", "made_by")
    search_fields = ("region__name", "site__name", "wave__name", "made_by__email")
    date_hierarchy = "made_at"
    ordering = ("-made_at", "-pk")


@admin.register(Channel)
class ChannelAdmin(TableAdmin):
    """Channels beside mail. What opens one is written here, and whether it is there is shown."""

    form = ChannelAdminForm
    settled = ("programme",)
    list_display = ("name", "programme", "kind", "language", "opens", "is_signed", "is_active")
    list_filter = ("programme", "kind", "is_active", LanguageFilter)
    list_select_related = ("programme",)
    search_fields = ("name", "programme__name")
    autocomplete_fields = ("programme", "regions", "sites")
    fieldsets = (
        (None, {"fields": ("programme", "kind", "name", "language", "is_active")}),
        (_("Audience"), {"fields": ("regions", "sites")}),
        (
            _("Address and secret"),
            {"fields": ("opens", "new_address", "is_signed", "new_key", "forgets_key")},
        ),
    )
    readonly_fields = ("opens", "is_signed")

    @admin.display(description=_("address"))
    def opens(self, channel: Channel) -> str:
        return str(_("set") if channel.has_address else _("not set"))

    @admin.display(description=_("secret"))
    def is_signed(self, channel: Channel) -> str:
        return str(_("set") if channel.has_secret else _("not set"))

    def save_model(self, request: Any, obj: Channel, form: Any, change: bool) -> None:
        """Save with what was typed of address and secret."""
        give_access(obj, **access_typed(form))
        super().save_model(request, obj, form, change)


@admin.register(ChannelState)
class ChannelStateAdmin(LookedAtAdmin):
    """How the channels are, and what becomes of a database that is held (see ``watermark``)."""

    actions = ("put_in_doubt", "go_on")
    list_display = ("channel", "failing_since", "reason", "next_try_at")
    list_filter = (("failing_since", admin.EmptyFieldListFilter),)
    search_fields = ("channel", "reason")
    ordering = ("channel",)

    def has_decide_permission(self, request: Any) -> bool:
        """Tell whether the user may decide about a database that is held."""
        return bool(request.user.has_perm("communications.change_channelstate"))

    @admin.action(
        description=_("Backup restored: mark what may have been sent as in doubt"),
        permissions=["decide"],
    )
    def put_in_doubt(self, request: Any, queryset: Any) -> None:
        """Put in doubt what may have left since the backup was made."""
        if self.is_held(request, queryset):
            done = hold_after_restore(copy_made_at(), database_now(), request.user)
            said = _(
                "Hold released. In doubt: %(mails)s emails, %(posts)s posts. Paused until "
                "someone resumes them: %(paused)s sendings."
            )
            mails = done.deliveries + done.notices
            found = {"mails": mails, "posts": done.posts, "paused": len(done.paused)}
            self.message_user(request, said % {key: formats.number(n) for key, n in found.items()})

    @admin.action(
        description=_("Nothing was lost: continue with this database"), permissions=["decide"]
    )
    def go_on(self, request: Any, queryset: Any) -> None:
        """Let mails leave again."""
        if self.is_held(request, queryset):
            go_on(request.user, database_now())
            self.message_user(request, _("Hold released. Sending resumes within a minute."))

    def is_held(self, request: Any, queryset: Any) -> bool:
        """Tell whether the database was chosen and waits for a decision; say so if not."""
        if queryset.filter(channel=CHANNEL).exists() and held():
            return True
        refusal = _("The database is not on hold, so there is nothing to decide.")
        self.message_user(request, refusal, messages.ERROR)
        return False


@admin.register(Heartbeat)
class HeartbeatAdmin(LookedAtAdmin):
    """When recurring jobs last ran."""

    list_display = ("name", "at")
    list_filter = ("at",)
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Watermark)
class WatermarkAdmin(LookedAtAdmin):
    """How far the database has come."""

    list_display = ("line", "number", "place", "life", "known_until")
    list_filter = ("known_until",)
    search_fields = ("line", "place", "life")
    ordering = ("pk",)
