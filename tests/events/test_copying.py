"""Copying an event, and deleting a draft."""

from communications.models import Message
from events.models import Event
from programmes.models import TextState
from stakeholders.models import Audience
from tests.events.making import SPANISH, approve, make_event, seat

ROOT = "/p/one-it/events/"


def test_a_copy_has_all_but_the_people(cast, now, as_user):
    event = make_event(cast, now)
    event.hosts.set([cast.hugo])
    approve(cast, event.invitation, now)
    seat(event, now)
    answer = as_user(cast.ines).post(f"{ROOT}{event.slug}/copy/")
    made = Event.objects.exclude(pk=event.pk).get()
    assert answer.url == f"{ROOT}{made.slug}/edit/"
    same = ("room", "held_on", "from_time", "capacity", "title_en", "agenda_en", "remind_days")
    assert [getattr(made, name) for name in same] == [getattr(event, name) for name in same]
    assert made.title_es == SPANISH["title"]
    assert list(made.hosts.all()) == [cast.hugo]
    assert (made.uid == event.uid, made.registrations.count()) == (False, 0)
    assert not made.invitation.approvals.exists()
    assert made.invitation.fixed_on == event.invitation.fixed_on


def test_a_draft_is_deleted_with_its_mails(cast, now, as_user):
    before = (Message.objects.count(), Audience.objects.count(), TextState.objects.count())
    event = make_event(cast, now)
    client = as_user(cast.ines)
    assert "Delete draft" in client.get(f"{ROOT}{event.slug}/").content.decode()
    assert client.post(f"{ROOT}{event.slug}/delete/").url == ROOT
    assert not Event.objects.exists()
    after = (Message.objects.count(), Audience.objects.count(), TextState.objects.count())
    assert after == before


def test_what_was_decided_or_has_guests_stays(cast, now, as_user):
    client = as_user(cast.ines)
    decided, taken = make_event(cast, now), make_event(cast, now)
    approve(cast, decided.invitation, now)
    seat(taken, now)
    for event, words in ((decided, "never in review"), (taken, "People are already registered")):
        answer = client.post(f"{ROOT}{event.slug}/delete/", follow=True)
        assert words in answer.content.decode()
    assert Event.objects.count() == 2


def test_who_works_elsewhere_copies_and_deletes_nothing(cast, now, as_user):
    event = make_event(cast, now)
    for act in ("copy", "delete"):
        assert as_user(cast.mei).post(f"{ROOT}{event.slug}/{act}/").status_code in (403, 404)
    assert Event.objects.count() == 1
