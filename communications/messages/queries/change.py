"""What the editor says of a change of the English: wording or meaning, and whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from communications.messages.models import Message, MessageVersion
from communications.messages.models.message_version import TEXTS
from communications.messages.queries.meaning import MEANING, Proposal, proposal_of
from communications.messages.queries.words import (
    DATE,
    LINK,
    NAME,
    NEGATION,
    NUMBER,
    PLACEHOLDER,
    SENTENCE,
)
from programmes.design import formats
from programmes.models import Programme, Region, Site
from programmes.queries.texts import (
    MISSING,
    SOURCE_LANGUAGE,
    STALE,
    column_of,
    states_of,
    text_of,
)

# What a change is told by, the most telling first.
CHANGED: dict[str, Promise] = {
    DATE: _("You changed a date."),
    NUMBER: _("You changed a number."),
    NAME: _("You changed a name."),
    LINK: _("You changed a link."),
    PLACEHOLDER: _("You changed a placeholder."),
    NEGATION: _("You changed a “not”, an “only” or a similar word."),
    SENTENCE: _("You added, removed or rewrote a sentence."),
}


@dataclass(frozen=True)
class TextChange:
    """A change of subject or text that other languages follow.

    Attributes:
        kind: what it is taken for, ``wording`` or ``meaning``.
        proposal: what it would be if its author said nothing.
        languages: the codes of the texts that say what the English said before.

    """

    kind: str
    proposal: Proposal
    languages: tuple[str, ...]

    @property
    def is_meaning(self) -> bool:
        return self.kind == MEANING

    @property
    def tone(self) -> str:
        """Return the tone of the note that says so."""
        return "stale" if self.is_meaning else "info"

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Return what its author may call it: keys and words."""
        return [(str(kind), str(kind.label)) for kind in MessageVersion.Kind]

    @property
    def what(self) -> str:
        """Return what was changed, as a sentence."""
        telling = (word for kind, word in CHANGED.items() if kind in self.proposal.reasons)
        return str(next(telling, _("You changed the wording.")))

    @property
    def follows(self) -> str:
        """Return what becomes of the other languages, as a sentence."""
        names = formats.enumeration([formats.language_name(code) for code in self.languages])
        if self.is_meaning:
            words = ngettext(
                "We treat this as a change of meaning: %(languages)s needs a look before it can "
                "be sent.",
                "We treat this as a change of meaning: %(languages)s need a look before they can "
                "be sent.",
                len(self.languages),
            )
        else:
            words = ngettext(
                "We treat this as a change of wording: %(languages)s can be sent, and we ask "
                "whether it is still right.",
                "We treat this as a change of wording: %(languages)s can be sent, and we ask "
                "whether they are still right.",
                len(self.languages),
            )
        return words % {"languages": names}


def kind_chosen(kind: str, key: str, proposal: Proposal) -> str:
    """Return what an author says of a change; empty if they have said nothing of this one.

    Args:
        kind: what they chose, or nothing.
        key: that of the proposal beside which they chose it; nothing without scripts.
        proposal: that of what is typed now.
    """
    return kind if not key or key == proposal.key else ""


def names_of(programme: Programme) -> list[str]:
    """Return the names that a programme knows, as English writes them; one query.

    These are its sites, regions, services and senders. People of the personnel files are not among
    them: too many of their names are words.
    """
    places = {"wave_sites__wave__programme": programme}
    sites = Site.objects.filter(**places).order_by().values_list("name")
    regions = Region.objects.filter(sites__in=Site.objects.filter(**places)).order_by()
    services = programme.services.order_by().values_list(column_of("name", SOURCE_LANGUAGE))
    senders = programme.senders.order_by().values_list("name")
    rows = sites.union(regions.values_list("name"), services, senders)
    return [name for (name,) in rows if name]


def proposal_for(message: Message, typed: Mapping[str, str]) -> Proposal:
    """Return what a change of the text to what is typed is taken for; one query at most."""
    texts = {name: typed.get(name, "") for name in TEXTS}
    return english_proposal(message.programme, text_of(message, SOURCE_LANGUAGE, TEXTS), texts)


def english_proposal(
    programme: Programme, before: Mapping[str, str], after: Mapping[str, str]
) -> Proposal:
    """Return what a change of English texts is taken for; one query, none without a change."""
    is_changed = any(before.values()) and any(before.get(name) != after[name] for name in after)
    return proposal_of(before, after, names_of(programme) if is_changed else ())


def change_of(
    message: Message, typed: Mapping[str, str], kind: str = "", key: str = ""
) -> TextChange | None:
    """Return what is changed in the text of a saved message, in two queries.

    None if nothing is, or no other language says what it said. ``kind`` and ``key``: see
    ``kind_chosen``.
    """
    if message.pk is None or not _differs(message, typed):
        return None
    states = states_of(message, TEXTS, message.programme.languages)
    behind = [c for c, one in states.items() if one.state not in (MISSING, STALE)]
    languages = tuple(code for code in behind if code != SOURCE_LANGUAGE)
    if not languages:
        return None
    proposal = proposal_for(message, typed)
    chosen = kind_chosen(kind, key, proposal) or proposal.kind
    return TextChange(chosen, proposal, languages)


def _differs(message: Message, typed: Mapping[str, str]) -> bool:
    texts = text_of(message, SOURCE_LANGUAGE, TEXTS)
    return any(texts[name] != _tidy(typed.get(name, "")) for name in TEXTS)


def _tidy(text: str) -> str:
    return "\n".join(text.splitlines()).strip()
