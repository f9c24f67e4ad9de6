"""The sentence on top of the overview where nothing is wrong, and that of the decisions."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.attention.queries.decisions import waiting_words
from onelift.dashboards.overview.queries.board import DecisionsBoard
from onelift.dashboards.overview.queries.wave_lines import WaveLine
from programmes.design import formats
from programmes.queries.decisions import DECIDE
from programmes.scope import Scope

SOON_DAYS = 14


def good_finding(lines: Sequence[WaveLine], today: date) -> str:
    """Return what to know first where nothing needs attention."""
    coming = [line for line in lines if line.state_on(today) == "planned"]
    first = min(coming, key=lambda line: line.live_on, default=None)
    if first and (first.live_on - today).days <= SOON_DAYS:
        return _coming(first, (first.live_on - today).days)
    live = [line for line in lines if line.state_on(today) == "live"]
    if live:
        return _live(max(live, key=lambda line: line.live_on), today)
    if first:
        return _coming(first, (first.live_on - today).days)
    return _("All waves are handed over to Run")


def _coming(line: WaveLine, days: int) -> str:
    words = ngettext("%(wave)s goes live in %(n)d day", "%(wave)s goes live in %(n)d days", days)
    return words % {"wave": line.wave.name, "n": days}


def _live(line: WaveLine, today: date) -> str:
    days = (today - line.live_on).days
    if days < SOON_DAYS:
        lasting = ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    else:
        lasting = ngettext("%(n)d week", "%(n)d weeks", days // 7) % {"n": days // 7}
    values = {"wave": line.wave.name, "time": lasting}
    if line.satisfaction is None:
        return _("%(wave)s has been live for %(time)s") % values
    values["share"] = formats.percent(line.satisfaction.share)
    return _("%(wave)s has been live for %(time)s, %(share)s satisfied") % values


def decisions_finding(board: DecisionsBoard, scope: Scope) -> str:
    """Return what the reader of the decisions should know first."""
    if to_decide := [card for card in board.mine if card.may_decide]:
        return waiting_words(len(to_decide), is_yours=True)
    if asked := len(board.mine):
        words = ngettext(
            "%(n)d question needs your answer", "%(n)d questions need your answer", asked
        )
        return words % {"n": asked}
    is_others = bool(board.open) and not scope.may(DECIDE)
    return waiting_words(len(board.open), is_yours=False) if is_others else _("Decisions")
