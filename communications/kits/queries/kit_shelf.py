"""What a kit holds for one site, for those who read it and see nothing else of its programme."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from communications.kits.models import KitFile, KitVersion
from communications.kits.queries.kit import values_at
from communications.kits.queries.kit_use import Uses
from communications.kits.rendering.sheet import sheet_text
from communications.messages.models import Approval
from communications.messages.models.adaptation import PLACES
from communications.messages.queries.adaptation import papers_of
from communications.messages.rendering import reading_language
from programmes.models import Programme, Site, WaveSite


@dataclass(frozen=True)
class Folder:
    """The files of one message, without their contents, and its title in their language.

    ``people`` are those for whom they are, of an adaptation.
    """

    title: str
    files: list[KitVersion]
    people: str = ""

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


def shelf_of(place: WaveSite, language: str, today: date) -> Shelf:
    """Return what is published at a dated site, in a language or what is read instead.

    What has not entered the kit by ``today`` is left out. Three queries.
    """
    versions = entered_by(published_at(place), place, today)
    languages = sorted({version.file.language for version in versions})
    shown = reading_language(language, languages) or next(iter(languages), "")
    by_voice: dict[tuple[int, int | None], list[KitVersion]] = defaultdict(list)
    for version in versions:
        if version.file.language == shown:
            by_voice[version.file.voice].append(version)
    titles = titles_of({message for message, _adaptation in by_voice}, place, shown)
    folders = [
        Folder(titles[message], files, str(files[0].file.adaptation or ""))
        for (message, _adaptation), files in by_voice.items()
    ]
    return Shelf(place, shown, languages, folders)


def places_at(programme: Programme, site: Site) -> list[WaveSite]:
    """Return the places of a site in the waves of a programme that have a kit, dated; one query."""
    places = WaveSite.objects.filter(wave__programme=programme, wave__handed_over_on=None)
    return list(places.filter(site=site).dated().select_related("wave__programme", "site"))


def picture_at(places: Iterable[WaveSite], pk: int, today: date) -> bytes | None:
    """Return the small picture of a version that has entered the kit of one of dated places."""
    own = {place.pk: place for place in places}
    files = KitFile.objects.wanted().filter(place__in=own)
    versions = KitVersion.objects.current().filter(file__in=files, pk=pk).exclude(picture=b"")
    found = versions.select_related("file").defer("content").first()
    if found is None or not entered_by([found], own[found.file.place_id], today):
        return None
    return bytes(found.picture)


def published_at(place: WaveSite) -> list[KitVersion]:
    """Return what the files for a site hold now, while their messages stand approved."""
    files = KitFile.objects.wanted().filter(place=place)
    related = ("file", *(f"file__adaptation__{name}" for name in PLACES))
    versions = KitVersion.objects.current().filter(file__in=files).select_related(*related)
    found = versions.defer("content", "picture")
    order = list(KitFile.Kind.values)
    return sorted(
        found,
        key=lambda one: (
            *(one.file.message_id, one.file.adaptation_id or 0),
            *(order.index(one.file.kind), one.file_id),
        ),
    )


def entered_by(versions: Iterable[KitVersion], place: WaveSite, today: date) -> list[KitVersion]:
    """Keep what has entered the kit of a dated site by a day; one query, three with adaptations."""
    found = list(versions)
    messages = {version.file.message_id for version in found}
    standing = list(Approval.objects.standing().filter(message__in=messages))
    is_adapted = any(version.file.adaptation_id for version in found)
    uses = Uses(standing, [place], None, papers_of(standing) if is_adapted else ())
    held = [version for version in found if uses.holds(version.file)]
    return [version for version in held if not uses.of(version.file, today)[1]]


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
