"""The page of an event: how its seats filled up, its poster, its link and its code."""

from datetime import timedelta

from events.queries.seats import LEAST_DAYS, MOST_DAYS, seats_by_day
from events.services.poster import poster_of, sheet_of
from tests.events.making import approve, make_event, seat

ROOT = "/p/one-it/events/"


def test_seats_are_counted_up_to_each_day(cast, now):
    event = make_event(cast, now, capacity=10)
    seat(event, now, 2)
    seat(event, now + timedelta(days=2), 1)
    today = (now + timedelta(days=3)).date()
    counts = [one.count for one in seats_by_day(event, today)]
    assert (len(counts), counts[-5:]) == (LEAST_DAYS, [0, 2, 2, 3, 3])
    for one in event.registrations.order_by("asked_at")[:2]:
        one.asked_at = now - timedelta(days=200)
        one.save()
    counts = [one.count for one in seats_by_day(event, today)]
    assert (len(counts), counts[0], counts[-1]) == (MOST_DAYS, 2, 3)
    assert len(seats_by_day(event, event.held_on + timedelta(days=30))) == MOST_DAYS


def test_page_shows_seats_link_code_and_poster_once_it_is_public(cast, now, as_user):
    event, client = make_event(cast, now), as_user(cast.ines)
    before = client.get(f"{ROOT}{event.slug}/").content.decode()
    assert "once the invitation is approved" in before
    approve(cast, event.invitation, now)
    seat(event, now)
    page = client.get(f"{ROOT}{event.slug}/").content.decode()
    assert f"/e/{event.slug}/" in page
    assert "Seats over time" in page
    assert f'href="{ROOT}{event.slug}/poster/"' in page
    assert page.count("<svg") > before.count("<svg")


def test_poster_says_what_when_and_where_in_the_language_asked_for(cast, now, as_user):
    event = make_event(cast, now)
    approve(cast, event.invitation, now)
    answer = as_user(cast.ines).get(f"{ROOT}{event.slug}/poster/?lang=es")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    sheet = sheet_of(event, "es", now)
    assert (sheet.language, sheet.title) == ("es", "Día de One IT")
    assert sheet.url.endswith(f"/e/{event.slug}/")
    assert "Building C" in sheet.points
    assert sheet_of(event, "pl", now).language == "en"


def test_a_long_text_leaves_the_poster_its_title(cast, now):
    text = {"title": "One IT Day", "what": "Many words. " * 80, "agenda": ""}
    event = make_event(cast, now, text=text)
    assert poster_of(event, "en", now).startswith(b"%PDF")


def test_code_is_a_picture_for_print_shops(cast, now, as_user):
    event = make_event(cast, now)
    answer = as_user(cast.ines).get(f"{ROOT}{event.slug}/code/")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")


def test_the_subject_of_an_invitation_is_shown_with_its_event(cast, now, as_user):
    event = make_event(cast, now)
    page = as_user(cast.ines).get(f"/p/one-it/messages/{event.invitation.pk}/?language=es")
    preview = page.context["workspace"].preview
    assert preview.mail.subject.endswith("One IT Day")
    assert "link.example" not in preview.mail.subject


def test_languages_that_most_of_the_invited_read_come_first(cast, now, as_user):
    event = make_event(cast, now)
    readers = as_user(cast.ines).get(f"{ROOT}{event.slug}/edit/").context["readers"]
    assert list(readers.values()) == sorted(readers.values(), reverse=True)
