"""One message with everything that stands on its page."""

from dataclasses import dataclass

from communications.approvals.models import Question
from communications.desk.queries.preview import FIELDS, Preview, preview_of, texts_shown
from communications.desk.queries.trail import Event, trail_of
from communications.groups.queries.post import channels_in, channels_named
from communications.messages.models import Approval, Channel, Message
from communications.messages.models.content import Content
from communications.messages.queries.content import (
    Changes,
    ContentFacts,
    changes_between,
    facts_of,
    reading_counts,
)
from communications.messages.rendering import reading_language
from programmes.queries.texts import READY, SOURCE_LANGUAGE, states_of
from programmes.scope import Scope
from stakeholders.audiences.queries.lines import Line, lines_in_words


@dataclass(frozen=True)
class LanguageRow:
    """One language of a message.

    Attributes:
        code: the language.
        people: how many people in view read it.
        state: of its text, see ``programmes.queries.texts``.
        gets: the language that its readers get as long as their own is not ready.

    """

    code: str
    people: int
    state: str
    gets: str = ""


@dataclass(frozen=True)
class Workspace:
    """What the page of a message shows; ``version`` is None for the texts as they are now.

    ``questions`` are those about the version that waits which nobody has answered.
    """

    message: Message
    version: Approval | None
    content: Content
    facts: ContentFacts
    lines: list[Line]
    languages: list[LanguageRow]
    preview: Preview | None
    previews: list[LanguageRow]
    waiting: Approval | None
    questions: list[Question]
    standing: Approval | None
    changes: Changes | None
    trail: list[Event]
    channels: list[Channel]

    @property
    def title(self) -> str:
        """Return the English subject of the version shown, or the present one."""
        return self.content.title if self.version else self.message.title

    @property
    def version_text(self) -> str:
        """Return the number of the version shown, for an address."""
        return str(self.version.version) if self.version else ""

    @property
    def points(self) -> list[str]:
        """Return the key points, one each."""
        return [line for line in str(self.content.key_points).splitlines() if line.strip()]

    @property
    def level(self) -> str:
        return str(Message.Level(self.content.level).label)

    @property
    def served(self) -> int:
        """Return how many people get it in a language of their own."""
        return sum(one.people for one in self.facts.own)

    @property
    def is_askable(self) -> bool:
        """Tell whether the English text may be shown for approval: without it nothing may."""
        return any(row.code == SOURCE_LANGUAGE and row.state in READY for row in self.languages)

    @property
    def stale(self) -> list[LanguageRow]:
        """Return the languages whose English has changed since."""
        return [row for row in self.languages if row.state == "stale"]


def workspace_of(
    message: Message,
    content: Content,
    version: Approval | None,
    scope: Scope,
    language: str,
    extra: frozenset[str],
) -> Workspace:
    """Return a message as it is in view, with one language as a mail.

    ``extra`` are the placeholders of the message's source.
    """
    facts = facts_of(content, scope)
    rows = language_rows(message, content, facts, scope)
    texts = texts_shown(message, version)
    previews = [row for row in rows if row.code in texts]
    codes = [row.code for row in previews]
    chosen = language if language in codes else next(iter(codes), None)
    mail = None
    if chosen:
        rule, wanted = content.rule, facts.wanted
        mail = preview_of(
            message,
            rule,
            texts,
            chosen,
            scope,
            extra,
            wanted,
            is_optional=facts.is_optional,
        )
    reads_drafts, decides = scope.reads_drafts, scope.may("decision.read")
    waiting = message.approvals.waiting().first() if reads_drafts else None
    standing = message.approvals.standing().first()
    return Workspace(
        message=message,
        version=version,
        content=content,
        facts=facts,
        lines=lines_in_words(content.rule, scope),
        languages=rows,
        preview=mail,
        previews=previews,
        waiting=waiting,
        questions=open_questions(waiting if decides else None),
        standing=standing,
        changes=changes_between(standing.frozen, content) if standing and reads_drafts else None,
        trail=trail_of(message) if decides else [],
        channels=channels_in(content, channels_named([content], scope)),
    )


def open_questions(waiting: Approval | None) -> list[Question]:
    """Return what was asked about a version that waits, and not answered."""
    if waiting is None:
        return []
    return list(Question.objects.open().filter(approval=waiting).select_related("asked_by"))


def language_rows(
    message: Message, content: Content, facts: ContentFacts, scope: Scope
) -> list[LanguageRow]:
    """Return the languages of the programme, those with most readers first.

    Readers of some regions see what is approved, not how far the next version is.
    """
    languages, ready = message.programme.languages, content.languages
    counts = reading_counts(facts.wanted, languages)
    if scope.reads_drafts:
        found = states_of(message, FIELDS, languages)
        states = {code: status.state for code, status in found.items()}
    else:
        states = {code: "approved" if code in ready else "missing" for code in languages}
    rows = [
        LanguageRow(code, counts[code], states[code], instead_of(code, list(ready)))
        for code in languages
    ]
    return sorted(rows, key=lambda row: -row.people)


def instead_of(code: str, ready: list[str]) -> str:
    """Return the language that readers of a language without a ready text get, or nothing."""
    return "" if code in ready else reading_language(code, ready) or ""
