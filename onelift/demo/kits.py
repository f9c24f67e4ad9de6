"""The kit of the demonstration: a region took it along, and since then a number has changed."""

from datetime import datetime

from communications.kits.queries.kit import key_of, texts_of_kits, wanted_files
from communications.kits.queries.kit_board import kit_board
from communications.kits.queries.kit_choice import where_of
from communications.kits.services.kit import claim, note_wanted, work
from communications.kits.services.kit_download import Choice, take
from communications.models import KitDownload
from programmes.models import Programme, Region, Site, Wave
from programmes.services.support import save_support
from stakeholders.accounts.access import scope_of
from stakeholders.models import User

SITE, NUMBER = "Dublin", {"phone": "+353 1 555 50 50", "days": "12345"}
TAKER = "rosa.vidal@onelift.example"


def make_kit(programme: Programme, wave: Wave, now: datetime) -> None:
    """Let a worker make the kit of one wave in the taker's regions, and no others: those come."""
    scope = scope_of(_taker(), programme)
    texts = [one for one in texts_of_kits(programme, scope) if one.place.wave_id == wave.pk]
    note_wanted(programme, wanted_files(texts), now)
    said = {key_of(one, kind): one for one in texts for kind in one.kinds}
    while files := claim(programme, now):
        work(files, said, lambda: now)


def take_kit(programme: Programme, wave: Wave, now: datetime) -> None:
    """Let somebody of a region take the whole kit along."""
    taker = _taker()
    scope = scope_of(taker, programme)
    region = Region.objects.within(scope).get()
    where = where_of(programme, scope, region.slug, str(wave.pk), now.date())
    if where is None:
        raise LookupError("The region has no site in that wave.")
    board = kit_board(programme, wave, region, where.own, scope)
    take(board, Choice(KitDownload.Extent.ALL), taker, now)


def change_number(programme: Programme, wave: Wave, now: datetime) -> None:
    """Let a site of the wave be helped under another number, which its sheets then say."""
    save_support(programme, Site.objects.get(name=SITE), NUMBER, now=now)
    make_kit(programme, wave, now)


def _taker() -> User:
    return User.objects.get(email=TAKER)
