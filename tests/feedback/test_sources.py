import pytest

from communications.dispatches.services.link import hash_of, token_of
from communications.models import Delivery, PersonalLink
from communications.operation.services.restore import hold_after_restore
from feedback.models import Invitation, Segment
from feedback.queries.invitation import PURPOSE
from onelift.dashboards.checkup.queries.configuration import check_links
from tests import factories
from tests.clock import NOW


def test_large_site_is_a_group_of_its_own(asked, cast):
    asked.plan(cast.barcelona, 5)
    segment = Segment.objects.get()
    assert (segment.site, segment.region, segment.wave) == (cast.barcelona, cast.iberia, cast.wave1)
    assert segment.week == "2026-W48"


def test_small_site_counts_in_its_region(asked, cast):
    asked.plan(cast.barcelona, 4)
    segment = Segment.objects.get()
    assert (segment.site, segment.region) == (None, cast.iberia)


def test_late_joiner_gets_the_group_of_the_site(asked, cast):
    asked.ask(cast.barcelona, 5)
    late = asked.ask(cast.barcelona, 1)
    assert late[0].segment.site == cast.barcelona
    assert Segment.objects.count() == 1


def test_small_site_stays_small_once_people_were_asked(asked, cast):
    asked.ask(cast.barcelona, 3)
    late = asked.ask(cast.barcelona, 4)
    assert {invitation.segment.site for invitation in late} == {None}
    assert Segment.objects.count() == 1


def test_week_is_the_one_at_the_site(asked, cast):
    asked.now = asked.now.replace(day=29, hour=22)  # Monday in Shanghai, Sunday in UTC
    asked.plan(cast.shanghai, 5)
    assert Segment.objects.get().week == "2026-W49"


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


def test_site_that_left_the_programme_is_counted_in_the_total_only(asked, cast):
    deliveries = asked.plan(cast.barcelona, 4)
    Segment.objects.all().delete()
    cast.wave1.wave_sites.all().delete()
    asked.source.context(deliveries, asked.now)
    segments = {i.segment for i in Invitation.objects.select_related("segment")}
    assert [(s.wave, s.region, s.site) for s in segments] == [(None, None, None)]


def test_sites_of_one_region_share_the_group_of_small_sites(asked, cast):
    madrid = factories.SiteFactory(name="Madrid", region=cast.iberia)
    factories.place(cast.wave1, madrid)
    invitations = asked.ask(cast.barcelona, 2) + asked.ask(madrid, 3)
    assert len({invitation.segment_id for invitation in invitations}) == 1


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
