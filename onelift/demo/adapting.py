"""An adaptation in the demonstration: the shift teams of a plant, without a mailbox."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from communications.adaptations.services import deciding
from communications.adaptations.services.points import agree, ask_consent, drop_points
from communications.adaptations.services.writing import (
    AdaptationData,
    call_ready,
    create_adaptation,
    write_adapted,
)
from communications.messages.services.channel_text import FormFrame
from communications.models import AdaptationVersion, DroppedPoint, Message
from onelift.demo.accounts import LOCAL_OF_FRANCE
from onelift.demo.catalogue import TEXTS, personas
from onelift.demo.frame import Frame
from programmes.models import Site
from stakeholders.models import Persona, User


@dataclass(frozen=True)
class Adapted:
    """What the file holds: whose it is, the key point that is dropped and why, and two texts."""

    message: str
    site: str
    persona: str
    language: str
    dropped: str
    reason: str
    copies: int
    poster: dict[str, str]
    points: dict[str, str]


@cache
def adapted() -> Adapted:
    """Return the adaptation of the demonstration."""
    return Adapted(**tomllib.loads((TEXTS / "adaptations.toml").read_text(encoding="utf-8")))


def adapt(frame: Frame, message: Message, now: datetime) -> AdaptationVersion:
    """Let local communication write poster and briefing, the author agree, the CIO approve."""
    words, user = adapted(), User.objects.get(email=LOCAL_OF_FRANCE.email)
    made = create_adaptation(message, plant_shift(frame, words), user, now)
    hung = FormFrame(copies=words.copies)
    for form, text, paper in (("poster", words.poster, hung), ("points", words.points, None)):
        write_adapted(made, form, words.language, text, user, now, frame=paper)
        call_ready(made, form, words.language, user, now)
    drop_points(made, {words.dropped: words.reason}, user, now)
    ask_consent(made, now)
    agree(DroppedPoint.objects.get(adaptation=made), frame.manager, now)
    version = deciding.ask(made, user, now)
    return deciding.approve(version, frame.cio, version.fingerprint, now)


def plant_shift(frame: Frame, words: Adapted) -> AdaptationData:
    """Return the people of a persona at a site, who get no email."""
    name = next(one for one in personas() if one.key == words.persona).name["en"]
    persona = Persona.objects.get(programme=frame.programme, name_en=name)
    return AdaptationData(site=Site.objects.get(name=words.site), persona=persona, has_email=False)
