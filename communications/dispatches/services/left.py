"""Keeping when messages left at sites whose go-live moves afterwards."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from communications.dispatches.queries.left import left_at_sites
from communications.messages.models import Approval, Message
from communications.messages.queries.content import due_of
from programmes.models import WaveSite
from programmes.queries.shift import Shift
from programmes.scope import EVERYTHING

# The ids of sites by that of a message, as JSON has it.
Kept = dict[str, list[int]]


def keep_left(shift: Shift) -> Kept | None:
    """Write the present moments of messages at the sites that they have left for; return these.

    A moment that an earlier move has kept stays. None where there is nothing to keep.
    """
    programme = shift.wave.programme_id
    begun = defaultdict(set)
    for message, site in left_at_sites(shift.sites, replace(EVERYTHING, programme=programme)):
        begun[message].add(site)
    versions = Approval.objects.filter(message__in=begun).once_given().order_by("version")
    latest = {version.message_id: version for version in versions.select_related("message")}
    kept = {
        str(pk): _keep(version, [one for one in shift.places if one.site_id in begun[pk]])
        for pk, version in latest.items()
    }
    return {pk: sites for pk, sites in kept.items() if sites} or None


def _keep(version: Approval, places: list[WaveSite]) -> list[int]:
    message, schedule = version.message, version.frozen.schedule
    if schedule.fixed_on is not None:
        return []
    dues = {place.site_id: due_of(schedule, place) for place in places}
    new = {site: due for site, due in dues.items() if due and str(site) not in message.left_at}
    message.left_at |= {str(site): due.at.isoformat() for site, due in new.items()}
    message.save(update_fields=["left_at"])
    return list(new)


def forget_left(kept: Mapping[str, list[int]]) -> None:
    """Let these messages have the moments that follow from the go-live again."""
    for message in Message.objects.select_for_update().filter(pk__in=kept):
        for site in kept[str(message.pk)]:
            message.left_at.pop(str(site), None)
        message.save(update_fields=["left_at"])
