"""The kit of one wave in one region, as one reader sees it: what is there, missing and new."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.http import urlencode

from communications.kits.models import KitDownload, KitFile, KitVersion
from communications.kits.queries.kit import crowd_at, versions_of_kits, wanted_at
from communications.kits.queries.kit_item import GROUPS, Gap, Item, KitGroup, Part
from communications.messages.models import Approval
from communications.messages.rendering import reading_language
from programmes.models import Programme, Region, Wave, WaveSite
from programmes.queries.texts import MISSING, states_of_many
from programmes.scope import Scope

FIELDS = ("subject", "body")


@dataclass(frozen=True)
class KitBoard:
    """The kit; ``since`` is when its reader last took the whole of it or all that was new.

    ``items`` are the files of ``language``, or of all ``languages``; ``parts`` may show fewer.
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

    @property
    def there(self) -> list[Item]:
        """Return the files that can be downloaded."""
        return [item for item in self.items if item.is_there]

    @property
    def new(self) -> list[Item]:
        """Return the files that are new or changed since then."""
        return [item for item in self.items if item.is_new]

    @property
    def unmade(self) -> list[Item]:
        """Return the files that cannot be made as their texts stand."""
        return [item for item in self.items if item.file.state == KitFile.State.REFUSED]

    @property
    def coming(self) -> list[Item]:
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
        return [KitGroup(kind, self.items) for kind in GROUPS]


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
) -> KitBoard:
    """Return a kit in eight queries at most; ``places`` are the sites of that wave and region.

    What is new is so for the user of the scope; with ``only_new`` the parts show nothing else. The
    tables of the parts have the files of the places ``listed``, by their ids.
    """
    approvals = list(versions_of_kits(programme))
    files = list(files_of(places))
    versions = KitVersion.objects.current().filter(file__in=files).defer("content", "picture")
    made = {version.file_id: version for version in versions}
    since, new = news_for(scope.user_id, wave, region, made.values())
    titles = {approval.message_id: approval.frozen.title for approval in approvals}
    items = [Item(titles[f.message_id], f, made.get(f.pk), f.pk in new) for f in files]
    gaps = {} if only_new else gaps_of(programme, approvals, places, scope)
    items_of_language = [i for i in items if language in ("", i.file.language)]
    shown = [i for i in items_of_language if i.is_new or not only_new]
    parts = [_part(pk, title, shown, gaps, listed) for pk, title in titles.items()]
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
    )


def _part(
    message: int,
    title: str,
    shown: Iterable[Item],
    gaps: Mapping[int, list[Gap]],
    listed: Collection[int],
) -> Part:
    items = [item for item in shown if item.file.message_id == message]
    in_table = [item for item in items if item.file.place_id in listed]
    return Part(message, title, items, gaps.get(message, []), in_table)


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
    mine = KitDownload.objects.filter(user=user, wave=wave, region=region)
    whole = mine.filter(extent__in=[KitDownload.Extent.ALL, KitDownload.Extent.NEW]).first()
    start = whole or mine.last()
    if start is None:
        return None, set()
    later = mine.filter(at__gte=start.at).values_list("versions", flat=True)
    taken = {pk for ids in later for pk in ids}
    lacking = (v for v in versions if v.made_at > start.at and v.pk not in taken)
    return start.at, {version.file_id for version in lacking}


def gaps_of(
    programme: Programme,
    approvals: Collection[Approval],
    places: Collection[WaveSite],
    scope: Scope,
) -> dict[int, list[Gap]]:
    """Return by message the languages of the programme that people there want and do not get."""
    crowd = crowd_at(places, approvals, scope)
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
