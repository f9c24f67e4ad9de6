"""What an empty text of an adaptation could say: cut from its own words, else from the core's.

Nothing is shortened; what has no field is named beside it, and nothing is kept until somebody saves
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from communications.adaptations.queries.forms import BRIEFING, EMAIL, POSTER
from communications.adaptations.queries.points import Point
from communications.messages.models import Adaptation
from communications.messages.queries.channel_text import CORE
from communications.messages.rendering.proposal import POINTS, Core, proposed
from programmes.queries.texts import SOURCE_LANGUAGE, TextStatus, text_of

Statuses = Mapping[str, Mapping[str, TextStatus]]


@dataclass(frozen=True)
class Proposed:
    """Fields that nobody has written yet, what is in none of them, and a sentence on where from."""

    fields: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    origin: str = ""


def proposal_of(
    adaptation: Adaptation, statuses: Statuses, points: list[Point], form: str, language: str
) -> Proposed:
    """Return what a form could say in a language; nothing where there are no words to cut it from.

    Its own email and papers in that language come before the core.
    """
    for origin, core in _sources(adaptation, statuses, points, form, language):
        if not (core.subject or core.body):
            continue
        if form == EMAIL:
            return Proposed({"subject": core.subject, "body": core.body}, (), origin)
        found = proposed(form, core, language)
        fields = {name: text for name, text in found.fields.items() if text}
        if fields:
            return Proposed(fields, found.left_out, origin)
    return Proposed()


def _sources(
    adaptation: Adaptation, statuses: Statuses, points: list[Point], form: str, language: str
) -> list[tuple[str, Core]]:
    own = {key: found[language].text for key, found in statuses.items()}
    email = own.get(EMAIL, {}) if form != EMAIL else {}
    kept = [point.text for point in points if point.is_kept]
    core = text_of(adaptation.message, language, CORE)
    english = "\n".join(kept) if language == SOURCE_LANGUAGE else ""
    papers = {POSTER: _of_briefing(own[BRIEFING]), BRIEFING: _of_poster(own[POSTER])}
    return [
        (_("Proposed from your email."), Core(email.get("subject", ""), email.get("body", ""))),
        (_("Proposed from your other text."), papers.get(form, Core("", ""))),
        (_("Proposed from the core message."), Core(**core, key_points=english)),
    ]


def _of_briefing(text: Mapping[str, str]) -> Core:
    return Core(text["headline"], text["body"])


def _of_poster(text: Mapping[str, str]) -> Core:
    points = [text[name] for name in POINTS if text[name]]
    body = "\n".join(f"- {point}" for point in points)
    return Core(text["headline"], "\n\n".join(filter(None, (body, text["action"]))))
