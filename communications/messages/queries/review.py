"""Who has read which text: what a decision, an author and a reviewer are told of reviews."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Value

from communications.messages.models import Adaptation, ChannelText, Message, Review
from communications.messages.models.review import of_drafts
from programmes.models import fingerprint
from programmes.queries.texts import APPROVED, READY, SOURCE_LANGUAGE, TextStatus, text_of
from programmes.scope import Scope
from stakeholders.models import User

FIELDS = ("subject", "body")
# The email, among the forms of a message or an adaptation.
EMAIL = ""


@dataclass(frozen=True)
class Reading:
    """Who has read one language of a text: ``readers`` exactly that, ``older`` one before it."""

    language: str
    readers: Sequence[User]
    older: Sequence[User]


def text_under(review: Review) -> dict[str, str]:
    """Return the text that a review is about, as it is written now."""
    return _written(review, review.code)


def fields_of(form: str) -> tuple[str, ...]:
    """Return the fields of a form, of the email if that is empty."""
    return ChannelText.FIELDS[form] if form else FIELDS


def holder_of(review: Review) -> Message | Adaptation | ChannelText | None:
    """Return what holds the text of a review; None of a channel whose text is removed."""
    if not review.form:
        return review.adaptation or review.message
    texts = ChannelText.objects.filter(message=review.message_id, form=review.form)
    return texts.filter(adaptation=review.adaptation_id).first()


def _written(review: Review, code: str) -> dict[str, str]:
    holder, fields = holder_of(review), fields_of(review.form)
    return text_of(holder, code, fields) if holder else dict.fromkeys(fields, "")


def source_under(review: Review) -> dict[str, str]:
    """Return the English beside which a text is read; nothing beside the English of a message.

    Where an adaptation has no English, that is the email of its message.
    """
    own = _written(review, SOURCE_LANGUAGE) if review.language else {}
    if any(own.values()) or not review.adaptation_id:
        return own
    return text_of(review.message, SOURCE_LANGUAGE, FIELDS)


def sees_drafts(review: Review, scope: Scope) -> bool:
    """Tell whether somebody sees the text of a review whether or not they were asked."""
    return Review.objects.filter(of_drafts(scope), pk=review.pk).exists()


def seeing_drafts(review: Review, scopes: Iterable[Scope]) -> set[int]:
    """Return the ids of those, of whom the scopes are, who see its text whether asked or not.

    One query, none without scopes. Users to whom the same is in view are asked for together.
    """
    alike: dict[Scope, list[int]] = defaultdict(list)
    for scope in scopes:
        if scope.user_id is not None:
            alike[_view_of(scope)].append(scope.user_id)
    here = Review.objects.filter(pk=review.pk).order_by()
    asked = [
        here.filter(of_drafts(scope)).annotate(nth=Value(n)).values_list("nth")
        for n, scope in enumerate(alike)
    ]
    if not asked:
        return set()
    users = list(alike.values())
    return {user for (n,) in asked[0].union(*asked[1:]) for user in users[n]}


def _view_of(scope: Scope) -> Scope:
    """Return a scope without what makes it its user's: only who leads a stream sees own work."""
    user = scope.user_id if scope.streams else None
    return replace(scope, user_id=user, opens=frozenset(), programme_ids=frozenset())


def text_shown(review: Review, scope: Scope) -> dict[str, str]:
    """Return the text that somebody sees of a review in view: that of now, or nothing newer.

    Who was asked sees the text until they are done, then what they have read.
    """
    now = text_under(review)
    if review.is_open or sees_drafts(review, scope):
        return now
    is_same = review.counts_for(fingerprint(now))
    return review.read_text or (now if is_same else dict.fromkeys(now, ""))


def reviews_of(messages: Collection[int]) -> dict[int, list[Review]]:
    """Return the reviews of messages that stand, by message; one query, none without messages."""
    found: dict[int, list[Review]] = defaultdict(list)
    if messages:
        rows = Review.objects.standing().filter(message__in=messages)
        for row in rows.select_related("reviewer"):
            found[row.message_id].append(row)
    return found


def readings_of(
    texts: Mapping[str, Mapping[str, str]],
    reviews: Iterable[Review],
    form: str = EMAIL,
    adaptation: int | None = None,
) -> dict[str, Reading]:
    """Return who has read each of some texts, by language: of one form of a message.

    Of an adaptation of it where that is named by its id.
    """
    done: dict[str, list[Review]] = defaultdict(list)
    for review in reviews:
        is_of_text = review.text == (adaptation, form)
        if is_of_text and review.state == Review.State.DONE and review.reviewer:
            done[review.code].append(review)
    names = fields_of(form)
    return {code: _reading(code, text, names, done[code]) for code, text in texts.items()}


def _reading(
    code: str, text: Mapping[str, str], names: Iterable[str], done: Sequence[Review]
) -> Reading:
    seen = fingerprint({name: text.get(name, "") for name in names})
    readers = {one.reviewer: None for one in done if one.counts_for(seen) and one.reviewer}
    older = {one.reviewer: None for one in done if one.reviewer and one.reviewer not in readers}
    return Reading(code, list(readers), list(older))


def unread_in(message: Message, statuses: Mapping[str, TextStatus]) -> list[str]:
    """Return the languages of a message's email that a programme's rule keeps from approval."""
    return unread_by_form(message, {EMAIL: statuses})[EMAIL]


def unread_by_form(
    message: Message,
    statuses: Mapping[str, Mapping[str, TextStatus]],
    adaptation: int | None = None,
) -> dict[str, list[str]]:
    """Return by form the languages that nobody has reviewed, which are kept from approval.

    None where the programme lets unreviewed texts be approved. What is approved already has been
    decided on as it is, read or not. One query, none where nothing is new.

    Args:
        message: the message.
        statuses: of its texts, or of those of its ``adaptation``, by form and language.
        adaptation: the id of the adaptation, or None.

    """
    if not message.programme.asks_review:
        return {form: [] for form in statuses}
    new = {form: _new(found) for form, found in statuses.items()}
    reviews = reviews_of([message.pk])[message.pk] if any(new.values()) else ()
    return {form: _unread(texts, reviews, form, adaptation) for form, texts in new.items()}


def _new(statuses: Mapping[str, TextStatus]) -> dict[str, Mapping[str, str]]:
    ready = {code: one for code, one in statuses.items() if one.state in READY}
    return {code: one.text for code, one in ready.items() if one.state != APPROVED}


def _unread(
    texts: Mapping[str, Mapping[str, str]],
    reviews: Iterable[Review],
    form: str,
    adaptation: int | None,
) -> list[str]:
    readings = readings_of(texts, reviews, form, adaptation)
    return [code for code, reading in readings.items() if not reading.readers]
