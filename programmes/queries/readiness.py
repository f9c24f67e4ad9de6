"""How ready a wave is: rules that anybody can read, each with a threshold.

A rule counts of something how much is done, as a share of 0 to 100 percent. Below the percent that
is asked for it fails, or is close if no more than its margin is missing. A wave is off track if a
rule fails, at risk if one is close, and on track if one that counts is met; until a rule counts it
has not started. Nothing measured is never met.

Each floor registers the rules of its own facts from a module named ``readiness``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from programmes.design import formats
from programmes.models import Programme, Wave, WaveSite
from programmes.models.readiness import Verdict
from programmes.scope import Scope

MET, CLOSE, FAILS, NOT_STARTED = "met", "close", "fails", "not_started"
# By need.
STATES = (FAILS, CLOSE, MET, NOT_STARTED)


class Step(NamedTuple):
    """From so many days before the go-live on (negative is after it), at least so many percent."""

    days: int
    percent: int


@dataclass(frozen=True)
class Fact:
    """What a rule counted in a wave: see ``RuleCount``. ``total`` of 0 is nothing to measure."""

    done: int = 0
    total: int = 0
    people: int = 0
    goal: int | None = None
    target: int | None = None

    @property
    def value(self) -> int | None:
        """Return the whole percent done, as every page rounds it; None where nothing is measured.

        All is 100 and none is 0, and nothing else is: one who is missing is not rounded away.
        """
        if not self.total:
            return None
        whole = round(100 * self.done / self.total)
        least, most = self.done > 0, 100 if self.done >= self.total else 99
        return min(max(whole, int(least)), most)

    @property
    def missing(self) -> int:
        """Return how many do not fulfil the rule."""
        return self.total - self.done


@dataclass(frozen=True)
class Measuring:
    """What is measured: the waves of a programme with their dated sites, at an instant (UTC).

    ``scope`` is the whole programme: a wave has one state, whoever reads it.
    """

    programme: Programme
    scope: Scope
    waves: Sequence[Wave]
    places: Sequence[WaveSite]
    now: datetime

    def sites_of(self, wave: Wave) -> set[int]:
        """Return the ids of the sites of a wave."""
        return {place.site_id for place in self.places if place.wave_id == wave.pk}


class ReadinessRule:
    """One rule; a floor makes a subclass and registers it.

    Attributes:
        key: what commands and thresholds call it.
        label: its name on pages.
        steps: what it asks for until somebody sets something else.
        margin: how many percentage points below what is asked for are close.
        nothing: the state where there is nothing to measure.
        action: what a reader must be allowed to do to open the list behind it.
        is_of_people: whether it shows a percentage; others show “3 of 4”.

    """

    key = ""
    label: str | Promise = ""
    steps: tuple[Step, ...] = (Step(60, 100),)
    margin = 0
    nothing = NOT_STARTED
    action = ""
    is_of_people = False

    def facts(self, asked: Measuring) -> dict[int, Fact]:
        """Return what is counted in each wave, by its id, in a fixed number of queries."""
        raise NotImplementedError

    def words(self, fact: Fact) -> str:
        """Say what is missing, such as “612 people are not informed”."""
        raise NotImplementedError

    def url(self, slug: str, wave: int, fact: Fact) -> str:
        """Return the address of the list behind a fact."""
        raise NotImplementedError

    def listed(self, fact: Fact) -> int | None:
        """Return how many are in that list; None where the address is of a page to mend it."""
        return None

    def praise(self, fact: Fact) -> str:
        """Say what is done, or that nothing can be measured."""
        return self.shown(fact) if fact.total else _("Nothing to measure yet")

    def shown(self, fact: Fact) -> str:
        """Return the value as it is written."""
        if fact.value is None:
            return "–"
        if self.is_of_people:
            return formats.percent(fact.value / 100)
        values = {"done": formats.number(fact.done), "total": formats.number(fact.total)}
        return _("%(done)s of %(total)s") % values

    def asked(self, percent: int) -> str:
        """Return what is asked for as it is written."""
        if percent == 100:
            return _("all")
        return _("at least %(percent)s") % {"percent": formats.percent(percent / 100)}


_RULES: dict[str, ReadinessRule] = {}


def register(rule: ReadinessRule) -> None:
    """Make a rule known under its key."""
    _RULES[rule.key] = rule


def all_rules() -> list[ReadinessRule]:
    """Return each rule once."""
    return list(_RULES.values())


def rule_named(key: str) -> ReadinessRule | None:
    """Return the rule of a key, None where no app registers it."""
    return _RULES.get(key)


def step_on(steps: Iterable[Step], days_left: int) -> Step | None:
    """Return the step that counts so many days before the go-live, None before the first."""
    reached = [step for step in steps if step.days >= days_left]
    return min(reached, default=None)


def starts_on(steps: Iterable[Step], go_live_on: date) -> date:
    """Return the day from which a rule counts."""
    return go_live_on - timedelta(days=max(step.days for step in steps))


def state_of(value: float | None, wanted: int | None, margin: int, nothing: str) -> str:
    """Return the state of a rule.

    Args:
        value: percent from 0 to 100; None where there is nothing to measure.
        wanted: the percent that is asked for; None where the rule does not count yet.
        margin: how many points below it are close.
        nothing: the state where there is nothing to measure.

    """
    if wanted is None:
        return NOT_STARTED
    if value is None:
        return nothing
    if value >= wanted:
        return MET
    return CLOSE if value >= wanted - margin else FAILS


def verdict_of(states: Iterable[str]) -> str:
    """Return the state of a wave from those of its rules."""
    found = set(states)
    if FAILS in found:
        return Verdict.OFF_TRACK.value
    if CLOSE in found:
        return Verdict.AT_RISK.value
    return Verdict.ON_TRACK.value if MET in found else Verdict.NOT_STARTED.value


def measured(asked: Measuring) -> Mapping[int, Mapping[str, Fact]]:
    """Return what each rule counts in each wave, by id and key, in a fixed number of queries."""
    by_rule = {rule.key: rule.facts(asked) for rule in all_rules()}
    return {
        wave.pk: {key: facts.get(wave.pk, Fact()) for key, facts in by_rule.items()}
        for wave in asked.waves
    }
