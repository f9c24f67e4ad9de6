"""How ready waves are: against plain Python over random worlds, thresholds and overrides."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given, settings
from hypothesis import strategies as st

from events.services.informed import refresh_informed
from programmes.models import Override, RuleCount
from programmes.queries.readiness import Step, all_rules, rule_named, state_of, step_on, verdict_of
from programmes.queries.wave_readiness import Setting, counted_last, counted_now
from programmes.services.readiness import (
    end_override,
    override_wave,
    refresh_all,
    refresh_readiness,
    set_threshold,
)
from stakeholders.register.models.stakeholder import Stakeholder
from tests.events.informed_world import INFORMED, PLAIN, InformedWorld, asked_plainly
from tests.examples import examples
from tests.factories import PersonFactory, SiteFactory, WaveFactory
from tests.programmes.readiness_world import DEFAULTS, ReadinessWorld

DAY = timedelta(days=1)


@example(seed=1347246)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=examples(80))
def test_verdicts_are_what_plain_python_finds(cast, now, seed):
    with transaction.atomic():
        world = ReadinessWorld(cast, now, seed)
        fresh = {one.wave.pk: one for one in refresh_readiness(world.programme, now)}
        last = counted_last(world.programme, world.programme.waves.all(), now)
        for wave in world.waves:
            for found in (fresh[wave.pk], last[wave.pk]):
                assert {j.rule.key: j.state for j in found.rules} == world.states(wave)
                assert found.verdict == world.verdict(wave)
                facts = {j.rule.key: (j.fact.done, j.fact.total) for j in found.rules}
                assert facts == world.counted(wave)
        transaction.set_rollback(True)


@given(seed=st.integers(0, 2**32))
@settings(max_examples=examples(40))
def test_the_share_informed_is_what_plain_sql_finds(cast, now, seed):
    """With movers, leavers, personas that overlap, languages and channels."""
    with transaction.atomic():
        world = InformedWorld(cast, now, seed)
        refresh_informed(world.programme, now)
        informed = asked_plainly(world, INFORMED)
        for found in refresh_readiness(world.programme, now):
            (judged,) = (one for one in found.rules if one.rule.key == "informed")
            there = f"{PLAIN} SELECT id FROM person WHERE wave_id = {found.wave.pk}"
            people = asked_plainly(world, there)
            assert (judged.fact.done, judged.fact.total) == (len(people & informed), len(people))
        transaction.set_rollback(True)


def test_each_floor_brings_its_rules():
    assert {rule.key for rule in all_rules()} == set(DEFAULTS)


@given(value=st.floats(0, 100), wanted=st.integers(0, 100), margin=st.integers(0, 30))
def test_a_state_is_never_better_than_what_was_counted(value, wanted, margin):
    state = state_of(value, wanted, margin, "not_started")
    assert (state == "met") == (value >= wanted)
    assert (state == "fails") == (value < wanted - margin)
    assert state_of(None, wanted, margin, "not_started") != "met"
    assert state_of(value, None, margin, "fails") == "not_started"


def test_the_nearest_step_that_was_reached_counts():
    steps = (Step(60, 25), Step(30, 90))
    asked = [step_on(steps, days) for days in (61, 60, 31, 30, 0, -5)]
    assert asked == [None, steps[0], steps[0], steps[1], steps[1], steps[1]]


def test_the_worst_rule_decides_and_nothing_counted_is_not_started():
    assert verdict_of(["met", "close", "fails"]) == "off_track"
    assert verdict_of(["met", "close", "not_started"]) == "at_risk"
    assert verdict_of(["met", "not_started"]) == "on_track"
    assert verdict_of(["not_started"]) == verdict_of([]) == "not_started"


@pytest.fixture
def wave(cast, now):
    """Return a wave twenty days ahead."""
    cast.wave2.go_live_on = now.date() + timedelta(days=20)
    cast.wave2.save()
    return cast.wave2


def judged(wave, key, now):
    found = next(one for one in counted_now(wave.programme, now) if one.wave == wave)
    return next(one for one in found.rules if one.rule.key == key)


def test_a_state_keeps_its_date_until_it_changes(cast, wave, now):
    group = Stakeholder.objects.create(
        programme=cast.programme, name="Board", power=90, interest=50, engagement="supportive"
    )
    refresh_all(now)
    refresh_all(now + DAY)
    assert judged(wave, "sponsors", now + 2 * DAY).since == now
    group.engagement = "resistant"
    group.save()
    assert judged(wave, "sponsors", now + 2 * DAY).since == now + 2 * DAY
    refresh_all(now + 3 * DAY)
    found = judged(wave, "sponsors", now + 4 * DAY)
    assert (found.state, found.since) == ("fails", now + 3 * DAY)
    assert RuleCount.objects.filter(wave=wave, rule="sponsors").count() == 1


def test_a_threshold_counts_at_once_and_is_in_the_trail(cast, wave, now):
    assert judged(wave, "informed", now).state == "fails"
    rule = rule_named("informed")
    set_threshold(
        cast.programme, rule, Setting((Step(10, 90),)), "Lesson of wave 1", cast.ines, now
    )
    assert judged(wave, "informed", now).state == "not_started"
    entry = LogEntry.objects.latest("pk")
    assert entry.actor == cast.ines
    assert entry.changes_dict == {
        "steps": ["D-60: 25%, D-30: 90%", "D-10: 90%"],
        "owner": ["", ""],
        "reason": ["", "Lesson of wave 1"],
    }
    with pytest.raises(ValidationError):
        set_threshold(cast.programme, rule, Setting((Step(10, 90),)), "Again", cast.ines, now)
    set_threshold(cast.programme, rule, Setting((Step(30, 0),)), "Back", cast.ines, now + DAY)
    assert judged(wave, "informed", now + DAY).state == "met"
    assert cast.programme.thresholds.count() == 2


def verdict(wave, now):
    return counted_last(wave.programme, [wave], now)[wave.pk].verdict


def test_an_override_counts_until_its_day_is_over(cast, wave, now):
    refresh_all(now)
    assert verdict(wave, now) == "off_track"
    until_on = now.date() + timedelta(days=5)
    override_wave(wave, "on_track", "Board agreed", until_on, cast.ines, now)
    assert [verdict(wave, now + n * DAY) for n in (0, 5, 6)] == [
        "on_track",
        "on_track",
        "off_track",
    ]
    found = counted_last(wave.programme, [wave], now)[wave.pk]
    assert (found.earned, found.override.made_by) == ("off_track", cast.ines)


def test_an_override_can_be_followed_and_ended(cast, wave, now):
    refresh_all(now)
    until_on = now.date() + timedelta(days=5)
    first = override_wave(wave, "on_track", "Board agreed", until_on, cast.ines, now)
    override_wave(wave, "at_risk", "Less sure", until_on, cast.claire, now + DAY)
    first.refresh_from_db()
    assert (first.ended_by, verdict(wave, now + DAY)) == (cast.claire, "at_risk")
    assert end_override(wave, cast.ines, now + DAY)
    assert verdict(wave, now + DAY) == "off_track"
    assert not end_override(wave, cast.ines, now + DAY)
    acts = LogEntry.objects.filter(object_repr__contains="Wave 2").order_by("pk")
    assert [entry.changes_dict["verdict"] for entry in acts] == [
        ["", "on_track"],
        ["on_track", ""],
        ["", "at_risk"],
        ["at_risk", ""],
    ]


@pytest.mark.parametrize("days", [-1, 61])
def test_an_override_ends_soon(cast, wave, now, days):
    with pytest.raises(ValidationError):
        override_wave(wave, "on_track", "So", now.date() + days * DAY, cast.ines, now)
    assert not Override.objects.exists()


def test_counting_all_waves_takes_as_many_queries_as_one(cast, now, django_assert_num_queries):
    with CaptureQueriesContext(connection) as few:
        refresh_readiness(cast.programme, now)
    for _ in range(3):
        site = SiteFactory()
        WaveFactory(programme=cast.programme, sites=[site])
        PersonFactory(site=site)
    with django_assert_num_queries(len(few)):
        refresh_readiness(cast.programme, now)
    with django_assert_num_queries(4):
        counted_last(cast.programme, cast.programme.waves.all(), now)
