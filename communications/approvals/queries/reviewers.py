"""Reviews as cards and pages show them: who has what, what is open, whom to ask."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from communications.approvals.queries.review import threads
from communications.messages.models import Adaptation, Message, Review, ReviewComment
from communications.messages.models.channel_text import form_label
from communications.messages.queries.channel_text import own_texts, statuses_by_form
from communications.messages.queries.review import EMAIL, FIELDS, Reading
from communications.messages.queries.sender import people_of
from programmes.design.formats import language_name
from programmes.models import Programme
from programmes.queries.texts import APPROVED, MISSING, SOURCE_LANGUAGE, TextStatus, states_of
from programmes.scope import Scope
from stakeholders.models import Role, User

# How far texts are, by form and language.
Statuses = Mapping[str, Mapping[str, TextStatus]]


@dataclass(frozen=True)
class ReviewerRow:
    """One reviewer of a text, or nobody, of a language that nobody has.

    Attributes:
        code: the language of the text.
        form: the channel whose text it is, empty for the email; ``part`` is its name.
        people: how many people read it.
        review: what was asked; None where nobody was.
        state: ``done``, ``older`` (another text than today's), ``open``, ``late``, or ``nobody``.
        comments: how many comments are open.

    """

    code: str
    people: int
    state: str
    review: Review | None = None
    comments: int = 0
    form: str = EMAIL
    part: str = ""

    @property
    def key(self) -> str:
        """Return how the form that asks for a review names this text."""
        return f"{self.form}/{self.code}" if self.form else self.code


@dataclass(frozen=True)
class ReadBy:
    """Who has read one language of what waits; ``older`` read a text before it.

    ``part`` names the channel of the text; empty for the email.
    """

    language: str
    people: int
    names: Sequence[str]
    older: Sequence[str]
    part: str = ""

    @classmethod
    def of(cls, reading: Reading, people: int = 0, part: str = "") -> "ReadBy":
        """Return a reading with its names, for a card."""
        readers, older = ([*map(str, users)] for users in (reading.readers, reading.older))
        return cls(reading.language, people, readers, older, part)


@dataclass(frozen=True)
class Reviewers:
    """Who reads the texts of a message, or of an adaptation, with the comments that are open.

    ``unread`` are the texts that stay out of the approval: their channels by name, their languages.
    """

    rows: Sequence[ReviewerRow]
    comments: Sequence[ReviewComment]
    unread: Sequence[tuple[str, str]]

    @property
    def done(self) -> int:
        """Return how many are done."""
        return sum(row.state == "done" for row in self.rows)

    @property
    def unread_names(self) -> list[str]:
        """Return the texts that stay out of the approval, by name."""
        return [named(part, code) for part, code in self.unread]

    @property
    def held(self) -> set[str]:
        """Return the languages of the email that somebody has, or has read."""
        emails = (row for row in self.rows if row.form == EMAIL)
        return {row.code for row in emails if row.state in ("done", "open", "late")}


def named(part: str, code: str) -> str:
    """Return what a text is called: its language, and its channel unless that is email."""
    return f"{language_name(code)} ({part})" if part else language_name(code)


def reviewers_of(message: Message, people: Mapping[str, int], today: date) -> Reviewers:
    """Return who reads the texts of a message, in four queries; ``people`` by language.

    Two more where texts of channels are read. That nobody reads a language is said of the email.
    """
    languages = message.programme.languages
    statuses: Statuses = {EMAIL: states_of(message, FIELDS, languages)}
    found = Review.objects.in_hand().filter(message=message, adaptation=None)
    reviews = list(found.select_related("reviewer"))
    if message.programme.asks_review or any(one.form for one in reviews):
        statuses = {**statuses, **statuses_by_form(list(own_texts(message)), languages)}
    return _reviewers(message, reviews, statuses, people, today)


def reviewers_adapted(
    adaptation: Adaptation, statuses: Statuses, people: Mapping[str, int], today: date
) -> Reviewers:
    """Return who reads the texts of an adaptation, in three queries; ``people`` by language.

    ``statuses`` are those of its texts by form, empty for the email.
    """
    found = Review.objects.in_hand().filter(adaptation=adaptation)
    reviews = list(found.select_related("reviewer"))
    return _reviewers(adaptation, reviews, statuses, people, today)


def _reviewers(
    text: Message | Adaptation,
    reviews: Sequence[Review],
    statuses: Statuses,
    people: Mapping[str, int],
    today: date,
) -> Reviewers:
    """Return who reads some texts, and which nobody does: of a message, of its email alone."""
    is_adapted = isinstance(text, Adaptation)
    programme = text.message.programme if isinstance(text, Adaptation) else text.programme
    asked = statuses if is_adapted else [EMAIL]
    comments = threads(_open_comments(text))
    found = [_row(one, statuses, people, comments, today) for one in reviews]
    gaps = [row for form in asked for row in _gaps(form, statuses[form], found, people)]
    unread = _unread(statuses, found, is_adapted) if programme.asks_review else []
    return Reviewers([*found, *sorted(gaps, key=lambda row: -row.people)], comments, unread)


def _open_comments(text: Message | Adaptation) -> QuerySet[ReviewComment]:
    """Return what is open about a text, also of who has left since."""
    about = {"adaptation": None, "message": text.pk}
    if isinstance(text, Adaptation):
        about = {"adaptation": text.pk, "message": text.message_id}
    reviews = Review.objects.standing().filter(**about).order_by()
    return ReviewComment.objects.open().filter(review__in=reviews.values("pk"))


def _row(
    review: Review,
    statuses: Statuses,
    people: Mapping[str, int],
    comments: Iterable[ReviewComment],
    today: date,
) -> ReviewerRow:
    status = statuses.get(review.form, {}).get(review.code)
    n = sum(one.review_id == review.pk for one in comments)
    state = state_of(review, status.fingerprint if status else "", today)
    return ReviewerRow(
        review.code,
        people.get(review.code, 0),
        state,
        review,
        n,
        review.form,
        _part(review.form, bool(review.adaptation_id)),
    )


def _part(form: str, is_adapted: bool) -> str:
    return form_label(form, is_adapted) if form else ""


def _gaps(
    form: str,
    statuses: Mapping[str, TextStatus],
    rows: Iterable[ReviewerRow],
    people: Mapping[str, int],
) -> list[ReviewerRow]:
    """Return the languages of a form that people read and nobody has in hand."""
    held = {row.code for row in rows if row.form == form and row.state != "older"}
    lacking = (code for code, one in statuses.items() if _lacks(code, one, held, people))
    part = _part(form, form != EMAIL)
    return [
        ReviewerRow(code, people.get(code, 0), "nobody", form=form, part=part) for code in lacking
    ]


def state_of(review: Review, fingerprint: str, today: date) -> str:
    """Return how far a review is, of the text with this fingerprint."""
    if review.state == Review.State.DONE:
        return "done" if review.counts_for(fingerprint) else "older"
    return "late" if review.due_on < today else "open"


def _lacks(code: str, status: TextStatus, held: set[str], people: Mapping[str, int]) -> bool:
    """Tell whether there is a new text that people read and nobody has in hand."""
    is_new = status.state not in (MISSING, APPROVED)
    return is_new and code not in held and (bool(people.get(code)) or code == SOURCE_LANGUAGE)


def _unread(
    statuses: Statuses, rows: Sequence[ReviewerRow], is_adapted: bool
) -> list[tuple[str, str]]:
    """Return the texts that stay out of the approval until somebody has reviewed them."""
    read = {(row.form, row.code) for row in rows if row.state == "done"}
    return [
        (_part(form, is_adapted), code)
        for form, found in statuses.items()
        for code, one in found.items()
        if one.state == "review" and (form, code) not in read
    ]


@dataclass(frozen=True)
class Candidates:
    """People who can be asked: first those who read the language, then the rest."""

    natives: Sequence[User]
    others: Sequence[User]


def candidates_for(programme: Programme, language: str) -> Candidates:
    """Return who can be asked to review a text in a language, by profile or role (two queries)."""
    people = people_of(programme)
    roles = Role.objects.filter(programme=programme).values_list("user", "languages")
    writers = {user for user, languages in roles if language in languages}
    natives = [one for one in people if one.language == language or one.pk in writers]
    if language == SOURCE_LANGUAGE:
        natives = []
    return Candidates(natives, [one for one in people if one not in natives])


def marked(text: str, passages: Iterable[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces, those told apart that are quoted in a comment."""
    words = [r"\s+".join(map(re.escape, one.split())) for one in passages if one.split()]
    if not words:
        return [(text, False)]
    pieces = re.split(f"({'|'.join(sorted(words, key=len, reverse=True))})", text)
    return [(piece, n % 2 == 1) for n, piece in enumerate(pieces) if piece]


@dataclass(frozen=True)
class Own:
    """What waits for somebody as a reviewer: open ones, and those they have finished."""

    open: Sequence[Review]
    done: Sequence[Review]


def reviews_in(scope: Scope, user: User) -> Own:
    """Return somebody's own reviews in the programme in view (one query)."""
    rows = Review.objects.within(scope).standing().filter(reviewer=user)
    found = list(rows.with_texts().select_related("asked_by"))
    done = sorted((one for one in found if not one.is_open), key=lambda one: -one.pk)
    return Own([one for one in found if one.is_open], done[:20])
