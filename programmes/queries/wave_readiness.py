"""The state of waves with all that it follows from: counts, thresholds, overrides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from programmes.models import Override, Programme, RuleCount, Threshold, Wave, WaveSite
from programmes.queries.readiness import (
    CLOSE,
    FAILS,
    NOT_STARTED,
    STATES,
    Fact,
    Measuring,
    ReadinessRule,
    Step,
    all_rules,
    measured,
    starts_on,
    state_of,
    step_on,
    verdict_of,
)
from programmes.scope import Scope


@dataclass(frozen=True)
class Setting:
    """What somebody set for a rule: its steps, and who owns it, if anybody."""

    steps: tuple[Step, ...]
    owner: Any = None


@dataclass(frozen=True)
class JudgedRule:
    """A rule in a wave.

    Attributes:
        owner: who sees to it, a user; None where nobody is named.
        steps: what it asks for, by days before the go-live.
        percent: what it asks for today, or first of all where it does not count yet.
        state: a word of ``programmes.queries.readiness.STATES``.
        since: when that state was first found, which may be now.
        starts_on: the day from which it counts.

    """

    rule: ReadinessRule
    fact: Fact
    steps: tuple[Step, ...]
    percent: int
    state: str
    since: datetime
    starts_on: date
    owner: Any = None

    @property
    def is_missed(self) -> bool:
        """Tell whether it keeps the wave from being ready."""
        return self.state in (FAILS, CLOSE)

    @property
    def is_short(self) -> bool:
        """Tell whether it is known to be short of what it will ask for, once it counts."""
        value = self.fact.value
        return self.state == NOT_STARTED and value is not None and value < self.percent

    @property
    def words(self) -> str:
        """Return what is missing, met or not, as the list behind it has it; else what is done."""
        return self.rule.words(self.fact) if self.is_lacking else self.rule.praise(self.fact)

    @property
    def is_lacking(self) -> bool:
        """Tell whether anything is missing, even where less than all is asked for."""
        return self.is_missed or self.fact.missing > 0


@dataclass(frozen=True)
class WaveReadiness:
    """A wave, its rules by need, and the override in force.

    ``as_of`` is when its rules were counted; None where nobody has counted yet.
    """

    wave: Wave
    rules: list[JudgedRule]
    override: Override | None
    as_of: datetime | None

    @property
    def earned(self) -> str:
        """Return the state that follows from the rules."""
        return verdict_of(judged.state for judged in self.rules)

    @property
    def verdict(self) -> str:
        """Return the state in force: that of the override, else what the rules say."""
        return self.override.verdict if self.override else self.earned

    @property
    def missed(self) -> list[JudgedRule]:
        """Return the rules that keep it from being ready."""
        return [judged for judged in self.rules if judged.is_missed]

    @property
    def failing(self) -> list[JudgedRule]:
        return [judged for judged in self.rules if judged.state == FAILS]

    @property
    def counting(self) -> list[JudgedRule]:
        """Return the rules that count today."""
        return [judged for judged in self.rules if judged.state != NOT_STARTED]

    @property
    def known(self) -> list[JudgedRule]:
        """Return what is known to be short, though its rule does not count yet."""
        return [judged for judged in self.rules if judged.is_short]

    @property
    def starts_on(self) -> date | None:
        """Return the day from which the first of its rules counts."""
        return min((judged.starts_on for judged in self.rules), default=None)


@dataclass(frozen=True)
class _Counted:
    """What was last counted, kept or a moment ago."""

    facts: Mapping[int, Mapping[str, Fact]]
    states: Mapping[tuple[int, str], tuple[str, datetime]]
    as_of: Mapping[int, datetime]


# What querysets ask for of whoever sees all of a register, and all events.
SEES_ALL = frozenset({"register.read", "register.all", "event.read", "event.all"})


def whole(programme: Programme) -> Scope:
    """Return the scope of all of a programme, in which a wave is judged whoever reads it."""
    return Scope(
        programme=programme.pk, regions=None, streams=None, languages=None, actions=SEES_ALL
    )


def counted_now(programme: Programme, now: datetime) -> list[WaveReadiness]:
    """Return all waves as they stand now; the number of queries depends on the rules alone."""
    scope = whole(programme)
    waves = list(Wave.objects.within(scope))
    places = WaveSite.objects.within(scope).dated().select_related("wave", "site__region")
    facts = measured(Measuring(programme, scope, waves, list(places), now))
    states = _states(_kept(waves))
    counted = _Counted(facts, states, {wave.pk: now for wave in waves})
    return _judged(programme, waves, counted, now)


def counted_last(
    programme: Programme, waves: Iterable[Wave], now: datetime
) -> dict[int, WaveReadiness]:
    """Return some waves by id, from what the clock last counted (three queries)."""
    waves = list(waves)
    kept = _kept(waves)
    facts: dict[int, dict[str, Fact]] = defaultdict(dict)
    for row in kept:
        facts[row.wave_id][row.rule] = _fact(row)
    as_of = {row.wave_id: row.counted_at for row in kept}
    found = _judged(programme, waves, _Counted(facts, _states(kept), as_of), now)
    return {one.wave.pk: one for one in found}


def _fact(row: RuleCount) -> Fact:
    return Fact(row.done, row.total, row.people, row.goal, row.target)


def _kept(waves: Iterable[Wave]) -> list[RuleCount]:
    keys = [rule.key for rule in all_rules()]
    return list(RuleCount.objects.filter(wave__in=[wave.pk for wave in waves], rule__in=keys))


def _states(kept: Iterable[RuleCount]) -> dict[tuple[int, str], tuple[str, datetime]]:
    return {(row.wave_id, row.rule): (row.state, row.since) for row in kept}


def _judged(
    programme: Programme, waves: list[Wave], counted: _Counted, now: datetime
) -> list[WaveReadiness]:
    settings = settings_of(programme)
    overrides = _overrides(waves, now.date())
    return [
        WaveReadiness(
            wave=wave,
            rules=_rules_of(wave, settings, counted, now),
            override=overrides.get(wave.pk),
            as_of=counted.as_of.get(wave.pk),
        )
        for wave in waves
    ]


def _rules_of(
    wave: Wave, settings: Mapping[str, Setting], counted: _Counted, now: datetime
) -> list[JudgedRule]:
    facts = counted.facts.get(wave.pk, {})
    rules = [
        judge(rule, facts[rule.key], wave.go_live_on, settings.get(rule.key), now)
        for rule in all_rules()
        if rule.key in facts
    ]
    dated = [_since(one, counted.states.get((wave.pk, one.rule.key)), now) for one in rules]
    return sorted(dated, key=lambda one: STATES.index(one.state))


def judge(
    rule: ReadinessRule,
    fact: Fact,
    go_live_on: date,
    own: Setting | None,
    now: datetime,
) -> JudgedRule:
    """Return how a rule stands in a wave; ``own`` is what somebody set, if anybody did."""
    steps = own.steps if own else _defaults(rule, fact)
    step = step_on(steps, (go_live_on - now.date()).days)
    wanted = step.percent if step else None
    return JudgedRule(
        rule=rule,
        fact=fact,
        steps=steps,
        percent=max(steps).percent if step is None else step.percent,
        state=state_of(fact.value, wanted, rule.margin, rule.nothing),
        since=now,
        starts_on=starts_on(steps, go_live_on),
        owner=own.owner if own else None,
    )


def _defaults(rule: ReadinessRule, fact: Fact) -> tuple[Step, ...]:
    """Return what a rule asks for by itself, or what somebody set elsewhere."""
    if fact.goal is None:
        return rule.steps
    return tuple(Step(step.days, fact.goal) for step in rule.steps)


def _since(judged: JudgedRule, kept: tuple[str, datetime] | None, now: datetime) -> JudgedRule:
    """Date a state: by the clock's own record, or now where the record says another state."""
    since = kept[1] if kept and kept[0] == judged.state else now
    return replace(judged, since=since)


def settings_of(programme: Programme) -> dict[str, Setting]:
    """Return what somebody set, by the key of the rule (one query)."""
    rows = Threshold.objects.filter(programme=programme).order_by("set_at", "pk")
    return {
        row.rule: Setting(tuple(Step(*pair) for pair in row.steps), row.owner)
        for row in rows.select_related("owner")
    }


def _overrides(waves: Iterable[Wave], today: date) -> dict[int, Override]:
    """Return the overrides in force by the id of the wave (one query)."""
    found = Override.objects.in_force_on(today).filter(wave__in=[wave.pk for wave in waves])
    return {one.wave_id: one for one in found.select_related("made_by")}
