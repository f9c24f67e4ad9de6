"""A decision on exactly one content of an adaptation, apart from that of its message."""

from typing import Any, cast

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from communications.messages.models.adaptation import Adaptation
from communications.messages.models.adapted import AdaptedContent
from communications.messages.models.message import Message
from communications.messages.models.version import Version, VersionQuerySet
from programmes.models import Programme
from programmes.scope import Scope


class AdaptationVersionQuerySet(VersionQuerySet["AdaptationVersion"]):
    """Words on versions of adaptations."""

    def within(self, scope: Scope) -> "AdaptationVersionQuerySet":
        """Narrow to those of adaptations in view; who reads no drafts sees what stands.

        So does who leads a stream: of other drafts than their own they see nothing.
        """
        adaptations = Adaptation.objects.within(scope).order_by().values("pk")
        here = self.filter(adaptation__in=adaptations)
        return here if scope.reads_drafts and not scope.led else here.standing()


class AdaptationVersion(Version):
    """One version of an adaptation as it was shown for decision, frozen.

    At most one of an adaptation waits, and at most one stands approved.
    """

    adaptation = models.ForeignKey(
        "communications.Adaptation", models.CASCADE, related_name="versions"
    )

    objects = AdaptationVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of an adaptation")
        verbose_name_plural = _("versions of adaptations")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint("adaptation", "version", name="adapted_version_once"),
            models.UniqueConstraint(
                "adaptation",
                condition=models.Q(state="waiting"),
                name="one_adapted_version_waits",
            ),
            models.UniqueConstraint(
                "adaptation",
                condition=models.Q(state="approved"),
                name="one_adapted_version_stands",
            ),
        ]

    # What was parsed last, and what became of it.
    _parsed: tuple[object, AdaptedContent] | None = None

    def __str__(self) -> str:
        return f"{self.adaptation}, {self.version}"

    @property
    def frozen(self) -> AdaptedContent:
        """Return the content, parsed once as long as it is not replaced.

        Raises:
            KeyError, TypeError: it is broken, or of a later version.
        """
        if self._parsed is None or self._parsed[0] is not self.content:
            parsed = AdaptedContent.from_json(cast(dict[str, Any], self.content))
            self._parsed = (self.content, parsed)
        return self._parsed[1]

    @property
    def title(self) -> str:
        """Return what it is called: the message, and whom it is for."""
        values = {"title": self.message.title, "people": self.adaptation}
        return gettext("“%(title)s” for %(people)s") % values

    @property
    def message(self) -> Message:
        """Return the message that it is a version of."""
        return self.adaptation.message

    @property
    def is_where_it_was(self) -> bool:
        """Tell whether its adaptation still has the criteria that were approved."""
        return self.frozen.criteria.places == self.adaptation.places

    @property
    def authors(self) -> frozenset[int | None]:
        """Return the ids of those who wrote it or asked for it, and so do not decide on it."""
        return super().authors | {self.adaptation.written_by_id}

    @property
    def programme(self) -> Programme:
        """Return its programme."""
        return self.message.programme
