"""The kit of one wave in one region, as one reader sees it: what is there, missing and new."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.http import urlencode
from django.utils.translation import get_language

from communications.kits.models import KitDownload, KitFile, KitVersion
from communications.kits.queries.kit import crowd_at, versions_of_kits
from communications.kits.queries.kit_item import Gap, Item, KitGroup, News, Part, Voice, groups_of
from communications.kits.queries.kit_kind import languages_at, wanted_at
from communications.kits.queries.kit_news import news_of
from communications.kits.queries.kit_use import Uses
from communications.messages.models import AdaptationVersion, Approval
from communications.messages.queries.adaptation import papers_of
from communications.messages.rendering import reading_language
from programmes.models import Programme, Region, Wave, WaveSite
from programmes.queries.texts import MISSING, states_of_many
from programmes.scope import Scope
from stakeholders.audiences.queries.crowd import Crowd

FIELDS = ("subject", "body")
# Downloads after which only what is made later is new.
WHOLE = (KitDownload.Extent.ALL, KitDownload.Extent.NEW)


@dataclass(frozen=True)
class KitBoard:
    """The kit; ``since`` is when its reader last took the whole of it or all that was new.

    ``items`` are the files of ``language``, or of all ``languages``; ``parts`` may show fewer.
    ``awaited`` is how many approved messages are read there whose files no worker has noted yet.
    """

    programme: Programme
    wave: Wave
    region: Region
    live_on: date
    parts: list[Part]
    since: datetime | None
    language: str = ""
    languages: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    awaited: int = 0

    @property
    def there(self) -> list[Item]:
        """Return the files that can be downloaded."""
        return [item for item in self.items if item.is_there]

    @property
    def new(self) -> list[Item]:
        """Return the files that are new or changed since then."""
        return [item for item in self.items if item.is_new and not item.is_early]

    @property
    def unmade(self) -> list[Item]:
        """Return the files that cannot be made as their texts stand."""
        return [item for item in self.items if item.file.state == KitFile.State.REFUSED]

    @property
    def pending(self) -> list[Item]:
        """Return the files that are still to be made."""
        return [item for item in self.items if item.file.state in KitFile.OPEN]

    @property
    def query(self) -> str:
        """Return what names the kit in the address of its page."""
        return urlencode({"region": self.region.slug, "wave": str(self.wave.pk)})

    @property
    def listed(self) -> int:
        """Return how many files stand in the tables of its parts."""
        return sum(len(part.listed) for part in self.parts)

    @property
    def size(self) -> int:
        """Return the size of what can be downloaded, in bytes."""
        return sum(item.size for item in self.there)

    @property
    def new_size(self) -> int:
        """Return the size of what is new, in bytes."""
        return sum(item.size for item in self.new)

    @property
    def groups(self) -> list[KitGroup]:
        """Return all its files by the heading that they stand under."""
        return groups_of(self.items)


def kit_board(
    programme: Programme,
    wave: Wave,
    region: Region,
    places: Collection[WaveSite],
    scope: Scope,
    language: str = "",
    *,
    only_new: bool = False,
    listed: Collection[int] = (),
    today: date | None = None,
) -> KitBoard:
    """Return a kit in twelve queries at most; ``places`` are the sites of that wave and region.

    What is new is so for the user of the scope; with ``only_new`` the parts show nothing else. The
    tables of the parts have the files of the places ``listed``, by their ids. What has not entered
    the kit by ``today`` is shown and not handed out; without a day all is.
    """
    approvals = list(versions_of_kits(programme))
    adapted = papers_of(approvals)
    uses = Uses(approvals, places, get_language(), adapted)
    files = [file for file in files_of(places) if uses.holds(file)]
    versions = KitVersion.objects.current().filter(file__in=files).defer("content", "picture")
    made = {version.file_id: version for version in versions}
    since, new = news_for(scope.user_id, wave, region, made.values())
    voices = voices_of_kit(approvals, adapted)
    items = [
        Item(voices[f.voice].name, f, made.get(f.pk), f.pk in new, *uses.of(f, today))
        for f in files
    ]
    crowd = crowd_at(places, approvals, scope)
    gaps = {} if only_new else gaps_of(programme, approvals, places, crowd)
    items_of_language = [i for i in items if language in ("", i.file.language)]
    shown = [i for i in items_of_language if i.is_new or not only_new]
    news = news_of(approvals, adapted, [item for item in items if item.is_new], since)
    parts = [_part(voice, shown, gaps, listed, news) for voice in voices.values()]
    return KitBoard(
        programme=programme,
        wave=wave,
        region=region,
        live_on=min(place.live_on for place in places),
        parts=[part for part in parts if part.items or part.gaps],
        since=since,
        language=language,
        languages=sorted({item.file.language for item in items}),
        items=items_of_language,
        awaited=len(_read(approvals, places, crowd) - {file.message_id for file in files}),
    )


def voices_of_kit(
    approvals: Iterable[Approval], adapted: Collection[AdaptationVersion]
) -> dict[tuple[int, int | None], Voice]:
    """Return whose words a kit has, by their ids: each message, and after it its adaptations."""
    found: dict[tuple[int, int | None], Voice] = {}
    for approval in approvals:
        message, title = approval.message_id, approval.frozen.title
        found[message, None] = Voice(message, title)
        for one in adapted:
            if one.adaptation.message_id == message:
                people, has_email = str(one.adaptation), one.frozen.has_email
                found[message, one.adaptation_id] = Voice(
                    message, title, one.adaptation_id, people, has_email=has_email
                )
    return found


def _read(approvals: Iterable[Approval], places: Collection[WaveSite], crowd: Crowd) -> set[int]:
    """Return the messages, by id, that people at some places read."""
    return {
        approval.message_id
        for approval in approvals
        if any(languages_at(place, approval, crowd) for place in places)
    }


def _part(
    voice: Voice,
    shown: Iterable[Item],
    gaps: Mapping[int, list[Gap]],
    listed: Collection[int],
    news: Mapping[tuple[int, int | None], list[News]],
) -> Part:
    items = [item for item in shown if item.file.voice == voice.key]
    in_table = [item for item in items if item.file.place_id in listed]
    own_gaps = [] if voice.adaptation else gaps.get(voice.message, [])
    return Part(voice, items, own_gaps, in_table, news.get(voice.key, []))


def files_of(places: Iterable[WaveSite]) -> Iterable[KitFile]:
    """Return the files of kits at some places, of what stands approved, by site and language."""
    files = KitFile.objects.wanted().filter(place__in=[place.pk for place in places])
    related = files.select_related("place__site", "place__wave")
    return related.order_by("place__site__name", "language", "pk")


def news_for(
    user: int | None, wave: Wave, region: Region, versions: Iterable[KitVersion]
) -> tuple[datetime | None, set[int]]:
    """Return since when, and the ids of the files of which somebody lacks the present version.

    It counts from the last time that they took the whole kit or all that was new, else from their
    first download; before that, nothing is called new.
    """
    mine = list(KitDownload.objects.filter(user=user, wave=wave, region=region))
    if not mine:
        return None, set()
    wholes = (one for one in mine if one.extent in WHOLE)
    start = next(wholes, mine[-1])
    taken = {pk for one in mine if one.at >= start.at for pk in one.versions}
    lacking = (v for v in versions if v.made_at > start.at and v.pk not in taken)
    return start.at, {version.file_id for version in lacking}


def gaps_of(
    programme: Programme,
    approvals: Collection[Approval],
    places: Collection[WaveSite],
    crowd: Crowd,
) -> dict[int, list[Gap]]:
    """Return by message the languages of the programme that people there want and do not get."""
    messages = [approval.message for approval in approvals]
    states = states_of_many(messages, FIELDS, programme.languages)
    found: dict[int, list[Gap]] = {}
    for approval in approvals:
        wanted = {code for place in places for code in wanted_at(place, approval, crowd)}
        lacking = _lacking(wanted, programme, approval.frozen.languages)
        found[approval.message_id] = [
            Gap(code, _state(states[approval.message_id], code), reads) for code, reads in lacking
        ]
    return found


def _lacking(
    wanted: Iterable[str], programme: Programme, ready: Collection[str]
) -> list[tuple[str, str]]:
    """Return the languages that could be there and are not, with what is read instead."""
    offered = {reading_language(code, programme.languages) for code in wanted}
    lacking = sorted(code for code in offered if code and code not in ready)
    return [(code, reading_language(code, ready) or "") for code in lacking]


def _state(statuses: Mapping[str, Any], language: str) -> str:
    return str(statuses[language].state) if language in statuses else MISSING
