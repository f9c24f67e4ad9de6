"""Waves that will not be ready, as their rules or an override say."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onelift.dashboards.attention.queries.concern import Concern, Step
from onelift.dashboards.attention.queries.known import Known, WaveAhead
from onelift.dashboards.attention.queries.weight import AT_RISK, OFF_TRACK
from onelift.dashboards.readiness.queries.board import WaveState
from programmes.models import Verdict

MOST_FACTS = 3


def not_ready(known: Known) -> Iterator[Concern]:
    """Yield each wave that is off track or at risk; what is in Run is over."""
    for wave in known.waves:
        state = known.states.get(wave.wave.pk)
        if state and state.readiness.verdict in (Verdict.OFF_TRACK, Verdict.AT_RISK):
            yield _of(known, wave, state)


def _of(known: Known, wave: WaveAhead, state: WaveState) -> Concern:
    is_off = state.readiness.verdict == Verdict.OFF_TRACK
    text = _("%(wave)s is off track") if is_off else _("%(wave)s is at risk")
    return Concern(
        OFF_TRACK if is_off else AT_RISK,
        text % {"wave": wave.wave.name},
        advice=_why(known, state),
        people=wave.people,
        days=wave.days_left(known.today),
        url=state.url,
        step=Step(_("See the rules"), state.url) if state.url else None,
    )


def _why(known: Known, state: WaveState) -> str:
    """Return who overrode the rules, else the first facts that fail and how many more do.

    They are facts of the whole wave, also where a region reads them beside its own.
    """
    if state.readiness.override:
        return state.found.reason
    words = [row.judged.words for row in state.missed]
    shown, more = words[:MOST_FACTS], len(words) - MOST_FACTS
    if more > 0:
        shown.append(ngettext("%(n)d more", "%(n)d more", more) % {"n": more})
    facts = " · ".join(shown)
    return _("In the whole wave: %(facts)s") % {"facts": facts} if known.region else facts
