"""Events in Django's admin, to look at: they are made, moved and cancelled on their own pages.

Codes and links of tickets are shown nowhere: who has one comes in with it.
"""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from events.models import CheckIn, Event, EventMail, Registration
from programmes.admin.tables import LookedAtAdmin, LookedAtInline


@admin.register(Event)
class EventAdmin(LookedAtAdmin):
    """Events of all programmes, those that were cancelled included."""

    list_display = ("title", "programme", "kind", "site", "held_on", "capacity", "cancelled_at")
    list_filter = ("programme", "kind", ("cancelled_at", admin.EmptyFieldListFilter))
    list_select_related = ("programme", "site")
    search_fields = ("slug", "title_en", "room", "site__name")
    search_help_text = _("Address, English title, room or site")
    date_hierarchy = "held_on"
    ordering = ("-held_on", "-pk")


class CheckInInline(LookedAtInline):
    """Whether somebody came, and who let them in."""

    model = CheckIn
    fields = readonly_fields = ("at", "by")


@admin.register(Registration)
class RegistrationAdmin(LookedAtAdmin):
    """Who has a seat, and who waits for one."""

    exclude = ("code", "ticket_hash")
    list_display = ("name", "event", "state", "asked_at", "is_walk_in", "language")
    list_filter = ("state", "is_walk_in", "event__programme")
    list_select_related = ("event", "person")
    search_fields = ("guest_name", "person__folded_name", "=person__personnel_number")
    search_help_text = _("Part of a name, or a full personnel number")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-pk")
    inlines = (CheckInInline,)


@admin.register(EventMail)
class EventMailAdmin(LookedAtAdmin):
    """Mails about registrations."""

    list_display = ("registration", "kind", "due_at", "state", "reason")
    list_filter = ("state", "kind", "registration__event__programme")
    list_select_related = ("registration__event", "registration__person")
    search_fields = ("=message_id", "address", "registration__person__folded_name")
    exclude = ("fence", "lease_until")
    date_hierarchy = "due_at"
    ordering = ("-due_at", "-pk")
