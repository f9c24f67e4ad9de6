from datetime import timedelta

import pytest

from communications.approvals.services.approval import approve
from communications.dispatches.services.link import hash_of, token_of
from communications.messages.services.refusal import RefusedError
from communications.models import Delivery, PersonalLink
from communications.operation.services.restore import hold_after_restore
from feedback.models import Answer, Invitation, Segment, Survey
from feedback.queries.invitation import PURPOSE
from feedback.services.edition import publish_surveys
from onelift.dashboards.checkup.queries.configuration import check_links
from stakeholders.models import Person
from tests import factories
from tests.clock import NOW


@pytest.fixture
def madrid(cast):
    site = factories.SiteFactory(name="Madrid", region=cast.iberia)
    factories.place(cast.wave1, site)
    return site


def groups_of(invitations):
    """Return in which groups these are counted: site, region and wave."""
    segments = {one.segment for one in invitations}
    return {(segment.site, segment.region, segment.wave) for segment in segments}


def test_large_site_is_a_group_of_its_own(asked, cast):
    invitations = asked.ask(cast.barcelona, 5)
    assert groups_of(invitations) == {(cast.barcelona, cast.iberia, cast.wave1)}


def test_small_sites_count_in_their_region(asked, cast, madrid):
    asked.group({cast.barcelona: 2, madrid: 3, cast.shanghai: 5})
    invitations = asked.ask(cast.barcelona, 2) + asked.ask(madrid, 3)
    assert groups_of(invitations) == {(None, cast.iberia, cast.wave1)}


def test_late_joiner_gets_the_group_of_the_site(asked, cast):
    asked.ask(cast.barcelona, 5)
    (late,) = asked.ask(cast.barcelona, 1)
    assert late.segment.site == cast.barcelona
    assert Segment.objects.count() == 1


def test_small_site_stays_small_once_people_were_asked(asked, cast, madrid):
    asked.group({cast.barcelona: 3, madrid: 3})
    asked.ask(cast.barcelona, 3)
    asked.group({cast.barcelona: 30})
    assert groups_of(asked.ask(cast.barcelona, 27)) == {(None, cast.iberia, cast.wave1)}


def test_a_new_site_with_few_people_joins_a_group_that_is_there(asked, cast, madrid):
    asked.ask(cast.shanghai, 5)
    asked.ask(cast.barcelona, 5)
    assert groups_of(asked.ask(madrid, 4)) == {(cast.barcelona, cast.iberia, cast.wave1)}


def test_what_is_approved_again_is_grouped_again_until_people_are_asked(asked, cast, madrid):
    asked.group({cast.barcelona: 3, madrid: 2})
    asked.group({cast.barcelona: 5, madrid: 6})
    assert {one.segment.site for one in asked.survey.sites.all()} == {cast.barcelona, madrid}


def test_link_is_stable_and_only_its_hash_is_kept(asked, cast, settings):
    deliveries = asked.plan(cast.barcelona, 5)
    first = asked.source.context(deliveries, asked.now)
    again = asked.source.context(deliveries, asked.now)
    assert first == again
    assert Invitation.objects.count() == PersonalLink.objects.count() == 5
    link = first[deliveries[0].pk]["survey_link"]
    assert link.startswith(f"{settings.PUBLIC_URL}/s/")
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert PersonalLink.objects.get(token_hash=hash_of(token)).delivery == deliveries[0]


@pytest.mark.parametrize("count", [5, 15])
def test_links_of_a_batch_take_the_same_number_of_queries(
    asked, cast, count, django_assert_num_queries
):
    deliveries = asked.plan(cast.barcelona, count)
    with django_assert_num_queries(10):
        asked.source.context(deliveries, asked.now)


def test_site_that_left_the_programme_joins_a_group_that_is_there(asked, cast, madrid):
    asked.ask(cast.barcelona, 5)
    deliveries = asked.plan(madrid, 4)
    asked.survey.sites.filter(site=madrid).delete()
    madrid.wave_sites.all().delete()
    asked.source.context(deliveries, asked.now)
    late = Invitation.objects.filter(link__delivery__in=deliveries)
    assert groups_of(late) == {(cast.barcelona, cast.iberia, cast.wave1)}


def test_sites_of_which_fewer_got_a_link_join_once_the_sending_is_over(asked, cast, madrid):
    """As many were meant to be asked as a group needs; some had left by then."""
    asked.group({cast.barcelona: 6, madrid: 7})
    few, many = asked.ask(cast.barcelona, 3), asked.ask(madrid, 7)
    asked.answer(few[0], csat=1)
    publish_surveys(asked.now)
    invitations = Invitation.objects.filter(pk__in=[one.pk for one in (*few, *many)])
    assert groups_of(invitations) == {(None, cast.iberia, cast.wave1)}
    assert Answer.objects.get().segment.region == cast.iberia
    assert Answer.objects.get().segment.site is None


def test_what_is_published_stays_with_its_group(asked, cast, madrid):
    asked.group({cast.barcelona: 6, madrid: 7})
    for invitation in asked.ask(madrid, 7):
        asked.answer(invitation, csat=4)
    publish_surveys(asked.now)
    asked.answer(asked.ask(cast.barcelona, 3)[0], csat=1)
    publish_surveys(asked.now)
    shown = [(figures["site"], figures["n"]) for figures in asked.survey.editions.first().figures]
    assert shown == [(madrid.pk, 7)]
    assert set(Answer.objects.values_list("segment__site", "edition")) == {
        (madrid.pk, 1),
        (None, None),
    }


def test_a_closed_survey_that_asked_too_few_forgets_who_was_counted_where(asked, cast):
    asked.ask(cast.barcelona, 4)
    publish_surveys(asked.now + timedelta(days=200))
    publish_surveys(asked.now + timedelta(days=200))
    assert set(Invitation.objects.values_list("segment", flat=True)) == {None}


def test_a_survey_that_would_ask_too_few_is_not_approved(asked, cast):
    asked.now = NOW
    Survey.objects.update(smallest_group=len(cast.people) + 2)
    with pytest.raises(RefusedError, match="Add 2 people"):
        asked.approve(cast)


def test_a_survey_is_not_approved_once_it_would_ask_too_few(asked, cast):
    asked.now = NOW
    version = asked.request(cast)
    Person.objects.update(is_do_not_contact=True)
    with pytest.raises(RefusedError, match="Add 5 people"):
        approve(version, cast.claire, version.fingerprint, asked.now)


def test_link_that_left_before_a_restore_works_after_it(asked, cast, client, now):
    (delivery, *_others) = asked.plan(cast.barcelona, 5, state="claimed")
    hold_after_restore(now, now)
    assert client.get(f"/s/{token_of(delivery, PURPOSE)}/").status_code == 200


def test_link_that_left_before_a_restore_asks_what_was_approved(asked, cast, client):
    asked.now = NOW
    asked.approve(cast)
    (delivery, *_others) = asked.plan(cast.barcelona, 5, state="planned")
    Delivery.objects.update(language="", due_at=asked.now)
    asked.survey.questions.update(text_en="A draft", text_es="Un borrador")
    hold_after_restore(asked.now, asked.now)
    page = client.get(f"/s/{token_of(delivery, PURPOSE)}/").content.decode()
    assert '<html lang="es"' in page
    assert "¿Está satisfecho?" in page
    assert "Un borrador" not in page


def test_doctor_counts_the_links_that_a_turned_key_has_closed(asked, cast, settings):
    asked.now = NOW
    asked.ask(cast.barcelona, 5)
    PersonalLink.objects.filter(delivery=Delivery.objects.first()).update(expires_at=asked.now)
    assert check_links().level == "ok"
    earlier, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 50
    assert "4 valid links to surveys" in check_links().sentence
    settings.SECRET_KEY_FALLBACKS = [earlier]
    assert check_links().level == "ok"
