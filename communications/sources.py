"""Where the pump gets the people and the personal parts of what it sends.

A higher floor registers its source from a module named ``sources``; the pump knows sources only
by the key that the message holds.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from communications.models import Delivery, Dispatch, Message
from programmes.models import WaveSite
from stakeholders.models.audience import people_of
from stakeholders.models.person import PersonQuerySet


class Source:
    """What a plain message needs, and what other sources may change."""

    key = "message"
    placeholders: frozenset[str] = frozenset()

    def people(self, message: Message, rule: dict[str, Any]) -> PersonQuerySet:
        """Return the people whom an approved audience rule means now."""
        return people_of(rule)

    def content(self, message: Message) -> dict[str, Any]:
        """Return what else people are shown, so that an approval is bound to it too."""
        return {}

    def page(self, message: Message) -> str:
        """Return the address where the message is changed, if it belongs to something else."""
        return ""

    def planned(self, dispatch: Dispatch, wave_site: WaveSite, now: datetime) -> None:
        """Do what must be done once rows of a site have been planned, in the same transaction."""

    def context(self, deliveries: Sequence[Delivery], now: datetime) -> dict[int, dict[str, str]]:
        """Return the values of the source's own placeholders, keyed by delivery id.

        It is called for each batch before the first mail, and again when a batch is tried again:
        it must give the same values.
        """
        return {delivery.pk: {} for delivery in deliveries}


_SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known under its key."""
    _SOURCES[source.key] = source


def source_of(message: Message) -> Source:
    """Return the source that the message names.

    Raises:
        KeyError: no installed app registers that source.
    """
    return _SOURCES[message.source]


register(Source())
