"""An event: what, where, when, for how many."""

import uuid
from datetime import date, datetime, time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programmes.queries.texts import SOURCE_LANGUAGE, column_of
from programmes.scope import Scope
from programmes.timing import instant
from stakeholders.register.models.about import About

MOST_SEATS = 20_000
LONGEST_REMINDER_DAYS = 30
# A reminder whose day has passed by a move may leave so long after it; any other until the event.
OVERTAKEN_HOURS = 1


class EventQuerySet(models.QuerySet["Event"]):
    """Words on events."""

    def within(self, scope: Scope) -> "EventQuerySet":
        """Narrow to the programme's events: all, those a user writes, and those a user hosts."""
        here = self.filter(scope.here())
        if scope.may("event.all"):
            return here
        hosted = Event.hosts.through.objects.filter(user=scope.user_id).values("event")
        return here.filter(_own(scope) | Q(pk__in=hosted))

    def written_in(self, scope: Scope) -> "EventQuerySet":
        """Narrow to the events that a user may change: all, or those of own regions and streams."""
        here = self.filter(scope.here())
        return here if scope.may("event.all") else here.filter(_own(scope))

    def upcoming(self, today: date) -> "EventQuerySet":
        """Narrow to what is today or later, the next first."""
        return self.filter(held_on__gte=today).order_by("held_on", "from_time", "pk")

    def past(self, today: date) -> "EventQuerySet":
        """Narrow to what was before today, the latest first."""
        return self.filter(held_on__lt=today).order_by("-held_on", "-from_time", "-pk")


def _own(scope: Scope) -> Q:
    regions = () if scope.regions is None else scope.regions
    streams = () if scope.streams is None else scope.streams
    return Q(site__region__in=regions) | Q(stream__in=streams)


class Event(About):
    """Something at one site and day, between two hours on the clocks there.

    ``invitation`` holds audience and schedule; the event is public while a version of it has been
    approved. ``reminder`` goes to who is registered, ``remind_days`` before. ``uid`` names it in
    calendars for good, and ``sequence`` rises with each change of day, hours or place.
    """

    class Kind(models.TextChoices):
        SITE = "site", _("Site event")
        TRAINING = "training", _("Training")
        MEETUP = "meetup", _("Meet-up")

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="events", verbose_name=_("programme")
    )
    slug = models.SlugField(_("address"), max_length=80, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.SITE)
    stream = models.ForeignKey(
        "programmes.Stream",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("stream"),
    )
    site = models.ForeignKey(
        "programmes.Site", models.PROTECT, related_name="events", verbose_name=_("site")
    )
    room = models.CharField(_("room"), max_length=120)
    directions = models.CharField(_("how to get there"), max_length=200, blank=True)
    held_on = models.DateField(_("day"))
    from_time = models.TimeField(_("from"), default=time(9))
    until_time = models.TimeField(_("until"), default=time(12))
    capacity = models.PositiveIntegerField(
        _("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)]
    )
    title = models.CharField(_("title"), max_length=120)
    what = models.TextField(_("description"), max_length=1000)
    agenda = models.TextField(
        _("agenda"), max_length=3000, blank=True, help_text=_("One item per line.")
    )
    invitation = models.OneToOneField(
        "communications.Message", models.PROTECT, related_name="event", editable=False
    )
    reminder = models.OneToOneField(
        "communications.Message",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reminded_event",
        editable=False,
    )
    remind_days = models.PositiveSmallIntegerField(
        _("reminder (days before)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_REMINDER_DAYS)],
    )
    hosts = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="hosted_events", verbose_name=_("hosts")
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index("programme", "held_on", name="event_by_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_time__gt=models.F("from_time")),
                name="event_ends_after_it_begins",
                violation_error_message=_("The event must end after it begins, on the same day."),
            )
        ]

    def __str__(self) -> str:
        return self.title or getattr(self, column_of("title", SOURCE_LANGUAGE)) or self.slug

    def clean(self) -> None:
        """Raise ValidationError if the stream is one of another programme."""
        if self.stream and self.stream.programme_id != self.programme_id:
            raise ValidationError({"stream": _("Choose a stream of this programme.")})

    @property
    def starts_at(self) -> datetime:
        """Return the instant (UTC) at which it begins, by the clocks of its site."""
        return instant(self.held_on, self.from_time, self.site.time_zone)

    @property
    def ends_at(self) -> datetime:
        """Return the instant (UTC) at which it ends."""
        return instant(self.held_on, self.until_time, self.site.time_zone)

    @property
    def is_reminder_overtaken(self) -> bool:
        """Tell whether a move left the reminder no time: it is cancelled as too late."""
        return self.reminder is not None and self.reminder.latest_hours == OVERTAKEN_HOURS

    def is_open(self, now: datetime) -> bool:
        """Tell whether people may still register or cancel."""
        return self.cancelled_at is None and now < self.starts_at
