"""The register of the demonstration: who has a say, and how they were reviewed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from onelift.demo import catalogue
from programmes.models import Programme, Region, Stream
from stakeholders.models import Persona, Stakeholder, User
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
