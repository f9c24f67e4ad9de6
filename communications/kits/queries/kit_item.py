"""The files of a kit, one by one and as they stand together on a page."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communications.kits.models import KitFile, KitVersion

# What stands together under one heading, by the kind that it is named after.
GROUPS: dict[str, tuple[str, ...]] = {
    KitFile.Kind.POSTER: (KitFile.Kind.POSTER,),
    KitFile.Kind.FLYER: (KitFile.Kind.FLYER,),
    KitFile.Kind.MAIL: (KitFile.Kind.MAIL, KitFile.Kind.PAGE, KitFile.Kind.TEXT),
    KitFile.Kind.CHAT: (KitFile.Kind.CHAT,),
}
FORMS: dict[str, Promise] = {
    KitFile.Kind.MAIL: _("draft"),
    KitFile.Kind.PAGE: _("page"),
    KitFile.Kind.TEXT: _("text"),
}
# Why a file cannot be made; the first are the parts of a sheet that do not fit.
PROBLEMS: dict[str, Promise] = {
    "title": _("the subject is too long"),
    "text": _("first paragraph and list are too long together"),
    "site": _("the name of the site is too long"),
    "name": _("the name of the programme is too long"),
    "help": _("what to ask for help is too long"),
    "date": _("the date is too long"),
    "qr": _("the words at the code are too long"),
    "glyph": _("no font has the character “%(detail)s”"),
    "failed": _("it failed three times; the log of the workers says why"),
}


@dataclass(frozen=True)
class Item:
    """One file of a message with its approved ``title``.

    ``version`` is what it holds now, None before anything was made.
    """

    title: str
    file: KitFile
    version: KitVersion | None
    is_new: bool

    @property
    def is_there(self) -> bool:
        """Tell whether it can be downloaded."""
        return self.version is not None

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
class Part:
    """One message of a kit; of its ``items``, those ``listed`` stand in its table of sites."""

    message: int
    title: str
    items: list[Item]
    gaps: list[Gap]
    listed: list[Item] = field(default_factory=list)

    @property
    def groups(self) -> list["KitGroup"]:
        """Return its files by the heading that they stand under."""
        return [KitGroup(kind, self.items) for kind in GROUPS]

    @property
    def table(self) -> list["SiteRow"]:
        """Return a row for each site with files that are listed, in the order of the items."""
        found: dict[str, list[Item]] = {}
        for item in self.listed:
            found.setdefault(item.file.place.site.name, []).append(item)
        return [SiteRow(*row) for row in found.items()]


@dataclass(frozen=True)
class SiteRow:
    """The files of a message for a site."""

    site: str
    items: list[Item]

    @property
    def cells(self) -> list[tuple[str, list["Row"]]]:
        """Return for each heading its words, and a row for each form that has files."""
        groups = [KitGroup(kind, self.items) for kind in GROUPS]
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
