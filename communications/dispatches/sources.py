"""Where the pump gets the people and the personal parts of what it sends.

A higher floor registers its source from a module named ``sources``; the pump knows sources only
by the key that the message holds.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from communications.dispatches.models import Delivery, Dispatch
from communications.mailroom.channels.parts import Attachment
from communications.messages.models import Approval, Message
from communications.messages.models.content import Content
from programmes.models import WaveSite
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.models import Person, User
from stakeholders.people.models.person import PersonQuerySet


class Source:
    """What a plain message needs, and what other sources may change.

    ``informs`` tells whether it can tell people about their change, and does not only ask them.
    ``page_words`` say what the message belongs to, whose page opens with ``page_action``, and
    ``edit_words`` are for a button that leads there.
    """

    key = "message"
    informs = True
    page_words: str | Promise = ""
    edit_words: str | Promise = ""
    page_action = ""
    placeholders: frozenset[str] = frozenset()
    # Who gets it of those whom the audience means, where that is not all of them.
    only_words: str | Promise = ""

    def only(self, rules: Mapping[int, Rule]) -> dict[int, PersonQuerySet]:
        """Return these as things stand, approved or not, by message id; one query at most.

        ``rules`` are those of the messages. None is there of which all of the audience gets it.
        """
        return {}

    def titles(self, messages: Collection[int], scope: Scope) -> dict[int, str]:
        """Return what messages are called that have another name than their subject, by id.

        In the reader's language; two queries at most. Who reads no drafts gets what is approved.
        """
        return {}

    def together(self, messages: Collection[int], scope: Scope) -> dict[int, tuple[str, str]]:
        """Return what messages belong to that are decided as one: its key and its title, by id.

        Two queries at most; none where each is a decision of its own.
        """
        return {}

    def purpose(self, message: Message, scope: Scope) -> str:
        """Return what a message is for in the reader's language, if it is for something named.

        Two queries at most; who reads no drafts gets what is approved.
        """
        return ""

    def people(self, message: Message, rule: Rule) -> PersonQuerySet:
        """Return the people whom an approved audience rule means now."""
        return rule.people()

    def content(self, message: Message) -> dict[str, Any]:
        """Return what else people are shown, so that an approval is bound to it too.

        Where it holds ``DAYS_BEFORE``, the day follows something else, as a value does.
        """
        return {}

    def written(self, message: Message) -> list[Model]:
        """Return what holds the texts that people are shown: who wrote them approves none."""
        return [message]

    def page(self, message: Message) -> str:
        """Return the address where the message is changed, if it belongs to something else."""
        return ""

    def reason_against(self, message: Message, content: Content) -> str:
        """Return why a content may not be sent, to be said when it is asked for or approved."""
        return ""

    def approved(self, approval: Approval, user: User, now: datetime) -> None:
        """Do what must be done once a version is approved, in the same transaction."""

    def undone(self, approval: Approval, before: Approval | None, now: datetime) -> None:
        """Undo what ``approved`` did; ``before`` is the version approved before this one."""

    def planned(self, dispatch: Dispatch, wave_site: WaveSite, now: datetime) -> None:
        """Do what must be done once rows of a site have been planned, in the same transaction."""

    def context(self, deliveries: Sequence[Delivery], now: datetime) -> dict[int, dict[str, str]]:
        """Return the values of the source's own placeholders, keyed by delivery id.

        It is called for each batch before the first mail, and again when a batch is tried again:
        it must give the same values.
        """
        return {delivery.pk: {} for delivery in deliveries}

    def examples(self, message: Message, language: str) -> dict[str, str]:
        """Return what a preview shows for the placeholders that are no personal links."""
        return {}

    def attachments(self, message: Message, language: str) -> tuple[Attachment, ...]:
        """Return the files that go along with each mail in a language.

        It is called once for a batch and language: they are the same for everybody.
        """
        return ()

    def kept(self, person: Person) -> list[QuerySet[Any]]:
        """Return rows on a person that are known by their registration or the like alone."""
        return []

    def erase(self, person: Person, now: datetime) -> None:
        """Take the person's address and the like out of these rows; what they count stays."""


_SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known under its key."""
    _SOURCES[source.key] = source


def source_of(message: Message) -> Source:
    """Return the source that the message names.

    Raises:
        KeyError: no installed app registers that source.
    """
    return _SOURCES[message.source]


def titles_of(messages: Iterable[Message], scope: Scope) -> dict[int, str]:
    """Return the titles of those messages that have another name than their subject, by id."""
    own: dict[str, list[int]] = defaultdict(list)
    for message in messages:
        own[message.source].append(message.pk)
    titles: dict[int, str] = {}
    for key, ids in own.items():
        titles |= _SOURCES[key].titles(ids, scope)
    return titles


def together_of(messages: Iterable[Message], scope: Scope) -> dict[int, tuple[str, str]]:
    """Return what those messages belong to that are decided as one, by id (see ``Source``).

    Two of one source never do, so where one source brings all, nothing is asked.
    """
    own: dict[str, list[int]] = defaultdict(list)
    for message in messages:
        own[message.source].append(message.pk)
    found: dict[int, tuple[str, str]] = {}
    for key, ids in own.items() if len(own) > 1 else ():
        found |= _SOURCES[key].together(ids, scope)
    return found


def title_of(message: Message, scope: Scope, subject: str) -> str:
    """Return the title of a message: its subject, unless it has another name."""
    return titles_of([message], scope).get(message.pk, subject)


def all_sources() -> list[Source]:
    """Return each source once."""
    return list(_SOURCES.values())


def informing() -> list[str]:
    """Return the keys of the sources whose messages can be about an impact."""
    return [source.key for source in all_sources() if source.informs]


def kept_of(person: Person) -> list[QuerySet[Any]]:
    """Return what all sources keep of a person."""
    return [rows for source in all_sources() for rows in source.kept(person)]


register(Source())
