"""The word of a stream and of regions on an impact: given, out of date, or still asked for."""

from dataclasses import dataclass

from programmes.models import Region
from programmes.scope import Scope
from stakeholders.register.models import Impact, ImpactConfirmation
from stakeholders.register.queries.impact import Seats, regions_of


@dataclass(frozen=True)
class Word:
    """What one stream or region has said.

    Attributes:
        name: of the stream or region.
        region: its id; None is the stream.
        said: its confirmation, if it gave one.
        is_stale: whether the impact was changed since.
        is_own: whether the reader speaks for it.

    """

    name: str
    region: int | None
    said: ImpactConfirmation | None
    is_stale: bool
    is_own: bool

    @property
    def is_given(self) -> bool:
        """Tell whether it stands for the impact as it is now."""
        return self.said is not None and not self.is_stale


def words_of(impact: Impact, scope: Scope, seats: Seats) -> list[Word]:
    """Return the word of the stream and of each region in view, in two queries."""
    given = {one.region_id: one for one in impact.confirmations.select_related("by")}
    regions: list[Region | None] = [*regions_of(impact, scope)]
    asked = [None, *regions] if impact.stream else regions
    return [_word(impact, region, given, seats) for region in asked]


def _word(
    impact: Impact,
    region: Region | None,
    given: dict[int | None, ImpactConfirmation],
    seats: Seats,
) -> Word:
    key = region.pk if region else None
    said = given.get(key)
    return Word(
        name=str(region or impact.stream),
        region=key,
        said=said,
        is_stale=said is not None and said.at < impact.changed_at,
        is_own=key in seats.regions if region else impact.stream_id in seats.streams,
    )
