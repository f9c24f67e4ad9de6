"""What moves with a go-live besides messages: the files of kits, which are rebuilt."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import ngettext

from communications.dispatches.services.left import forget_left, keep_left
from communications.mailroom.models import State
from communications.models import Delivery, KitFile, Post
from programmes.models import Move, WaveSite
from programmes.queries.shift import Mover, Row, Shift, Wishes, register
from programmes.scope import Scope

# What has left, or may have.
OUT = (State.SENDING, State.SENT, State.IN_DOUBT)


class Kits(Mover):
    """Their sheets show the go-live of the site: each is made again with the new one."""

    key = "kits"

    def rows(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return one row for all files of the sites that move; one query."""
        files = _files(shift, scope)
        words = ngettext(
            "Kit: %(n)d file will be created again",
            "Kit: %(n)d files will be created again",
            files,
        )
        return _row(words % {"n": files}, shift) if files else ()

    def moving(self, shift: Shift, wishes: Wishes, scope: Scope, now: datetime) -> Sequence[Row]:
        """Return the same without a sentence: the trail is read in other languages too."""
        files = _files(shift, scope)
        return _row(f"Kit ({files})", shift) if files else ()


def _files(shift: Shift, scope: Scope) -> int:
    if not shift.places:
        return 0
    places = [place.pk for place in shift.places]
    return KitFile.objects.within(scope).wanted().filter(place__in=places).count()


def _row(title: str, shift: Shift) -> list[Row]:
    return [Row("kit", "kit", title, shift.before_on, shift.after_on, pk=shift.wave.pk)]


class Mails(Mover):
    """When messages are due is computed; what has left stays, and blocks the way back."""

    key = "mails"

    def apply(self, shift: Shift, wishes: Wishes, user: Any, now: datetime) -> Any:
        """Keep the moments of what has left."""
        return keep_left(shift) if shift.what == Move.What.GO_LIVE else None

    def undo(self, kept: Any, move: Move, user: Any, now: datetime) -> None:
        """Let them follow from the go-live again."""
        forget_left(kept)

    def went_out(self, move: Move) -> int:
        """Count mails and posts of the programme to the sites that moved."""
        sites = WaveSite.objects.filter(wave=move.wave_id)
        if move.site_id:
            sites = sites.filter(site=move.site_id)
        since = Q(ended_at__gte=move.moved_at) | Q(state=State.SENDING)
        left = Q(state__in=OUT) & since
        of = {"dispatch__message__programme": move.wave.programme_id}
        keys = list(sites.values_list("site", flat=True))
        mails = Delivery.objects.filter(left, site__in=keys, **of).count()
        return mails + Post.objects.filter(left, sites__in=keys, **of).distinct().count()


register(Kits())
register(Mails())
