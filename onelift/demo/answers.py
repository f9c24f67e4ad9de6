"""What people answered in the demonstration's past: chance with a seed, the same at each load."""

import random
import tomllib
from datetime import datetime

from communications.dispatches.services.link import token_of_link
from communications.models import Delivery, PersonalLink
from feedback.models import Option, Survey
from feedback.queries.mark import unspent
from feedback.services.answer import AnswerData, record_answers
from feedback.services.edition import publish_surveys
from onelift.demo.catalogue import TEXTS, ByLanguage
from programmes.models import Wave

COMMENT_SHARE = 0.15
# How often 5, 4, 3, 2 and 1 are chosen at a site where all goes well, and at one where not.
HAPPY = (38, 40, 13, 6, 3)
UNHAPPY = (18, 34, 24, 15, 9)
STEPS = (5, 4, 3, 2, 1)


def answer(survey: Survey, wave: Wave, share: float, now: datetime) -> int:
    """Let a share of those of a wave who have not answered do so; return how many did."""
    chance = random.Random(f"{wave.name} {share}")  # noqa: S311  a demonstration, no secret
    options = list(Option.objects.filter(question__survey=survey))
    asked = PersonalLink.objects.filter(
        invitation__segment__survey=survey, invitation__segment__wave=wave
    ).select_related("delivery__site")
    waiting = unspent(survey, asked.order_by("invitation__pk"))
    chosen = [link for link in waiting if chance.random() < share]
    for link in chosen:
        data = opinion(link.delivery, options, chance)
        record_answers(token_of_link(link) or "", data, f"{chance.random()}", now)
    publish_surveys(now)
    return len(chosen)


def opinion(delivery: Delivery, options: list[Option], chance: random.Random) -> AnswerData:
    """Return what one person thinks; each site has a mood of its own."""
    csat = chance.choices(STEPS, mood_of(delivery.site.name))[0]
    return AnswerData(
        csat=csat,
        nps=min(10, max(0, 2 * csat + chance.choice((-2, -1, 0, 0, 1)))),
        choice_id=chance.choice(options).pk,
        comment=comment(delivery.language, csat, chance),
    )


def mood_of(site: str) -> list[float]:
    """Return the weights of the five steps at a site."""
    share = random.Random(site).random()  # noqa: S311  a demonstration, no secret
    return [share * good + (1 - share) * bad for good, bad in zip(HAPPY, UNHAPPY, strict=True)]


def comment(language: str, csat: int, chance: random.Random) -> str:
    """Return a few words that fit, in the reader's language; most people write none."""
    if chance.random() > COMMENT_SHARE:
        return ""
    pool = COMMENTS["good" if csat >= 4 else "bad"]
    return chance.choice([text[language] for text in pool if language in text] or [""])


def _read() -> dict[str, list[ByLanguage]]:
    return tomllib.loads((TEXTS / "comments.toml").read_text(encoding="utf-8"))


COMMENTS = _read()
