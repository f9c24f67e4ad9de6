"""The state of a wave in a few words, the same on every page."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.design import formats
from programmes.models import Verdict
from programmes.queries.judgement import Finding
from programmes.queries.wave_readiness import WaveReadiness

MOST_REASONS = 3


def found_of(readiness: WaveReadiness, today: date) -> Finding:
    """Return the state (a key of ``marks.STATUSES``) with its failing facts, or who overrode it."""
    wave = readiness.wave
    if wave.state_on(today) == "run":
        run_on = formats.short_day(wave.handed_over_on or today)
        return Finding("run", _("Handed over to Run on %(day)s") % {"day": run_on})
    if readiness.override:
        return Finding("overridden", override_words(readiness))
    return Finding(readiness.verdict, reason_of(readiness))


def override_words(readiness: WaveReadiness) -> str:
    """Say which state somebody gave a wave, who, and until when; empty without an override."""
    given = readiness.override
    if given is None:
        return ""
    values = {
        "state": Verdict(given.verdict).label,
        "day": formats.short_day(given.until_on),
        "name": str(given.made_by or _("a former user")),
    }
    return _("%(state)s by override of %(name)s until %(day)s") % values


def reason_of(readiness: WaveReadiness) -> str:
    """Return what the rules say of a wave."""
    if readiness.as_of is None:
        return _("Not assessed yet")
    if readiness.missed:
        return " · ".join(judged.words for judged in readiness.missed[:MOST_REASONS])
    if readiness.earned == Verdict.NOT_STARTED and readiness.starts_on:
        day = formats.short_day(readiness.starts_on)
        return _("Rules apply from %(day)s") % {"day": day}
    n = len(readiness.counting)
    return ngettext("%(n)d rule is met", "%(n)d rules are met", n) % {"n": n}
