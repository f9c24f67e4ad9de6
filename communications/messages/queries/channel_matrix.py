"""Channels and languages of a message as a table, and how many people get it in theirs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from communications.messages.channels.lengths import EMAIL
from communications.messages.models import ChannelText, Message
from communications.messages.queries.channel_text import own_texts, statuses_of
from communications.messages.queries.served import (
    ANY,
    NOT_EMAIL,
    Served,
    missed_by_email,
    readers_of,
    served_in,
)
from programmes.scope import Scope
from stakeholders.audiences.models.rule import Rule
from stakeholders.models import Person


@dataclass(frozen=True)
class MatrixRow:
    """One channel with the state of its text in each language.

    ``form`` is empty for the email; ``people`` is how many can get it so in their language.
    """

    label: str
    form: str
    cells: Sequence[tuple[str, str]]
    people: int

    @property
    def channel(self) -> str:
        """Return its name in a list of people, see ``Served.by``."""
        return self.form or EMAIL


@dataclass(frozen=True)
class Matrix:
    """Channels and languages of a message, for the people in view.

    Attributes:
        languages: the columns, with how many people read each.
        rows: the email first.
        people: how many it is for.
        own: how many can get it in their language, by email or by another channel.
        not_by_email: how many of these cannot get it so by email.

    """

    languages: Sequence[tuple[str, int]]
    rows: Sequence[MatrixRow]
    people: int
    own: int
    not_by_email: int


def matrix_of(
    message: Message,
    email: Mapping[str, str],
    wanted: Mapping[str, int],
    rule: Rule,
    scope: Scope,
) -> Matrix | None:
    """Return the table, None where a message has no text of a channel; five queries, else one.

    Args:
        message: whose texts.
        email: the state of the email by language, in the order of the columns.
        wanted: how many people in view want each language.
        rule: who it is for.
        scope: what is in view.

    """
    texts = list(own_texts(message))
    if not texts:
        return None
    states = {EMAIL: email} | _states(texts, email)
    served = served_in(states, wanted, message.programme.languages, missed_by_email(scope))
    people = _counts(rule.people().within(scope), served, (ANY, NOT_EMAIL, *states))
    labels = {EMAIL: _("Email")} | {text.form: str(text.get_form_display()) for text in texts}
    rows = [
        MatrixRow(labels[channel], "" if channel == EMAIL else channel, list(cells.items()), n)
        for (channel, cells), n in ((one, people[one[0]]) for one in states.items())
    ]
    columns = [(code, _reading(code, wanted, message)) for code in email]
    return Matrix(columns, rows, sum(wanted.values()), people[ANY], people[NOT_EMAIL])


def _states(texts: Sequence[ChannelText], languages: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the states of each channel with a text of its own, in the order of pages."""
    statuses = statuses_of(texts, languages)
    order = ChannelText.Form.values
    return {
        text.form: {code: status.state for code, status in statuses[text.pk].items()}
        for text in sorted(texts, key=lambda one: order.index(one.form))
    }


def _counts(people: QuerySet[Person], served: Served, channels: Iterable[str]) -> dict[str, int]:
    """Count people by the channel that serves them; one query."""
    counts = {name: Count("pk", filter=served.by(name), distinct=True) for name in channels}
    return people.order_by().aggregate(**counts)


def _reading(code: str, wanted: Mapping[str, int], message: Message) -> int:
    """Count the people whose own language is one of the columns."""
    return sum(wanted[one] for one in readers_of(code, wanted, message.programme.languages))
