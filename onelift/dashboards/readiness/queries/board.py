"""A wave's readiness as pages show it: each fact with the list that the reader may open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.urls import reverse
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.models import Override, Programme, Threshold, Wave
from programmes.queries.judgement import Finding
from programmes.queries.readiness import NOT_STARTED, Step, rule_named
from programmes.queries.wave_readiness import JudgedRule, WaveReadiness, counted_last
from programmes.queries.wave_state import found_of
from programmes.scope import Scope

MOST_CHANGES = 6


@dataclass(frozen=True)
class RuleRow:
    """A rule of a wave in words; ``url`` is empty where the reader may not open its list."""

    judged: JudgedRule
    url: str

    @property
    def count(self) -> int | None:
        """Return the total of that list; None without one, or where it counts something else."""
        return self.judged.rule.listed(self.judged.fact) if self.url else None

    @property
    def key(self) -> str:
        return self.judged.rule.key

    @property
    def label(self) -> str:
        return str(self.judged.rule.label)

    @property
    def shown(self) -> str:
        """Return the value."""
        return self.judged.rule.shown(self.judged.fact)

    @property
    def asked(self) -> str:
        """Return what is asked for today, or first of all."""
        return self.judged.rule.asked(self.judged.percent)

    @property
    def steps(self) -> str:
        """Return all that is asked for, day by day."""
        return steps_in_words(self.judged.steps)

    @property
    def drawn(self) -> str:
        """Return what the bar says."""
        words = {"value": self.shown, "asked": self.asked}
        return _("%(value)s, required: %(asked)s") % words

    @property
    def starts(self) -> str:
        """Return from when it counts, where it does not yet; else nothing."""
        if self.judged.state != NOT_STARTED or self.judged.fact.value is None:
            return ""
        return _("Applies from %(day)s") % {"day": formats.short_day(self.judged.starts_on)}


@dataclass(frozen=True)
class WaveState:
    """The state of a wave with the facts behind it; ``url`` is the page of its readiness."""

    readiness: WaveReadiness
    found: Finding
    rows: list[RuleRow]
    url: str

    def goal_of(self, key: str) -> float | None:
        """Return what a rule asks for today as a fraction; None where it does not count."""
        rows = (row.judged for row in self.rows if row.key == key)
        return next((one.percent / 100 for one in rows if one.state != NOT_STARTED), None)

    @property
    def unowned(self) -> list[RuleRow]:
        """Return the rules of which something is missing, and that nobody owns."""
        lacking = (row for row in self.rows if row.judged.is_missed or row.judged.is_short)
        return [row for row in lacking if row.judged.owner is None]

    @property
    def missed(self) -> list[RuleRow]:
        return [row for row in self.rows if row.judged.is_missed]

    @property
    def known(self) -> list[RuleRow]:
        return [row for row in self.rows if row.judged.is_short]


@dataclass(frozen=True)
class Change:
    """A threshold that was set or an override: who, when, what, why."""

    at: datetime
    who: str
    what: str
    reason: str


def states_of(
    programme: Programme, waves: Iterable[Wave], scope: Scope, now: datetime
) -> dict[int, WaveState]:
    """Return the states of some waves by id, as a reader may open them (three queries)."""
    found = counted_last(programme, waves, now)
    return {pk: state_of(one, programme.slug, scope, now) for pk, one in found.items()}


def state_of(readiness: WaveReadiness, slug: str, scope: Scope, now: datetime) -> WaveState:
    """Return the state of a wave; lists are of the whole wave, so only who sees all opens them."""
    pk, may_read = readiness.wave.pk, scope.may("readiness.read")
    rows = [
        RuleRow(judged, judged.rule.url(slug, pk, judged.fact) if _opens(judged, scope) else "")
        for judged in readiness.rules
    ]
    url = reverse("dashboards:readiness-show", args=[slug, pk]) if may_read else ""
    return WaveState(readiness, found_of(readiness, now.date()), rows, url)


def _opens(judged: JudgedRule, scope: Scope) -> bool:
    return judged.is_lacking and scope.is_everywhere and scope.may(judged.rule.action)


def steps_in_words(steps: Iterable[Step]) -> str:
    """Return steps such as “25% from 60 days before, 90% from 30 days before”."""
    return formats.comma().join(_step_in_words(step) for step in steps)


def _step_in_words(step: Step) -> str:
    values = {"percent": formats.percent(step.percent / 100), "n": abs(step.days)}
    if step.days > 0:
        return _("%(percent)s from %(n)d days before go-live") % values
    if step.days < 0:
        return _("%(percent)s from %(n)d days after go-live") % values
    return _("%(percent)s from go-live on") % values


def changes_of(wave: Wave, scope: Scope) -> list[Change]:
    """Return the latest changes of what a wave is judged by (two queries)."""
    thresholds = Threshold.objects.within(scope).select_related("set_by")[:MOST_CHANGES]
    overrides = Override.objects.within(scope).filter(wave=wave).select_related("made_by")
    found = chain(map(_threshold_set, thresholds), map(_overridden, overrides[:MOST_CHANGES]))
    return sorted(found, key=lambda change: change.at, reverse=True)[:MOST_CHANGES]


def _threshold_set(row: Threshold) -> Change:
    rule = rule_named(row.rule)
    values = {
        "rule": str(rule.label) if rule else row.rule,
        "steps": steps_in_words(Step(*pair) for pair in row.steps),
    }
    who = str(row.set_by or _("A former user"))
    return Change(row.set_at, who, _("%(rule)s: %(steps)s") % values, row.reason)


def _overridden(row: Override) -> Change:
    values = {"state": row.get_verdict_display(), "day": formats.short_day(row.until_on)}
    words = _("%(state)s by override until %(day)s") % values
    if row.ended_at:
        ended = formats.short_day(row.ended_at.date())
        words = _("%(override)s, ended on %(day)s") % {"override": words, "day": ended}
    return Change(row.made_at, str(row.made_by or _("A former user")), words, row.reason)
