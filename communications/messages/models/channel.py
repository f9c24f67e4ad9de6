"""The channels of a programme beside mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from encrypted_fields.fields import EncryptedTextField

from programmes.scope import Scope

# How the encrypted form of a text begins: it is what comes back when no key reads it any more.
ENCRYPTED = "gAAAAA"


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Words on channels."""

    def within(self, scope: Scope) -> "ChannelQuerySet":
        """Narrow to the programme's channels that reach a region in view."""
        found = self.filter(scope.here())
        if scope.regions is None:
            return found
        regions = list(scope.regions)
        reaches = models.Q(regions__in=regions) | models.Q(sites__region__in=regions)
        return found.filter(reaches).distinct()

    def active(self) -> "ChannelQuerySet":
        """Leave out those that are switched off."""
        return self.filter(is_active=True)


class Channel(models.Model):
    """Where a group of people is told at once: a chat, an intranet, a system, or a wall.

    It reaches the people of its sites and of its regions; whom of them it has reached, nobody
    knows, so that reach by it is possible, never measured. ``address`` and ``secret`` are
    encrypted in the database and never shown again.
    """

    class Kind(models.TextChoices):
        TEAMS = "teams", "Microsoft Teams"
        SLACK = "slack", "Slack"
        WECOM = "wecom", "WeCom"
        DINGTALK = "dingtalk", "DingTalk"
        FEISHU = "feishu", "Feishu"
        WEBHOOK = "webhook", _("Webhook")
        FEED = "feed", _("Intranet feed")
        BY_HAND = "by_hand", _("By hand")

    programme = models.ForeignKey("programmes.Programme", models.CASCADE, related_name="channels")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(_("language"), max_length=12)
    regions = models.ManyToManyField(
        "programmes.Region", blank=True, related_name="+", verbose_name=_("regions")
    )
    sites = models.ManyToManyField(
        "programmes.Site", blank=True, related_name="+", verbose_name=_("sites")
    )
    address = EncryptedTextField(_("address"), blank=True, null=True)
    secret = EncryptedTextField(_("secret"), blank=True, null=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "programme",
                "name",
                name="channel_name_once",
                violation_error_message=_(
                    "A channel with this name already exists. Choose another name."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_address(self) -> bool:
        """Tell whether there is an address that can be read."""
        return bool(self.address) and not is_lost(self.address)

    @property
    def has_secret(self) -> bool:
        """Tell whether there is a secret that can be read."""
        return bool(self.secret) and not is_lost(self.secret)

    @property
    def is_lost(self) -> bool:
        """Tell whether address or secret can no longer be read: the portal's key has changed."""
        return is_lost(self.address) or is_lost(self.secret)


def is_lost(text: str | None) -> bool:
    """Tell whether this is what no key reads any more."""
    return (text or "").startswith(ENCRYPTED)
