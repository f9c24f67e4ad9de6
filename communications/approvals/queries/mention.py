"""Names that a comment mentions by @, and who may be named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from communications.messages.models import Review
from communications.messages.queries.review import seeing_drafts
from communications.messages.queries.sender import people_of
from stakeholders.accounts.access import scopes_in
from stakeholders.models import User

AT = re.compile(r"(?<![\w.])@(?=\w)")


@dataclass(frozen=True)
class Mentions:
    """What stands after each @: whom it names, words that name nobody, names that several have."""

    people: list[User] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)


def mentioned_in(words: str, people: Sequence[User]) -> Mentions:
    """Return which of some people are named after an @.

    A first name will do where only one person has it.
    """
    found = Mentions()
    for at in AT.finditer(words):
        rest = words[at.end() :]
        name, named = _named(rest, people)
        if not named:
            found.unknown.append(re.split(r"[\s,;:!?]", rest, maxsplit=1)[0])
        elif len(named) > 1:
            found.shared.append(name)
        elif named[0] not in found.people:
            found.people.append(named[0])
    return found


def _named(rest: str, people: Sequence[User]) -> tuple[str, list[User]]:
    """Return the longest name that some words begin with, and who has it."""
    whole = [one for one in people if _begins(rest, str(one))]
    longest = max((len(str(one)) for one in whole), default=0)
    if whole:
        return rest[:longest], [one for one in whole if len(str(one)) == longest]
    first = [one for one in people if one.first_name and _begins(rest, one.first_name)]
    return (first[0].first_name if first else ""), first


def _begins(text: str, name: str) -> bool:
    end = text[len(name) : len(name) + 1]
    is_name = text[: len(name)].casefold() == name.casefold()
    return is_name and not (end.isalnum() or end == "_")


def may_be_named(review: Review) -> list[User]:
    """Return who has a review in view: its reviewer, and the readers of its drafts.

    Other reviewers of the same text see their own reviews alone. Three queries, whatever the
    number of people.
    """
    programme = review.message.programme
    people = people_of(programme)
    scopes = scopes_in(programme, people)
    seeing = seeing_drafts(review, scopes.values())
    if review.state != Review.State.CALLED_OFF:
        seeing.add(review.reviewer_id or 0)
    return [one for one in people if one.pk in seeing and scopes[one.pk].may("review.read")]
