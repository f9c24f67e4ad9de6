"""Impacts of the demonstration: what changes when, who confirmed it, and what covers it."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from communications.messages.services.answer import answer_impact
from communications.models import Message
from events.models import Event
from onelift.demo import catalogue
from onelift.demo.catalogue import message_text
from programmes.models import BusinessLine, Programme, Service, Site
from stakeholders.models import Impact, Persona, Role, User
from stakeholders.register.models.about import Stage
from stakeholders.register.services.impact import accept_impact, confirm_impact, save_impact

DAY = timedelta(days=1)
# Which stage of their wave these messages tell people of.
STAGES = {
    "announcement": Stage.BEFORE,
    "week_before": Stage.BEFORE,
    "day_one": Stage.GO_LIVE,
    "after_two_weeks": Stage.AFTER,
}
WRITTEN, CONFIRMED, CHANGED = 20 * DAY, 12 * DAY, 3 * DAY


def make_impacts(
    programme: Programme,
    personas: Mapping[str, Persona],
    services: Mapping[str, Service],
    now: datetime,
) -> None:
    """Write down what changes, for whom and where, and who has confirmed it."""
    leaders = _leaders(programme)
    for values in _written(programme, personas):
        more = catalogue.register()["impacts"]["more"].get(values["name"], {})
        leader = leaders[values["stream"].pk]
        values |= _values(programme, services, more, leader)
        impact = save_impact(Impact(programme=programme), values, leader, now - WRITTEN)
        if why := more.get("accepted"):
            accept_impact(impact, why, leader, now - CONFIRMED)
    _confirm(programme, leaders, now)


def answer_impacts(programme: Programme) -> None:
    """Say which of the messages and events are about which impacts."""
    messages = {message.purpose: message for message in Message.objects.filter(programme=programme)}
    impacts = {impact.name: impact for impact in Impact.objects.of(programme)}
    for row in catalogue.register()["impacts"]["rows"]:
        for key in row[-1]:
            answer_impact(messages[message_text(key).purpose], impacts[row[0]])
    for name, more in catalogue.register()["impacts"]["more"].items():
        for event in Event.objects.filter(site__name=more.get("event", "")):
            answer_impact(event.invitation, impacts[name])


def say_stages(programme: Programme) -> None:
    """Say of which stage of their wave messages and events inform people."""
    for key, stage in STAGES.items():
        purpose = message_text(key).purpose
        Message.objects.filter(programme=programme, purpose=purpose).update(stage=stage)
    days = Event.objects.filter(programme=programme, kind=Event.Kind.SITE)
    days.update(stage=Stage.GO_LIVE)


def _leaders(programme: Programme) -> dict[int | None, User]:
    roles = Role.objects.filter(programme=programme, kind=Role.Kind.STREAM_LEADER)
    return {role.stream_id: role.user for role in roles.select_related("user")}


def _written(programme: Programme, personas: Mapping[str, Persona]) -> Iterator[dict[str, Any]]:
    sites = {site.name: site for site in Site.objects.all()}
    streams = {stream.name: stream for stream in programme.streams.all()}
    for row in catalogue.register()["impacts"]["rows"]:
        name, dimension, severity, before, after, benefit, stream, whom, where, _keys = row
        yield {
            "name": name,
            "dimension": dimension,
            "severity": severity,
            "before": before,
            "after": after,
            "benefit": benefit,
            "stream": streams[stream],
            "personas": [personas[key] for key in whom],
            "sites": [sites[site] for site in where],
        }


def _values(
    programme: Programme, services: Mapping[str, Service], more: Mapping[str, Any], leader: User
) -> dict[str, Any]:
    contacts = programme.support_contacts.select_related("site")
    named = [one for one in contacts if (one.site.name if one.site else "") in _listed(more)]
    owner = more.get("owner")
    return {
        "wave": programme.waves.filter(name=more.get("wave", "")).first(),
        "offset_days": more.get("offset_days", 0),
        "until_days": more.get("until_days"),
        "service": services.get(more.get("service", "")),
        "risk": more.get("risk", ""),
        "owner": User.objects.get(email=f"{owner}@onelift.example") if owner else leader,
        "business_lines": BusinessLine.objects.filter(name__in=more.get("lines", ())),
        "supports": named,
    }


def _listed(more: Mapping[str, Any]) -> list[str]:
    found: list[str] = more.get("supports", [])
    return found


def _confirm(programme: Programme, leaders: Mapping[int | None, User], now: datetime) -> None:
    said = catalogue.register()["impacts"]["words"]
    impacts = {impact.name: impact for impact in Impact.objects.of(programme).with_names()}
    for name, impact in impacts.items():
        if name not in said["unread"]:
            confirm_impact(impact, None, leaders[impact.stream_id], now - CONFIRMED)
    for key, names in said["regions"].items():
        user = User.objects.get(email=f"{key}@onelift.example")
        for name in names:
            confirm_impact(impacts[name], user.roles.get().region, user, now - CONFIRMED)
    for name in said["changed"]:
        impact = impacts[name]
        save_impact(impact, {"severity": impact.severity - 1}, impact.owner, now - CHANGED)
