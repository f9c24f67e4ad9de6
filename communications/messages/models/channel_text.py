"""What a message says on a channel of its own: in a chat, on a poster, in talking points."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.messages.models.adaptation import Adaptation, core_of
from communications.messages.models.message import Message
from programmes.scope import Scope


class ChannelTextQuerySet(models.QuerySet["ChannelText"]):
    """Words on texts of channels."""

    def within(self, scope: Scope) -> "ChannelTextQuerySet":
        """Narrow to those of messages in view, and of adaptations in view."""
        messages = Message.objects.within(scope).order_by().values("pk")
        adaptations = Adaptation.objects.within(scope).order_by().values("pk")
        seen = Q(adaptation=None) | Q(adaptation__in=adaptations)
        return self.filter(seen, message__in=messages)


class ChannelText(models.Model):
    """The text of one form, of the message itself or of one of its adaptations.

    ``FIELDS`` names the fields that a form has. Those of a message are translated from the English
    of the form, those of an adaptation are made from the English of the message, as the English of
    a form is. One that ``is_proposed`` was cut from the message, and nobody has looked at it yet.
    """

    class Form(models.TextChoices):
        CHAT = "chat", _("Chat")
        POST = "post", _("Group post")
        POSTER = "poster", _("Poster")
        FLYER = "flyer", _("Flyer")
        POINTS = "points", _("Talking points")
        SLIDES = "slides", _("Slides")
        NOTICE = "notice", _("Short notice")

    SHEET = ("headline", "first", "second", "third", "action", "spot")
    # What hangs on a wall or lies in a hand: nothing there can be clicked.
    PAPER = (Form.POSTER, Form.FLYER, Form.NOTICE)
    FIELDS: dict[str, tuple[str, ...]] = {
        Form.CHAT: ("body",),
        Form.POST: ("headline", "body"),
        Form.POSTER: SHEET,
        Form.FLYER: SHEET,
        Form.POINTS: ("headline", "body"),
        Form.SLIDES: ("headline", "body"),
        Form.NOTICE: ("headline", "body", "spot"),
    }

    message = models.ForeignKey(
        "communications.Message", models.CASCADE, related_name="channel_texts"
    )
    adaptation = models.ForeignKey(
        "communications.Adaptation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="channel_texts",
    )
    form = models.CharField(_("channel"), max_length=6, choices=Form.choices)
    headline = models.CharField(_("headline"), max_length=160, blank=True)
    first = models.CharField(_("first point"), max_length=200, blank=True)
    second = models.CharField(_("second point"), max_length=200, blank=True)
    third = models.CharField(_("third point"), max_length=200, blank=True)
    action = models.CharField(_("what to do"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    spot = models.CharField(_("where"), max_length=200, blank=True)
    copies = models.PositiveSmallIntegerField(_("copies at each site"), null=True, blank=True)
    is_proposed = models.BooleanField(default=False, db_default=False, editable=False)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ChannelTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a channel")
        verbose_name_plural = _("texts of channels")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "message", "form", condition=Q(adaptation=None), name="one_text_a_channel"
            ),
            models.UniqueConstraint("adaptation", "form", name="one_text_a_channel_adapted"),
        ]

    def __str__(self) -> str:
        return f"{self.message}, {self.get_form_display()}"

    @property
    def is_paper(self) -> bool:
        """Tell whether it is printed."""
        return self.form in self.PAPER

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the names of the translated fields that its form has."""
        return self.FIELDS[self.form]

    def text_source(self) -> str:
        """Return the fingerprint of what its texts are made from, if that is not its English."""
        return core_of(self.message) if self.adaptation_id else ""


# What teams read out to each other of an adaptation is called so, see ``FIELDS``.
BRIEFING = _("Shift briefing")


def form_label(form: str, is_adapted: bool) -> str:
    """Return what the text of a form is called, of a message or of an adaptation."""
    is_briefing = is_adapted and form == ChannelText.Form.POINTS
    return str(BRIEFING if is_briefing else ChannelText.Form(form).label)
