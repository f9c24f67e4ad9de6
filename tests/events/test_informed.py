"""Who is informed of their own change: against plain SQL over random worlds."""

from datetime import timedelta

from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from communications.models import Delivery, Message
from events.queries.informed import knowing_in
from events.services.informed import EVERY, refresh_all, refresh_informed
from onelift.dashboards.coverage.queries.coverage import (
    Asked,
    coverage_of,
    covered_people,
    high_impacts,
    places_live_within,
    share_by_wave,
)
from onelift.dashboards.coverage.queries.shares import Share
from programmes.scope import EVERYTHING
from stakeholders.audiences.queries.channels import email_misses
from stakeholders.models import (
    EnglishReaders,
    Informed,
    InformedAsOf,
    InformedCount,
    Person,
    Persona,
)
from tests import factories
from tests.communications.making import approve, make_message, run
from tests.events.informed_world import (
    DAYS,
    INFORMED,
    MISSED,
    POSSIBLY,
    UNCOVERED,
    InformedWorld,
    asked_plainly,
)
from tests.examples import examples


@given(seed=st.integers(0, 2**32))
@settings(max_examples=examples(100))
def test_informed_possibly_and_not_covered_are_what_plain_sql_finds(cast, now, seed):
    with transaction.atomic():
        compare(InformedWorld(cast, now, seed))
        transaction.set_rollback(True)


def compare(world):
    found = knowing_in(world.programme)
    assert set(found.informed) == asked_plainly(world, INFORMED)
    assert found.possibly == asked_plainly(world, POSSIBLY)
    missed = Person.objects.active().of(world.programme.pk).filter(email_misses(world.programme.pk))
    assert set(missed.values_list("pk", flat=True)) == asked_plainly(world, MISSED)
    refresh_informed(world.programme, world.now)
    asked = Asked(world.programme, EVERYTHING, world.now.date(), DAYS)
    people = covered_people(asked, places_live_within(asked), high_impacts(world.programme))
    lacking = people.filter(~Informed.objects.of(world.programme).by_name().of_person())
    uncovered = asked_plainly(world, UNCOVERED)
    assert set(lacking.values_list("pk", flat=True)) == uncovered
    coverage = coverage_of(asked)
    assert coverage.total.uninformed == len(uncovered)
    for groups in (coverage.waves, coverage.regions, coverage.sites):
        assert sum(group.share.uninformed for group in groups) == len(uncovered)
    for group in coverage.personas:
        persona = next(one for one in world.personas if one.slug == group.value)
        own = lacking.filter(persona.rule().condition())
        assert group.share.uninformed == own.count()


def tell(cast, now, **about):
    """Return a message that was sent to everybody, about something; each reads it."""
    message = make_message(cast, now)
    for name, value in about.items():
        if name == "stage":
            Message.objects.filter(pk=message.pk).update(stage=value)
        else:
            getattr(message, name).set(value)
    approve(cast, message, now)
    run(now + timedelta(minutes=6))
    return message


def known(cast):
    """Return who is informed by name, and who possibly, as the rows say."""
    rows = Informed.objects.of(cast.programme)
    return tuple(
        set(found.values_list("person", flat=True)) for found in (rows.by_name(), rows.possibly())
    )


def test_a_message_about_nothing_informs_nobody(cast, now, relay):
    tell(cast, now)
    refresh_informed(cast.programme, now)
    assert known(cast) == (set(), set())


def test_a_message_about_a_service_informs_those_whom_it_is_for(cast, now, relay):
    service = factories.ServiceFactory(programme=cast.programme)
    persona = Persona.objects.create(
        programme=cast.programme, slug="some", name_en="Some", is_hand_picked=True
    )
    persona.people.set(cast.people[:2])
    persona.services.add(service)
    tell(cast, now, services=[service])
    refresh_informed(cast.programme, now)
    assert known(cast) == ({one.pk for one in cast.people[:2]}, set())


def test_an_email_that_somebody_got_informs_possibly_whom_email_misses(cast, now, relay):
    tell(cast, now, stage="go_live")
    without_email(cast).people.set(cast.people[:1])
    refresh_informed(cast.programme, now)
    assert known(cast) == ({one.pk for one in cast.people[1:]}, {cast.people[0].pk})


def test_nothing_is_mailed_to_whom_email_misses(cast, now, relay):
    without_email(cast).people.set(cast.people[:1])
    line = factories.BusinessLineFactory(channels=["briefing"])
    Person.objects.filter(pk__in=[one.pk for one in cast.people[:2]]).update(business_line=line)
    tell(cast, now, stage="go_live")
    rows = Delivery.objects.filter(state="skipped", reason="no_email")
    assert {row.person_id for row in rows} == {one.pk for one in cast.people[:2]}
    refresh_informed(cast.programme, now)
    assert known(cast) == ({one.pk for one in cast.people[2:]}, set())


def without_email(cast):
    """Return a persona of nobody yet, whose channels are others than email."""
    return Persona.objects.create(
        programme=cast.programme,
        slug="some",
        name_en="Some",
        is_hand_picked=True,
        channels=["poster"],
    )


def test_english_informs_where_an_administrator_says_so(cast, now, relay):
    Person.objects.filter(pk__in=[one.pk for one in cast.people]).update(language="pl")
    tell(cast, now, stage="go_live")
    refresh_informed(cast.programme, now)
    assert known(cast) == (set(), set())
    EnglishReaders.objects.create(country="ES")
    Person.objects.filter(pk=cast.people[5].pk).update(reads_english=True)
    refresh_informed(cast.programme, now)
    assert known(cast)[0] == {one.pk for one in [*cast.people[:3], cast.people[5]]}


def test_who_moves_to_another_wave_is_not_informed_of_its_stage(cast, now, relay):
    tell(cast, now, stage="before")
    Person.objects.filter(pk=cast.people[0].pk).update(site=cast.shanghai)
    Person.objects.filter(pk=cast.people[1].pk).update(left_on=now.date())
    refresh_informed(cast.programme, now)
    assert known(cast)[0] == {one.pk for one in cast.people[2:]}


def test_rows_that_hold_are_left_alone_and_others_go(cast, now, relay):
    tell(cast, now, stage="before")
    refresh_informed(cast.programme, now)
    before = dict(Informed.objects.values_list("person", "pk"))
    Person.objects.filter(pk=cast.people[1].pk).update(left_on=now.date())
    refresh_informed(cast.programme, now)
    del before[cast.people[1].pk]
    assert dict(Informed.objects.values_list("person", "pk")) == before


def test_counts_follow_the_rows_and_those_that_hold_are_left_alone(cast, now, relay):
    tell(cast, now, stage="before")
    refresh_informed(cast.programme, now)
    assert counts(cast) == {cast.barcelona.pk: (3, 3), cast.shanghai.pk: (3, 3)}
    there = InformedCount.objects.filter(site=cast.shanghai.pk)
    before = set(there.values_list("pk", flat=True))
    Person.objects.filter(pk=cast.people[0].pk).update(left_on=now.date())
    without_email(cast).people.set(cast.people[1:2])
    refresh_informed(cast.programme, now)
    assert counts(cast) == {cast.barcelona.pk: (2, 1), cast.shanghai.pk: (3, 3)}
    assert set(there.values_list("pk", flat=True)) == before


def counts(cast):
    """Return how many are known and informed, by site."""
    return {
        site: found
        for (site,), found in InformedCount.objects.of(cast.programme).by("site").items()
    }


def test_the_clock_counts_each_programme_in_its_turn(cast, now):
    assert refresh_all(now) == 1
    assert InformedAsOf.objects.get(programme=cast.programme).as_of == now
    assert refresh_all(now + EVERY / 2) == 0
    assert refresh_all(now + EVERY) == 1
    assert InformedAsOf.objects.get(programme=cast.programme).as_of == now + EVERY


def test_the_share_of_a_wave_is_that_of_an_instant(cast, now, relay):
    tell(cast, now, stage="before")
    refresh_informed(cast.programme, now)
    sent = now + timedelta(minutes=6)
    earlier = share_by_wave(cast.programme, EVERYTHING, now)
    assert earlier[cast.wave1.pk] == Share(people=3, informed=0, possibly=0)
    later = share_by_wave(cast.programme, EVERYTHING, sent)
    assert later == {pk: Share(3, 3, 0) for pk in (cast.wave1.pk, cast.wave2.pk)}


def test_queries_do_not_grow_with_messages(cast, now, relay, django_assert_num_queries):
    impacts = [factories.ImpactFactory(programme=cast.programme)]
    services = [factories.ServiceFactory(programme=cast.programme)]
    for number in (1, 2):
        for _ in range(number):
            tell(cast, now, answers=impacts, services=services, stage="before")
        impacts += [factories.ImpactFactory(programme=cast.programme) for _ in range(3)]
        services += [factories.ServiceFactory(programme=cast.programme) for _ in range(3)]
        with django_assert_num_queries(22):
            knowing_in(cast.programme)
