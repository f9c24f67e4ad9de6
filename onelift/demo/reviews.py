"""Who reads the demonstration's texts before they are decided on, and who lends it their name."""

from datetime import datetime, timedelta

from communications.approvals.services.comment import answer_comment, comment_on
from communications.approvals.services.review import ReviewData, ask_review, finish_review
from communications.approvals.services.sender import add_sender, consent
from communications.messages.queries.review import text_under
from communications.models import Message, Review
from onelift.demo import accounts
from programmes.models import Programme, fingerprint
from programmes.queries.texts import SOURCE_LANGUAGE
from stakeholders.models import User

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def let_sign(programme: Programme, team: str, cio: User, manager: User, now: datetime) -> None:
    """Put the team on the list of senders, and the CIO, who agrees the next hour."""
    add_sender(programme, team, None, manager, now)
    consent(add_sender(programme, str(cio), cio, manager, now), cio, now + HOUR)


def review_texts(message: Message, manager: User, now: datetime) -> None:
    """Let a leader read the English, a relay the Spanish, and nobody the others."""
    samir, nuria = (
        User.objects.get(email=part.email) for part in (accounts.LEADERS[0], accounts.LOCAL)
    )
    facts = _asked(message, SOURCE_LANGUAGE, Review.Checks.FACTS, samir, manager, now)
    lines = text_under(facts)["body"].splitlines()
    passage = next(line[2:] for line in lines if line.startswith("- "))
    comment = comment_on(facts, passage, _WHICH, samir, now + 2 * HOUR)
    answer_comment(comment, _THIS, manager, now + 3 * HOUR)
    rosa = User.objects.get(email=accounts.REGIONAL[0].email)
    as_user = _asked(message, SOURCE_LANGUAGE, Review.Checks.USER, rosa, manager, now)
    finish_review(as_user, rosa, fingerprint(text_under(as_user)), now + 4 * HOUR)
    _asked(message, "es", Review.Checks.NATIVE, nuria, manager, now)


def _asked(
    message: Message, language: str, checks: str, reviewer: User, by: User, now: datetime
) -> Review:
    data = ReviewData(language, checks, reviewer, (now + 4 * DAY).date())
    return ask_review(message, data, by, now)


_WHICH = "Do shifts that share a phone call the same number?"
_THIS = "Yes, and they can ask their local IT team. I will add that."
