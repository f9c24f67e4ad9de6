"""The sentence on top of the overview: the first rule that fits says what matters most."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.overview.queries.decisions import DecisionsBoard
from onelift.dashboards.overview.queries.wave_lines import WaveLine
from programmes.design import formats
from programmes.scope import Scope

SOON_DAYS = 14


def finding(
    lines: Sequence[WaveLine], waiting: int, today: date, *, is_yours: bool, held: int | None
) -> str:
    """Return what the reader should know first.

    Args:
        lines: the waves.
        waiting: how many decisions wait.
        today: the day.
        is_yours: whether the reader takes these decisions.
        held: how many mails an interrupted mail server holds back; None if it works.

    """
    if held is not None:
        words = ngettext(
            "The mail server does not answer, %(n)s mail waits",
            "The mail server does not answer, %(n)s mails wait",
            held,
        )
        return words % {"n": formats.number(held)}
    if waiting:
        return _waiting(waiting, is_yours=is_yours)
    return _of_waves(lines, today)


def _waiting(waiting: int, *, is_yours: bool) -> str:
    if is_yours:
        words = ngettext("%(n)d decision waits for you", "%(n)d decisions wait for you", waiting)
    else:
        words = ngettext(
            "%(n)d decision waits for the CIO", "%(n)d decisions wait for the CIO", waiting
        )
    return words % {"n": waiting}


def _of_waves(lines: Sequence[WaveLine], today: date) -> str:
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
        return _("%(wave)s is live for %(time)s") % values
    share = formats.percent(line.satisfaction.share)
    return _("%(wave)s is live for %(time)s, %(share)s satisfied") % {**values, "share": share}


def decisions_finding(board: DecisionsBoard, scope: Scope) -> str:
    """Return what the reader of the decisions should know first."""
    if scope.may("approval.decide"):
        return _waiting(len(board.mine), is_yours=True) if board.mine else _("Decisions")
    asked = sum(len(card.open_questions) for card in board.mine)
    if asked:
        words = ngettext(
            "%(n)d question waits for your answer", "%(n)d questions wait for your answer", asked
        )
        return words % {"n": asked}
    return _waiting(len(board.all), is_yours=False) if board.all else _("Decisions")
