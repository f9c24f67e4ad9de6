"""What a kit holds for one site, for those who read it and see nothing else of its programme."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from communications.kits.models import KitFile, KitVersion
from communications.kits.queries.kit import values_at
from communications.kits.rendering.sheet import sheet_text
from communications.messages.models import Approval
from communications.messages.rendering import reading_language
from programmes.models import Programme, Site, WaveSite


@dataclass(frozen=True)
class Folder:
    """The files of one message, without their contents, and its title in their language."""

    title: str
    files: list[KitVersion]

    @property
    def pictured(self) -> list[KitVersion]:
        """Return the files of which there is a picture."""
        return [one for one in self.files if one.file.kind in KitFile.PICTURED]

    @property
    def others(self) -> list[KitVersion]:
        """Return the files of which there is none."""
        return [one for one in self.files if one.file.kind not in KitFile.PICTURED]


@dataclass(frozen=True)
class Shelf:
    """The files for a site in one language; ``languages`` are those in which there are some."""

    place: WaveSite
    language: str
    languages: list[str]
    folders: list[Folder]


def shelf_of(place: WaveSite, language: str) -> Shelf:
    """Return what is published at a dated site, in a language or what is read instead.

    Two queries.
    """
    versions = published_at(place)
    languages = sorted({version.file.language for version in versions})
    shown = reading_language(language, languages) or next(iter(languages), "")
    by_message: dict[int, list[KitVersion]] = defaultdict(list)
    for version in versions:
        if version.file.language == shown:
            by_message[version.file.message_id].append(version)
    titles = titles_of(by_message, place, shown)
    folders = [Folder(titles[pk], files) for pk, files in by_message.items()]
    return Shelf(place, shown, languages, folders)


def places_at(programme: Programme, site: Site) -> list[WaveSite]:
    """Return the places of a site in the waves of a programme that have a kit, dated; one query."""
    places = WaveSite.objects.filter(wave__programme=programme, wave__handed_over_on=None)
    return list(places.filter(site=site).dated().select_related("wave__programme", "site"))


def picture_at(places: Iterable[WaveSite], pk: int) -> bytes | None:
    """Return the small picture of a version that is published at one of some places."""
    files = KitFile.objects.wanted().filter(place__in=list(places))
    versions = KitVersion.objects.current().filter(file__in=files, pk=pk).exclude(picture=b"")
    picture = versions.values_list("picture", flat=True).first()
    return bytes(picture) if picture is not None else None


def published_at(place: WaveSite) -> list[KitVersion]:
    """Return what the files for a site hold now, while their messages stand approved."""
    files = KitFile.objects.wanted().filter(place=place)
    versions = KitVersion.objects.current().filter(file__in=files).select_related("file")
    found = versions.defer("content", "picture")
    order = list(KitFile.Kind.values)
    return sorted(found, key=lambda one: (one.file.message_id, order.index(one.file.kind)))


def titles_of(messages: Iterable[int], place: WaveSite, language: str) -> Mapping[int, str]:
    """Return the titles of approved messages in a language, with the site's values; one query."""
    values = values_at(place, language or "en")
    approvals = Approval.objects.standing().filter(message__in=list(messages))
    return {one.message_id: _title(one, language, values) for one in approvals}


def _title(approval: Approval, language: str, values: Mapping[str, str]) -> str:
    """Return the subject as its sheets bear it; as staff name it while the language is lacking."""
    text = approval.frozen.languages.get(language)
    return (
        sheet_text(language, text["subject"], "", values).title if text else approval.frozen.title
    )
