"""What is told to a group at once: one post of a dispatch on one of its channels."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from communications.mailroom.models.ledger import Posting
from communications.messages.models.channel import Channel
from programmes.scope import Scope


class PostQuerySet(models.QuerySet["Post"]):
    """Words on posts."""

    def within(self, scope: Scope) -> "PostQuerySet":
        """Narrow to the programme's posts that reach a site in view."""
        here = self.filter(scope.here("dispatch__message__programme"))
        if scope.regions is None:
            return here
        places = Post.sites.through._default_manager.filter(site__region__in=scope.regions)
        return here.filter(pk__in=places.values("post"))

    def to_be_sent(self) -> "PostQuerySet":
        """Leave out what somebody posts by hand."""
        return self.exclude(channel__kind=Channel.Kind.BY_HAND)

    def by_hand(self) -> "PostQuerySet":
        """Keep what somebody posts by hand."""
        return self.filter(channel__kind=Channel.Kind.BY_HAND)


class Post(Posting):
    """One message on one channel of a group, from plan to outcome.

    ``sites`` are those of the channel that the message concerns, as they were when it was planned
    or moved. ``latest_at`` is the instant after which it is not posted any more; ``approval`` is
    the version that was posted; ``place`` is where somebody has posted it by hand. Whom of the
    people there it has reached, nobody knows.
    """

    WRITTEN_AT_BEGIN = (*Posting.WRITTEN_AT_BEGIN, "approval_id")

    dispatch = models.ForeignKey("communications.Dispatch", models.CASCADE, related_name="posts")
    channel = models.ForeignKey("communications.Channel", models.PROTECT, related_name="posts")
    approval = models.ForeignKey(
        "communications.Approval", models.PROTECT, null=True, related_name="+"
    )
    sites = models.ManyToManyField("programmes.Site", related_name="+")
    latest_at = models.DateTimeField()
    place = models.CharField(_("place"), max_length=200, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [models.UniqueConstraint("dispatch", "channel", name="post_once")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.state}"
