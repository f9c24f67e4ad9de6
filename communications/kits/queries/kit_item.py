"""The files of a kit, one by one and as they stand together on a page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communications.kits.models import KitFile, KitVersion
from communications.messages.queries.source import Piece
from programmes.design.formats import comma

# What stands together under one heading, by the kind that it is named after.
GROUPS: dict[str, tuple[str, ...]] = {
    KitFile.Kind.POSTER: (KitFile.Kind.POSTER,),
    KitFile.Kind.FLYER: (KitFile.Kind.FLYER,),
    KitFile.Kind.MAIL: (KitFile.Kind.MAIL, KitFile.Kind.PAGE, KitFile.Kind.TEXT),
    KitFile.Kind.CHAT: (KitFile.Kind.CHAT,),
    KitFile.Kind.POINTS: (KitFile.Kind.POINTS, KitFile.Kind.DOCX),
    KitFile.Kind.SLIDES: (KitFile.Kind.SLIDES,),
    KitFile.Kind.NOTICE: (KitFile.Kind.NOTICE,),
}
# What each message has; other headings are there where it has files of them.
ALWAYS = (KitFile.Kind.POSTER, KitFile.Kind.FLYER, KitFile.Kind.MAIL, KitFile.Kind.CHAT)
FORMS: dict[str, Promise] = {
    KitFile.Kind.MAIL: _("draft"),
    KitFile.Kind.PAGE: _("page"),
    KitFile.Kind.TEXT: _("text"),
    KitFile.Kind.POINTS: _("PDF"),
    KitFile.Kind.DOCX: _("Word"),
}
# Why a file cannot be made; the first are the parts of a sheet that do not fit.
PROBLEMS: dict[str, Promise] = {
    "title": _("the subject is too long"),
    "text": _("the first paragraph and the list together are too long"),
    "site": _("the site name is too long"),
    "name": _("the programme name is too long"),
    "help": _("the text about getting help is too long"),
    "date": _("the date is too long"),
    "qr": _("the text next to the code is too long"),
    "action": _("the line on what to do is too long"),
    "glyph": _("no font has the character “%(detail)s”"),
    "failed": _("it failed three times; the worker log gives the reason"),
}


# What of these a sheet calls otherwise that was written for itself, and not cut from an email.
WRITTEN_PROBLEMS: dict[str, Promise] = {
    **PROBLEMS,
    "title": _("the headline is too long"),
    "text": _("the text is too long"),
    "glyph": _("a character cannot be printed"),
}


def problems_in_words(parts: Iterable[str]) -> list[str]:
    """Return in words why a page that somebody writes cannot be made, by the parts of it."""
    return [str(WRITTEN_PROBLEMS.get(part, WRITTEN_PROBLEMS["text"])) for part in parts]


# Days before its own on which a file enters the kit: a print shop needs two weeks, and what lies
# about for longer is hung up too early or out of date.
LEAD_DAYS = 14


@dataclass(frozen=True)
class Use:
    """When, where and how often something is hung up or sent; empty where nobody has said.

    ``opens_on`` is the day on which it enters the kit, None if it is in it without a day.
    """

    from_on: date | None = None
    until_on: date | None = None
    spot: str = ""
    copies: int | None = None

    @property
    def opens_on(self) -> date | None:
        return self.from_on - timedelta(days=LEAD_DAYS) if self.from_on else None


@dataclass(frozen=True)
class Item:
    """One file of a message with its approved ``title``.

    ``version`` is what it holds now, None before anything was made. What ``is_early`` has not
    entered the kit yet.
    """

    title: str
    file: KitFile
    version: KitVersion | None
    is_new: bool
    use: Use = field(default_factory=Use)
    is_early: bool = False

    @property
    def is_there(self) -> bool:
        """Tell whether it can be downloaded."""
        return self.version is not None and not self.is_early

    @property
    def is_renewed(self) -> bool:
        """Tell whether it is an older version, and the present one is not there."""
        return self.is_there and self.file.state != KitFile.State.READY

    @property
    def problem(self) -> str:
        """Return in words why it cannot be made, or nothing."""
        words = PROBLEMS.get(self.file.problem, "")
        return str(words) % {"detail": self.file.detail} if words else ""

    @property
    def size(self) -> int:
        """Return its size in bytes."""
        return self.version.size if self.version else 0


@dataclass(frozen=True)
class Gap:
    """A language that people want and a message lacks; ``state`` is that of its text."""

    language: str
    state: str
    reads: str


@dataclass(frozen=True)
class News:
    """What of a text has changed since somebody took it: its old and its new words.

    Without ``pieces`` the words are the same: the day, a number to call or the look is another.
    """

    kind: str
    language: str
    pieces: list[Piece]

    @property
    def label(self) -> str:
        return str(KitFile.Kind(self.kind).label)


@dataclass(frozen=True)
class Voice:
    """Whose words files have: a message's, or for some ``people`` those of an adaptation."""

    message: int
    title: str
    adaptation: int | None = None
    people: str = ""
    has_email: bool = True

    @property
    def key(self) -> tuple[int, int | None]:
        """Return the ids of the message and the adaptation."""
        return self.message, self.adaptation

    @property
    def name(self) -> str:
        """Return the title, and whom it is for."""
        return f"{self.title}{comma()}{self.people}" if self.people else self.title

    @property
    def anchor(self) -> str:
        """Return its id on a page."""
        return "-".join(str(part) for part in ("message", *self.key) if part)


@dataclass(frozen=True)
class Part:
    """One voice of a kit; of its ``items``, those ``listed`` stand in its table of sites."""

    voice: Voice
    items: list[Item]
    gaps: list[Gap]
    listed: list[Item] = field(default_factory=list)
    news: list[News] = field(default_factory=list)

    @property
    def message(self) -> int:
        """Return the id of its message."""
        return self.voice.message

    @property
    def title(self) -> str:
        """Return what it is called in lists of files: the title, and whom it is for."""
        return self.voice.name

    @property
    def groups(self) -> list["KitGroup"]:
        """Return its files by the heading that they stand under."""
        found = groups_of(self.items)
        return [one for one in found if one.own] if self.voice.adaptation else found

    @property
    def table(self) -> list["SiteRow"]:
        """Return a row for each site with files that are listed, in the order of the items."""
        found: dict[str, list[Item]] = {}
        for item in self.listed:
            found.setdefault(item.file.place.site.name, []).append(item)
        headings = [group.kind for group in self.groups]
        return [SiteRow(site, items, headings) for site, items in found.items()]


@dataclass(frozen=True)
class SiteRow:
    """The files of a message for a site, under the ``headings`` of its table."""

    site: str
    items: list[Item]
    headings: list[str]

    @property
    def cells(self) -> list[tuple[str, list["Row"]]]:
        """Return for each heading its words, and a row for each form that has files."""
        groups = [KitGroup(kind, self.items) for kind in self.headings]
        return [(group.label, group.rows) for group in groups]


@dataclass(frozen=True)
class KitGroup:
    """The files of a message under one heading, among all ``items``."""

    kind: str
    items: list[Item]

    @property
    def label(self) -> str:
        return str(KitFile.Kind(self.kind).label)

    @property
    def own(self) -> list[Item]:
        """Return the files under the heading."""
        return [item for item in self.items if item.file.kind in GROUPS[self.kind]]

    @property
    def new(self) -> int:
        """Return how many of them are new."""
        return sum(item.is_new for item in self.own)

    @property
    def shown(self) -> Item | None:
        """Return the file whose picture stands for all: a new one, or one that its reader reads."""
        pictured = (i for i in self.own if i.version and i.file.kind in KitFile.PICTURED)
        own = get_language()
        return max(pictured, key=lambda i: (i.is_new, i.file.language == own), default=None)

    @property
    def uses(self) -> list[Use]:
        """Return when, where and how often its files are used, each once, the earliest first."""
        found = dict.fromkeys(item.use for item in self.own if item.use != Use())
        return sorted(found, key=lambda use: use.from_on or date.max)

    @property
    def opens_on(self) -> date | None:
        """Return the day on which the first of its files enters the kit, where none has yet."""
        early = [i.use.opens_on for i in self.own if i.is_early and i.use.opens_on]
        return min(early) if early and len(early) == len(self.own) else None

    @property
    def languages(self) -> dict[str, bool]:
        """Return each language, and whether all its files are there."""
        found: dict[str, bool] = {}
        for item in self.own:
            code = item.file.language
            found[code] = found.get(code, True) and item.is_there
        return dict(sorted(found.items()))

    @property
    def rows(self) -> list["Row"]:
        """Return the files by the form that they have."""
        found: dict[str, list[Item]] = {}
        for item in self.own:
            found.setdefault(item.file.kind, []).append(item)
        return [Row(*row) for row in found.items()]


@dataclass(frozen=True)
class Row:
    """Files in one form."""

    kind: str
    items: list[Item]

    @property
    def word(self) -> str:
        """Return what the form is called beside others; empty where it is the only one."""
        return str(FORMS.get(self.kind, ""))


def groups_of(items: list[Item]) -> list[KitGroup]:
    """Return files by their headings: what each message has, and what else there is."""
    groups = [KitGroup(kind, items) for kind in GROUPS]
    return [group for group in groups if group.kind in ALWAYS or group.own]
