"""The kit of a region that is wanted first."""

from collections.abc import Sequence
from datetime import date

from communications.kits.queries.kit_board import KitBoard, kit_board
from communications.kits.queries.kit_choice import place_next
from programmes.models import Programme, Region, WaveSite
from programmes.scope import Scope


def kit_next(
    programme: Programme, region: Region, places: Sequence[WaveSite], scope: Scope, today: date
) -> KitBoard | None:
    """Return the kit of the wave that comes next, or came last; None where none is in view."""
    held = sorted((p for p in places if p.wave.handed_over_on is None), key=lambda p: p.live_on)
    following = place_next(held, today)
    if following is None or not scope.may("kit.read"):
        return None
    own = [place for place in held if place.wave_id == following.wave_id]
    return kit_board(programme, following.wave, region, own, scope, today=today)
