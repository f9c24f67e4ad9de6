"""The register of the demonstration: who has a say, how they were reviewed, and what changes."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from communications.messages.services.answer import answer_impact
from communications.models import Message
from onelift.demo import catalogue
from onelift.demo.catalogue import message_text
from programmes.models import Programme, Region, Site, Stream
from stakeholders.models import Impact, Persona, Stakeholder, User
from stakeholders.register.services.impact import save_impact
from stakeholders.register.services.stakeholder import save_stakeholder

DAY = timedelta(days=1)


def make_register(programme: Programme, personas: Mapping[str, Persona], now: datetime) -> None:
    """Write down the stakeholders as they were reviewed one time after the other."""
    for text in catalogue.register()["stakeholder"]:
        stakeholder = Stakeholder(programme=programme)
        interest_wanted, engagement_wanted = text["wanted"]
        lasting = {
            "name": text["name"],
            "kind": text.get("kind", Stakeholder.Kind.GROUP),
            "part": text.get("part", ""),
            "size": text.get("size"),
            "persona": personas.get(text.get("persona", "")),
            "region": Region.objects.filter(name=text.get("region", "")).first(),
            "stream": Stream.objects.of(programme).filter(name=text.get("stream", "")).first(),
            "notes": text.get("notes", ""),
            "interest_wanted": interest_wanted,
            "engagement_wanted": engagement_wanted,
            **_plans(text, now),
        }
        for days, power, interest, engagement, reason in text["reviews"]:
            judged = {"power": power, "interest": interest, "engagement": engagement}
            owner = lasting["owner"]
            save_stakeholder(stakeholder, lasting | judged, owner, now + days * DAY, reason)


def _plans(text: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    action, days = text.get("next", ("", None))
    return {
        "owner": User.objects.get(email=f"{text['owner']}@onelift.example"),
        "next_action": action,
        "next_action_on": None if days is None else now.date() + days * DAY,
    }


def make_impacts(programme: Programme, personas: Mapping[str, Persona]) -> None:
    """Write down what changes, for whom and where."""
    sites = {site.name: site for site in Site.objects.all()}
    streams = {stream.name: stream for stream in programme.streams.all()}
    for row in catalogue.register()["impacts"]["rows"]:
        name, dimension, severity, before, after, benefit, stream, whom, where, _keys = row
        values = {
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
        save_impact(Impact(programme=programme), values)


def answer_impacts(programme: Programme) -> None:
    """Say which of the messages answer which impacts."""
    messages = {message.purpose: message for message in Message.objects.filter(programme=programme)}
    impacts = {impact.name: impact for impact in Impact.objects.of(programme)}
    for row in catalogue.register()["impacts"]["rows"]:
        for key in row[-1]:
            answer_impact(messages[message_text(key).purpose], impacts[row[0]])
