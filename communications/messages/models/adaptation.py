"""A message as some of its people are told it: in other words, its substance kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communications.messages.models.adapted import AdaptedCriteria
from communications.messages.models.message import Message
from programmes.models import Site, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE, column_of
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule

PLACES = ("region", "site", "business_line", "persona")


def made_from(subject: str, body: str, key_points: str) -> str:
    """Return the fingerprint of what adaptations are made from: the core's English, its points."""
    points = "\n".join(points_in(key_points))
    return fingerprint({"subject": subject, "body": body, "key_points": points})


def points_in(key_points: str) -> list[str]:
    """Return key points, which are written one a line."""
    return [point for line in key_points.splitlines() if (point := line.strip())]


def core_of(message: Message) -> str:
    """Return that fingerprint of a message as it is written now."""
    texts = (getattr(message, column_of(name, SOURCE_LANGUAGE)) for name in ("subject", "body"))
    subject, body = (text or "" for text in texts)
    return made_from(subject, body, message.key_points)


class AdaptationQuerySet(models.QuerySet["Adaptation"]):
    """Words on adaptations."""

    def within(self, scope: Scope) -> "AdaptationQuerySet":
        """Narrow to those of messages in view, without those for places out of view.

        Who leads a stream sees what is approved, what they made and, with a region beside the
        stream, what that brings into view.
        """
        messages = Message.objects.within(scope).order_by().values("pk")
        here = self.filter(message__in=messages)
        if scope.led:
            here = here.filter(self._of_leader(scope))
        if scope.regions is None:
            return here
        anywhere = Q(region=None, site=None)
        there = Q(region__in=scope.regions) | Q(site__region__in=scope.regions)
        return here.filter(anywhere | there)

    def _of_leader(self, scope: Scope) -> Q:
        standing = Adaptation.objects.filter(versions__state="approved")
        seen = Q(written_by=scope.user_id) | Q(pk__in=standing.order_by().values("pk"))
        if scope.regions is not None:
            there = Adaptation.objects.within(scope.of_plan)
            seen |= Q(pk__in=there.order_by().values("pk"))
        return seen

    def drafts_within(self, scope: Scope) -> "AdaptationQuerySet":
        """Narrow to those that somebody sees as they are written now: readers of drafts, writers.

        Who reads no drafts writes those whose people are all in their regions, or made them for a
        stream.
        """
        here = self.within(scope)
        if scope.reads_drafts and not scope.led:
            return here
        if not scope.may("adaptation.write"):
            return here.none()
        mine = Q(written_by=scope.user_id) if scope.streams else Q(pk__in=())
        if scope.regions is not None:
            mine |= Q(region__in=scope.regions) | Q(site__region__in=scope.regions)
        return here.filter(mine)

    def with_places(self) -> "AdaptationQuerySet":
        """Load what their criteria name too."""
        return self.select_related("message__programme", *PLACES)


class Adaptation(models.Model):
    """What the people of a region, site, business line or persona are told in place of the core.

    Where several of these are named, people must be in each. Its texts, in any language, are made
    from the English of the message. Without ``has_email`` its people get no email of the message.
    """

    message = models.ForeignKey(
        "communications.Message", models.CASCADE, related_name="adaptations"
    )
    region = models.ForeignKey(
        "programmes.Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    site = models.ForeignKey(
        "programmes.Site",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("site"),
    )
    business_line = models.ForeignKey(
        "programmes.BusinessLine",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("business line"),
    )
    persona = models.ForeignKey(
        "stakeholders.Persona",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("persona"),
    )
    has_email = models.BooleanField(_("by email too"), default=True)
    subject = models.CharField(_("subject"), max_length=160, blank=True)
    body = models.TextField(_("text"), blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # Ids of the users who have chosen its people since a version was approved.
    editors: "models.JSONField[Any, Any]" = models.JSONField(
        default=list, db_default=[], blank=True, editable=False
    )

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        verbose_name = _("adaptation")
        verbose_name_plural = _("adaptations")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "message",
                *(Coalesce(name, 0) for name in PLACES),
                name="one_adaptation_for_the_same",
            ),
            models.CheckConstraint(
                condition=Q(site=None) | Q(region=None), name="adaptation_site_or_region"
            ),
            models.CheckConstraint(
                condition=~Q(**dict.fromkeys(PLACES, None)), name="adaptation_for_somebody"
            ),
        ]

    def __str__(self) -> str:
        places = (self.site, self.region, self.business_line, self.persona)
        return ", ".join(str(place) for place in places if place)

    def clean(self) -> None:
        """Raise ValidationError unless it names somebody, and one place at most."""
        if not any(getattr(self, f"{name}_id") for name in PLACES):
            raise ValidationError(
                _("Choose a region, a site, a business line or a persona, or several of these.")
            )
        if self.site_id and self.region_id:
            raise ValidationError({"region": _("The site is enough. Clear the region.")})
        same = {f"{name}_id": getattr(self, f"{name}_id") for name in PLACES}
        others = Adaptation.objects.filter(message=self.message_id, **same).exclude(pk=self.pk)
        if others.exists():
            # Somebody else's draft may be out of the reader's view.
            words = _("There is an adaptation for exactly these people. Edit it, or choose others.")
            raise ValidationError(words)

    @property
    def places(self) -> tuple[int | None, ...]:
        """Return the ids of what its criteria name, in the order of ``PLACES``."""
        return tuple(getattr(self, f"{name}_id") for name in PLACES)

    def is_at(self, site: Site) -> bool:
        """Tell whether it may mean people of a site: it names the site, its region, or no place."""
        if self.site_id:
            return self.site_id == site.pk
        return self.region_id in (None, site.region_id)

    def add_editor(self, user: int) -> None:
        """Note, without saving, that a user by their id has a hand in what is approved next."""
        if user not in self.editors:
            self.editors = [*self.editors, user]

    def criteria(self) -> AdaptedCriteria:
        """Return its criteria, with the rule that its persona has now."""
        persona = self.persona.rule() if self.persona else None
        return AdaptedCriteria(
            region=self.region_id,
            site=self.site_id,
            business_line=self.business_line_id,
            persona=persona,
        )

    def rule(self) -> Rule:
        """Return its people as a rule of its own, whatever that of its message is."""
        return self.criteria().rule(self.message.programme_id)

    def text_source(self) -> str:
        """Return the fingerprint of what its texts are made from."""
        return core_of(self.message)
