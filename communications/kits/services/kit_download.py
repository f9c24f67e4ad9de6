"""Handing out a kit: what is taken is chosen once, written down, and sent as it was then."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from communications.kits.documents import Entry, UniqueNames, safe_name
from communications.kits.models import KitDownload, KitFile, KitVersion
from communications.kits.queries.kit_board import KitBoard
from communications.kits.queries.kit_item import Item, Voice
from communications.messages.services.refusal import RefusedError
from stakeholders.models import User

Extent = KitDownload.Extent
ENDINGS = {
    KitFile.Kind.POSTER: "poster-A3.pdf",
    KitFile.Kind.FLYER: "flyer-A5.pdf",
    KitFile.Kind.MAIL: "mail.eml",
    KitFile.Kind.PAGE: "mail.html",
    KitFile.Kind.TEXT: "mail.txt",
    KitFile.Kind.CHAT: "chat.txt",
    KitFile.Kind.POINTS: "talking-points.pdf",
    KitFile.Kind.DOCX: "talking-points.docx",
    KitFile.Kind.SLIDES: "slides.pptx",
    KitFile.Kind.NOTICE: "notice-A4.pdf",
}
COLUMNS = ("message", "site", "language", "kind", "made", "renewal waits")
LONGEST_TITLE = 40


@dataclass(frozen=True)
class Choice:
    """What is asked for: ``file`` is the id of one, ``language`` narrows the rest."""

    extent: str
    language: str = ""
    file: int | None = None


@dataclass(frozen=True)
class Taken:
    """What is handed out, under the name ``name``."""

    entries: Sequence[Entry]
    name: str


@transaction.atomic
def take(board: KitBoard, choice: Choice, user: User, now: datetime) -> Taken:
    """Write down what a user takes of a kit, and return it.

    The list holds one version of each file, and these versions stay until long after.

    Raises:
        RefusedError: nothing of what is asked for is there.
    """
    items = chosen(board, choice)
    if not items:
        raise RefusedError(_("These files are not ready yet. Try again in a minute."))
    entries = entries_of(board, items)
    KitDownload.objects.create(
        user=user,
        wave=board.wave,
        region=board.region,
        extent=_extent(choice),
        language=choice.language,
        at=now,
        files={entry.name: entry.sha256 for entry in entries},
        versions=[item.version.pk for item in items if item.version],
    )
    return Taken(entries, name_of(board, choice, entries))


def chosen(board: KitBoard, choice: Choice) -> list[Item]:
    """Return the files that are asked for and there."""
    if choice.extent == Extent.FILE:
        return [item for item in board.there if item.file.pk == choice.file]
    return board.new if choice.extent == Extent.NEW else board.there


def _extent(choice: Choice) -> str:
    """Return what it counts as: one language of what was new is one language."""
    if choice.language and choice.extent != Extent.FILE:
        return Extent.LANGUAGE
    return choice.extent


def entries_of(board: KitBoard, items: Iterable[Item]) -> list[Entry]:
    """Return files as parts of a bundle: a folder for each message, in it one for each language."""
    names = UniqueNames()
    titles = {
        part.voice.key: f"{number:02d} {_folder(part.voice)}"
        for number, part in enumerate(board.parts, 1)
    }
    return [
        _entry(item, item.version, names.take(_path(item, titles)), board)
        for item in items
        if item.version
    ]


def _folder(voice: Voice) -> str:
    """Return what the folder of a message is called; of an adaptation, its people come last."""
    title = safe_name(voice.title, longest=LONGEST_TITLE)
    return f"{title} {safe_name(voice.people, longest=LONGEST_TITLE)}" if voice.people else title


def _path(item: Item, titles: dict[tuple[int, int | None], str]) -> str:
    file = item.file
    site = safe_name(file.place.site.name, longest=LONGEST_TITLE)
    folder = f"{safe_name(titles[file.voice])}/{safe_name(file.language)}"
    return f"{folder}/{site}-{ENDINGS[KitFile.Kind(file.kind)]}"


def _entry(item: Item, version: KitVersion, name: str, board: KitBoard) -> Entry:
    file = item.file
    title = next(part.title for part in board.parts if part.voice.key == file.voice)
    return Entry(
        name=name,
        size=version.size,
        sha256=version.sha256,
        about=(
            title,
            file.place.site.name,
            file.language,
            str(file.get_kind_display()),
            version.made_at.isoformat(timespec="seconds"),
            "yes" if item.is_renewed else "",
        ),
        read=lambda: content_of(version.pk),
    )


def content_of(version: int) -> bytes:
    """Return what a version holds.

    Raises:
        KitVersion.DoesNotExist: it was dropped, an hour after it was superseded.
    """
    found = KitVersion.objects.filter(pk=version).values_list("content", flat=True)
    return bytes(found.get())


def name_alone(file: KitFile, title: str) -> str:
    """Return what one file is called where no folders say what it is."""
    words = (safe_name(title, longest=LONGEST_TITLE), safe_name(file.language))
    site = safe_name(file.place.site.name, longest=LONGEST_TITLE)
    return "-".join((*words, site, ENDINGS[KitFile.Kind(file.kind)]))


def name_of(board: KitBoard, choice: Choice, entries: Sequence[Entry]) -> str:
    """Return what the download is called: one file by its message, more by wave and region."""
    if choice.extent == Extent.FILE:
        folder, language, file = entries[0].name.split("/")
        return f"{safe_name(folder[3:])}-{language}-{file}"
    words = [board.region.name, board.wave.name, choice.language]
    if choice.extent == Extent.NEW:
        words.append("new")
    return "-".join(safe_name(word) for word in words if word) + ".zip"
