"""Reading a text before it is decided on: who was asked, what they said about which passage."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from communications.messages.models.adaptation import PLACES, Adaptation
from communications.messages.models.channel_text import ChannelText, form_label
from communications.messages.models.message import Message
from programmes.design.formats import comma
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.scope import Scope
from stakeholders.models import Role

ASKED, DONE, CALLED_OFF = "asked", "done", "called_off"


def open_to(scope: Scope) -> models.Q:
    """Return the condition on reviews that the user was asked for, or of drafts they see."""
    own = models.Q(reviewer=scope.user_id) & ~models.Q(state=CALLED_OFF)
    return own | of_drafts(scope)


def of_drafts(scope: Scope) -> models.Q:
    """Return the condition on reviews that a reader sees their text as it is written now."""
    adaptations = Adaptation.objects.drafts_within(scope).order_by().values("pk")
    adapted = models.Q(adaptation__in=adaptations)
    if not scope.reads_drafts:
        return adapted
    seen = Message.objects.within(scope).order_by().values("pk")
    return adapted | models.Q(adaptation=None, message__in=seen)


def is_here() -> models.Q:
    """Return the condition on reviews that their reviewer has a role in the programme still."""
    programme = models.OuterRef("message__programme")
    roles = Role.objects.filter(user=models.OuterRef("reviewer"), programme=programme)
    return models.Q(models.Exists(roles), reviewer__is_active=True)


class ReviewQuerySet(models.QuerySet["Review"]):
    """Words on reviews."""

    def within(self, scope: Scope) -> "ReviewQuerySet":
        """Narrow to the reader's own, and those of texts whose drafts the reader sees.

        Whoever is asked reads that text alone, whatever else of the message they may see.
        """
        return self.filter(scope.here("message__programme")).filter(open_to(scope))

    def with_texts(self) -> "ReviewQuerySet":
        """Load what names their texts too."""
        places = (f"adaptation__{name}" for name in PLACES)
        return self.select_related("message__programme", "adaptation", *places)

    def of_text(self, adaptation: int | None, form: str) -> "ReviewQuerySet":
        """Keep those of one text in any language: that of a form, empty for the email."""
        return self.filter(adaptation=adaptation, form=form)

    def standing(self) -> "ReviewQuerySet":
        """Leave out those that were called off."""
        return self.exclude(state=CALLED_OFF)

    def open(self) -> "ReviewQuerySet":
        """Keep those that somebody has and has not finished.

        Nobody has what was asked of who left the programme since: it waits for another reader.
        """
        return self.filter(state=ASKED).filter(is_here())

    def in_hand(self) -> "ReviewQuerySet":
        """Keep those that somebody has or has finished, wherever they are since."""
        return self.filter(models.Q(is_here(), state=ASKED) | models.Q(state=DONE))


class Review(models.Model):
    """One person asked to read one text, named by message and language; empty is the English.

    It is the text of an ``adaptation`` if that is named, else of the message itself; of a channel
    if ``form`` is, else the email.

    ``asked_fingerprint`` is that of the text when it was asked, ``read_fingerprint`` of the one
    that was reviewed: once the text is another, the review counts no longer. ``read_text`` is the
    one that was reviewed, by field.
    """

    class Checks(models.TextChoices):
        FACTS = "facts", _("the facts")
        USER = "user", _("as a user")
        PROVIDER = "provider", _("the provider’s facts")
        NATIVE = "native", _("as a native reader")

    class State(models.TextChoices):
        ASKED = ASKED, _("Has it")
        DONE = DONE, _("Reviewed")
        CALLED_OFF = CALLED_OFF, _("Cancelled")

    message = models.ForeignKey("communications.Message", models.CASCADE, related_name="reviews")
    adaptation = models.ForeignKey(
        "communications.Adaptation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="reviews",
        verbose_name=_("adaptation"),
    )
    form = models.CharField(
        _("channel"),
        max_length=6,
        choices=ChannelText.Form.choices,
        blank=True,
        default="",
        db_default="",
    )
    language = models.CharField(_("language"), max_length=12, blank=True, default="")
    checks = models.CharField(_("checks"), max_length=8, choices=Checks.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="reviews",
        verbose_name=_("reviewer"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    due_on = models.DateField(_("due"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    asked_fingerprint = models.CharField(max_length=64)
    read_fingerprint = models.CharField(max_length=64, blank=True, default="")
    read_text: "models.JSONField[dict[str, str], dict[str, str]]" = models.JSONField(
        default=dict, db_default={}, blank=True, editable=False
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                "message",
                Coalesce("adaptation", 0),
                "form",
                "language",
                "reviewer",
                "checks",
                condition=models.Q(state=ASKED),
                name="one_review_is_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.message}, {self.code}: {self.reviewer or '–'}"

    @property
    def code(self) -> str:
        """Return the language of the text that is read."""
        return self.language or SOURCE_LANGUAGE

    @property
    def text(self) -> tuple[int | None, str]:
        """Return which of the texts of its message it is about, in whatever language."""
        return self.adaptation_id, self.form

    @property
    def part(self) -> str:
        """Return how this text is told from the email of its message, which needs no word."""
        form = form_label(self.form, bool(self.adaptation_id)) if self.form else ""
        return comma().join(filter(None, [str(self.adaptation or ""), form]))

    @property
    def title(self) -> str:
        """Return what its text is called in a list, apart from the language."""
        return f"{self.message.title} ({self.part})" if self.part else self.message.title

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has it and has not finished."""
        return self.state == ASKED

    def counts_for(self, fingerprint: str) -> bool:
        """Tell whether somebody has read exactly the text of this fingerprint."""
        return self.state == DONE and self.read_fingerprint == fingerprint


class ReviewCommentQuerySet(models.QuerySet["ReviewComment"]):
    """Words on comments."""

    def within(self, scope: Scope) -> "ReviewCommentQuerySet":
        """Narrow to those on reviews in view."""
        reviews = Review.objects.within(scope).order_by().values("pk")
        return self.filter(review__in=reviews)

    def open(self) -> "ReviewCommentQuerySet":
        """Keep those that nobody has resolved; answers go with what they answer."""
        return self.filter(parent=None, resolved_at=None)


class ReviewComment(models.Model):
    """What somebody says about a passage, which is quoted; with ``parent`` it is an answer."""

    review = models.ForeignKey("communications.Review", models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="answers"
    )
    passage = models.TextField(_("passage"), blank=True)
    words = models.TextField(_("comment"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(_("written"))
    mentioned = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = ReviewCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("review comment")
        verbose_name_plural = _("review comments")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.words
