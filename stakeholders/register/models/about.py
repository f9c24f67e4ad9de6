"""What an action on the plan is about: the part of people's own change that it tells them of."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """A part of the way of a wave."""

    BEFORE = "before", _("Before the go-live")
    GO_LIVE = "go_live", _("The go-live")
    AFTER = "after", _("After the go-live")


class About(models.Model):
    """Which impacts, services or stage of a wave an action informs people about.

    It says what the action is and nothing that people read, so that no approval depends on it: it
    may be said of what was sent long ago. With a stage it is about each reader's own wave.
    """

    answers: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "stakeholders.Impact", blank=True, related_name="%(class)ss", verbose_name=_("answers")
    )
    services: "models.ManyToManyField[Any, Any]" = models.ManyToManyField(
        "programmes.Service", blank=True, related_name="%(class)ss", verbose_name=_("services")
    )
    stage = models.CharField(
        _("stage of the wave"), max_length=8, choices=Stage, blank=True, default="", db_default=""
    )

    class Meta:
        abstract = True
