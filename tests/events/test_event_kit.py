"""The kit of an event's site: what a host sees of kits."""

from datetime import timedelta

import pytest

from communications.kits.queries.kit_shelf import picture_at, places_at
from communications.kits.services import kit
from communications.models import KitDownload, KitVersion
from events.models import Event
from tests.clock import NOW
from tests.communications.kits.test_kit import TEXTS, TO_GO_LIVE
from tests.communications.kits.test_kit_pages import text_of
from tests.communications.making import approve, make_message
from tests.events.making import make_event

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def event(cast) -> Event:
    """An event in Barcelona that Hugo hosts, with the kits of all sites."""
    past = NOW - timedelta(hours=1)
    approve(cast, make_message(cast, past, texts=TEXTS, **TO_GO_LIVE), past)
    kit.keep(cast.programme, lambda: past, past + timedelta(minutes=1))
    return make_event(cast, NOW, site=cast.barcelona, hosts=[cast.hugo])


def at(event, more="") -> str:
    return f"/p/one-it/events/{event.slug}/kit/{more}"


def poster_at(site) -> KitVersion:
    return KitVersion.objects.get(file__place__site=site, file__kind="poster")


def test_a_host_sees_the_kit_of_the_own_event_and_takes_nothing(cast, event, as_user):
    client = as_user(cast.hugo)
    assert at(event) in client.get(f"/p/one-it/events/{event.slug}/").content.decode()
    text = text_of(client.get(at(event)))
    assert "Communication kit for Barcelona" in text
    assert "El centro abre el 9 de noviembre de 2026" in text
    assert "Poster A3" in text
    assert "Shanghai" not in text
    assert "Download" not in text
    assert client.post("/p/one-it/kit/download/").status_code == 403
    assert client.get("/p/one-it/kit/").status_code == 403
    assert not KitDownload.objects.exists()


def test_a_host_sees_the_pictures_of_that_site_alone(cast, event, as_user):
    client = as_user(cast.hugo)
    shown = client.get(at(event, f"{poster_at(cast.barcelona).pk}/picture/"))
    assert shown["Content-Type"] == "image/png"
    assert shown.content.startswith(b"\x89PNG")
    hidden = client.get(at(event, f"{poster_at(cast.shanghai).pk}/picture/"))
    assert hidden.status_code == 404


def test_the_kit_of_another_host_s_event_is_not_found(cast, event, as_user):
    other = make_event(cast, NOW, site=cast.shanghai, hosts=[cast.mei])
    client = as_user(cast.hugo)
    assert client.get(at(other)).status_code == 404
    picture = at(other, f"{poster_at(cast.shanghai).pk}/picture/")
    assert client.get(picture).status_code == 404


def test_a_site_without_a_kit_says_so(cast, event, as_user):
    cast.wave1.wave_sites.all().delete()
    assert "No kit yet" in text_of(as_user(cast.hugo).get(at(event)))


def test_a_picture_enters_with_its_file(cast, event):
    places, poster = places_at(cast.programme, cast.barcelona), poster_at(cast.barcelona)
    [place] = places
    assert picture_at(places, poster.pk, place.live_on)
    assert picture_at(places, poster.pk, place.live_on - timedelta(days=60)) is None
