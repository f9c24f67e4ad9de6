"""One message with everything that stands on its page."""

from dataclasses import dataclass

from communications.approvals.models import Question
from communications.desk.queries.ahead import Ahead
from communications.desk.queries.preview import FIELDS, Preview, preview_of, texts_shown
from communications.desk.queries.trail import Event, trail_of
from communications.dispatches.sources import source_of
from communications.groups.queries.post import channels_in, channels_named
from communications.kits.services.fitting import unfit_in
from communications.messages.models import Approval, Channel, Message
from communications.messages.models.content import Content
from communications.messages.queries.content import (
    Changes,
    ContentFacts,
    changes_between,
    facts_of,
    reading_counts,
)
from communications.messages.queries.text_wait import TextWait, text_wait_of
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
        is_older: whether the version that goes out has an older text for them.
        is_asked: whether somebody is to say that it is still right, see ``TextStatus``.

    """

    code: str
    people: int
    state: str
    gets: str = ""
    is_older: bool = False
    is_asked: bool = False


@dataclass(frozen=True)
class Workspace:
    """What the page of a message shows; ``version`` is None for the texts as they are now.

    ``facts`` are those of what the page shows, ``sent`` those of what goes out as things stand: the
    same, unless the text is newer than the version ``ahead`` of it. ``questions`` are those about
    the version that waits which nobody has answered.
    """

    message: Message
    version: Approval | None
    content: Content
    facts: ContentFacts
    sent: ContentFacts
    ahead: Ahead | None
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
    draft_fingerprint: str

    @property
    def unfit(self) -> list[str]:
        """Return in words which texts of channels cannot be printed, and why."""
        return unfit_in(self.content.forms)

    @property
    def title(self) -> str:
        """Return the English subject of the version shown, or the present one."""
        return self.content.title if self.version else self.message.title

    @property
    def version_text(self) -> str:
        """Return the number of the version shown, for an address."""
        return str(self.version.version) if self.version else ""

    @property
    def audience_query(self) -> str:
        """Return what a list of people asks for those that the page counts."""
        if self.version:
            return f"version={self.version.pk}"
        return f"audience={self.message.audience_id}"

    @property
    def sent_query(self) -> str:
        """Return the same for what goes out as things stand."""
        return f"version={self.ahead.version.pk}" if self.ahead else self.audience_query

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
        return self.sent.people - sum(one.people for one in self.sent.fallbacks)

    @property
    def is_askable(self) -> bool:
        """Tell whether the English text may be shown for approval: without it nothing may."""
        return any(row.code == SOURCE_LANGUAGE and row.state in READY for row in self.languages)

    @property
    def read(self) -> list[LanguageRow]:
        """Return the languages that somebody in view reads, those with most readers first."""
        return [row for row in self.languages if row.people]

    @property
    def unread(self) -> list[LanguageRow]:
        """Return the languages that nobody in view reads."""
        return [row for row in self.languages if not row.people]

    @property
    def asks(self) -> str:
        """Return ``ask`` if something new could be decided, ``again`` if a version waits for it.

        Nothing if what is written is what waits or stands.
        """
        written = {one.fingerprint for one in (self.waiting, self.standing) if one}
        if self.draft_fingerprint in written:
            return ""
        return "again" if self.waiting else "ask"

    @property
    def stale(self) -> list[LanguageRow]:
        """Return the languages whose English has changed since."""
        return [row for row in self.languages if row.state == "stale"]

    @property
    def text_wait(self) -> TextWait:
        """Return how many have no text in their language, and whether they wait for it."""
        goes = self.ahead.version.frozen if self.ahead else self.content
        return text_wait_of(goes, self.sent, self.message.programme.languages)


def workspace_of(
    message: Message,
    content: Content,
    version: Approval | None,
    scope: Scope,
    language: str,
    extra: frozenset[str],
    draft: Content,
    ahead: Ahead | None = None,
) -> Workspace:
    """Return a message as it is in view, with one language as a mail.

    ``draft`` is its content as it is written now; ``ahead`` goes out meanwhile.

    ``extra`` are the placeholders of the message's source.
    """
    facts = facts_of(content, scope, message.pk)
    older = ahead if version is None else None
    sent, goes = (older.facts, older.version.frozen) if older else (facts, content)
    rows = language_rows(message, goes, sent, scope, is_older=older is not None)
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
            examples=source_of(message).examples(message, chosen),
        )
    reads_drafts, decides = scope.reads_drafts, scope.may("decision.read")
    waiting = message.approvals.waiting().first() if reads_drafts else None
    standing = message.approvals.standing().first()
    return Workspace(
        message=message,
        version=version,
        content=content,
        facts=facts,
        sent=sent,
        ahead=older,
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
        draft_fingerprint=draft.fingerprint,
    )


def open_questions(waiting: Approval | None) -> list[Question]:
    """Return what was asked about a version that waits, and not answered."""
    if waiting is None:
        return []
    return list(Question.objects.open().filter(approval=waiting).select_related("asked_by"))


def language_rows(
    message: Message, content: Content, facts: ContentFacts, scope: Scope, *, is_older: bool = False
) -> list[LanguageRow]:
    """Return the languages of the programme, those with most readers first.

    ``is_older`` tells that the content goes out although a newer text is written.
    Readers of some regions see what is approved, not how far the next version is.
    """
    languages, ready = message.programme.languages, content.languages
    counts = reading_counts(facts.wanted, languages)
    asked: set[str] = set()
    if scope.reads_drafts:
        found = states_of(message, FIELDS, languages)
        states = {code: status.state for code, status in found.items()}
        asked = {code for code, status in found.items() if status.is_asked}
    else:
        states = {code: "approved" if code in ready else "missing" for code in languages}
    rows = [
        LanguageRow(
            code,
            counts[code],
            states[code],
            instead_of(code, list(ready)),
            is_older=is_older and code in ready and states[code] != "approved",
            is_asked=code in asked,
        )
        for code in languages
    ]
    return sorted(rows, key=lambda row: -row.people)


def instead_of(code: str, ready: list[str]) -> str:
    """Return the language that readers of a language without a ready text get, or nothing."""
    return "" if code in ready else reading_language(code, ready) or ""
