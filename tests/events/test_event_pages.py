"""The pages of staff: list, one event, form, texts, attendees."""

from datetime import date, timedelta

import pytest

from communications.messages.services.message import write_ready
from events.models import Event, EventMail
from events.services.checkin import check_in
from events.services.event import cancel_event, change_event, write_texts
from events.services.registration import withdraw
from programmes.models import Stream
from programmes.queries.texts import states_of
from stakeholders.audiences.forms.lines import TAKE
from stakeholders.models import Role
from tests import factories
from tests.clock import NOW
from tests.events.making import approve, event_data, make_event, seat

LIST = "/p/one-it/events/"
TYPED = {
    "kind": "training",
    "title": "Ask the desk",
    "what": "Thirty minutes with time for questions.",
    "agenda": "10:00 Welcome",
    "room": "Room 3",
    "capacity": "12",
    "held_on": "8 Dec 2026",
    "from_time": "10:00",
    "until_time": "11:00",
    "invite_on": "24 Nov 2026",
    "remind_days": "2",
}


FRENCH = {"title": "Journée One IT", "what": "Essayez.", "agenda": ""}


@pytest.fixture
def soon(cast):
    """Return an event in two weeks, as the pages reckon."""
    day = NOW.date() + timedelta(days=14)
    invited = {"held_on": day, "invite_on": NOW.date()}
    return make_event(cast, NOW, **invited)


def test_list_has_what_is_coming_and_apart_what_is_past(cast, soon, as_user):
    past = NOW.date() - timedelta(days=30)
    text = {"title": "The first day", "what": "It was good.", "agenda": ""}
    make_event(cast, NOW, held_on=past, invite_on=past, text=text)
    client = as_user(cast.ines)
    coming, been = (client.get(LIST + query).content.decode() for query in ("", "?when=past"))
    assert "One IT Day" in coming
    assert "The first day" not in coming
    assert "The first day" in been
    assert "1 past event" in been


def test_list_can_be_narrowed_to_a_kind(cast, soon, as_user):
    make_event(cast, NOW, kind="training", held_on=soon.held_on)
    client = as_user(cast.ines)
    assert "2 upcoming events" in client.get(LIST).content.decode()
    assert "1 upcoming event" in client.get(f"{LIST}?kind=training").content.decode()
    assert "No events of this kind" in client.get(f"{LIST}?kind=meetup").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_the_same_number_of_queries(
    cast, soon, as_user, count, django_assert_num_queries
):
    for _ in range(count - 1):
        seat(make_event(cast, NOW, held_on=soon.held_on), NOW)
    client = as_user(cast.ines)
    client.get(LIST)
    with django_assert_num_queries(10):
        assert client.get(LIST).status_code == 200


def test_new_event_has_an_invitation_and_a_reminder_in_each_language(cast, as_user):
    typed = {**TYPED, "site": cast.barcelona.pk}
    answer = as_user(cast.ines).post(f"{LIST}new/", typed)
    event = Event.objects.get()
    assert answer["Location"] == f"{LIST}{event.slug}/"
    assert event.slug == "ask-the-desk-barcelona"
    assert (event.invitation.fixed_on, event.reminder.fixed_on) == (
        date(2026, 11, 24),
        date(2026, 12, 6),
    )
    assert states_of(event, languages=["en"])["en"].state == "review"
    for message in (event.invitation, event.reminder):
        states = states_of(message, ("subject", "body"), cast.programme.languages)
        assert {one.state for one in states.values()} == {"review"}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"until_time": "09:00"}, "The event must end after it begins"),
        ({"invite_on": "9 Dec 2026"}, "Choose an invitation date before the event."),
        ({"capacity": "0"}, "greater than or equal to 1"),
        ({"held_on": ""}, "Enter a date such as"),
    ],
)
def test_form_says_what_is_wrong_and_keeps_the_rest(cast, as_user, wrong, sentence):
    typed = {**TYPED, "site": cast.barcelona.pk, **wrong}
    page = as_user(cast.ines).post(f"{LIST}new/", typed).content.decode()
    assert sentence in page
    assert "Ask the desk" in page
    assert not Event.objects.exists()


def test_two_events_of_one_name_have_addresses_of_their_own(cast, now):
    slugs = {make_event(cast, now).slug for _ in range(3)}
    assert slugs == {f"one-it-day-barcelona{n}" for n in ("", "-2", "-3")}


def test_address_names_a_site_that_the_title_names_once(cast, now):
    text = {"title": "Open day, Barcelona", "what": "Come.", "agenda": ""}
    assert make_event(cast, now, text=text).slug == "open-day-barcelona"


def test_page_shows_what_people_read_in_the_language_of_the_reader(cast, soon, as_user):
    text = {"title": "Journée One IT", "what": "Essayez le nouveau poste.", "agenda": ""}
    write_texts(soon, "fr", text, cast.ines, NOW)
    write_ready(soon.invitation, "fr", "Venez", "Bonjour", cast.ines, NOW)
    approve(cast, soon.invitation, NOW)
    cast.ines.language = "fr"
    cast.ines.save()
    page = as_user(cast.ines).get(f"{LIST}{soon.slug}/").content.decode()
    assert '<div lang="fr" dir="ltr">' in page
    assert "Essayez le nouveau poste." in page


def test_fewer_seats_than_people_are_refused(cast, soon, as_user):
    seat(soon, NOW, 2)
    typed = {**TYPED, "site": cast.barcelona.pk, "capacity": "1"}
    page = as_user(cast.ines).post(f"{LIST}{soon.slug}/edit/", typed).content.decode()
    assert "2 people have a seat. Enter at least that many." in page
    soon.refresh_from_db()
    assert soon.capacity == 2


def test_another_language_is_written_beside_the_english(cast, soon, as_user):
    client, address = as_user(cast.ines), f"{LIST}{soon.slug}/edit/?language=fr"
    assert "Try the new workplace." in client.get(address).content.decode()
    assert client.post(address, FRENCH).status_code == 302
    soon.refresh_from_db()
    assert (soon.title_fr, soon.title_es) == ("Journée One IT", "Día de One IT")
    assert client.get(f"{LIST}{soon.slug}/edit/?language=xx").status_code == 404


def test_the_english_keeps_its_distance_as_the_cards_beside_it_do(cast, soon, as_user):
    page = as_user(cast.ines).get(f"{LIST}{soon.slug}/edit/?language=es").content.decode()
    assert page.index("ol-stack l") < page.index("English text") < page.index('name="title"')


@pytest.mark.parametrize("language", ["en", "fr"])
def test_whoever_saves_second_reads_what_the_first_has_written(cast, soon, as_user, language):
    ines, address = as_user(cast.ines), f"{LIST}{soon.slug}/edit/?language={language}"
    form = ines.get(address).context["form"]
    typed = {**TYPED, "site": cast.barcelona.pk} if language == "en" else FRENCH
    first = {name: str(value) for name, value in typed.items()} | {"what": "Come and see."}
    seen = form.initial["text_seen"]
    write_texts(soon, language, FRENCH | {"what": "Theirs."}, cast.nuria, NOW, seen)
    page = ines.post(address, first | {"text_seen": seen})
    said = page.content.decode()
    assert f"{cast.nuria} has changed this text since you opened it." in said
    assert "Theirs." in said
    assert "Come and see." in said
    again = first | {"text_seen": page.context["form"]["text_seen"].value()}
    assert ines.post(address, again).status_code == 302
    soon.refresh_from_db()
    assert getattr(soon, f"what_{language}") == "Come and see."


def test_page_says_that_the_approved_text_is_another(cast, soon, as_user):
    client, page = as_user(cast.ines), f"{LIST}{soon.slug}/"
    approve(cast, soon.invitation, NOW)
    assert "Ask for approval again" not in client.get(page).content.decode()
    text = {"title": "One IT Day, new", "what": "Come.", "agenda": ""}
    data = {**TYPED, **text, "site": cast.barcelona.pk, "invite_on": "", "held_on": ""}
    data |= {"invite_on": f"{soon.invitation.fixed_on}", "held_on": f"{soon.held_on}"}
    assert client.post(f"{page}edit/", data).status_code == 302
    shown = client.get(page).content.decode()
    assert "Ask for approval again" in shown
    assert "Try the new workplace." in shown


def test_cancelling_asks_with_the_numbers_and_then_tells_everybody(cast, soon, as_user):
    seat(soon, NOW, 3)
    client, address = as_user(cast.ines), f"{LIST}{soon.slug}/cancel/"
    assert "2 people with a seat and 1 on the waiting list" in client.get(address).content.decode()
    client.post(address)
    soon.refresh_from_db()
    assert soon.cancelled_at is not None
    assert EventMail.objects.filter(kind="off").count() == 3


def test_attendees_are_found_by_state_and_name(cast, soon, as_user):
    first, second, third = seat(soon, NOW, 3)
    check_in(first, cast.ines, NOW)
    client, address = as_user(cast.ines), f"{LIST}{soon.slug}/attendees/"

    def names(query):
        page = client.get(address + query).content.decode()
        return [one for one in (first, second, third) if one.name in page]

    assert names("") == [first, second, third]
    assert names("?state=waiting") == [third]
    assert names("?state=came") == [first]
    assert names("?state=missing") == [second]
    assert names(f"?q={second.person.last_name}") == [second]


def test_before_the_end_of_an_event_nobody_is_missing(cast, soon, as_user):
    seat(soon, NOW)
    client, address = as_user(cast.ines), f"{LIST}{soon.slug}/attendees/"
    assert "Not here yet" in client.get(address).content.decode()
    Event.objects.filter(pk=soon.pk).update(held_on=NOW.date() - timedelta(days=2))
    page = client.get(address).content.decode()
    assert "Absent" in page
    assert "Not here yet" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_attendees_take_the_same_number_of_queries(
    cast, soon, as_user, count, django_assert_num_queries
):
    Event.objects.update(capacity=10)
    for one in seat(soon, NOW, count):
        check_in(one, cast.ines, NOW)
    client = as_user(cast.ines)
    client.get(f"{LIST}{soon.slug}/attendees/")
    with django_assert_num_queries(12):
        assert client.get(f"{LIST}{soon.slug}/attendees/").status_code == 200


def test_file_holds_what_the_list_shows_and_computes_nothing(cast, soon, as_user):
    (one,) = seat(soon, NOW)
    type(one.person).objects.filter(pk=one.person_id).update(first_name="=1+1")
    answer = as_user(cast.ines).get(f"{LIST}{soon.slug}/attendees/csv/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=1+1" in text
    assert "Barcelona" in text


def test_taking_somebody_off_frees_the_seat(cast, soon, as_user):
    first, _second, third = seat(soon, NOW, 3)
    as_user(cast.ines).post(f"{LIST}{soon.slug}/attendees/{first.pk}/withdraw/")
    third.refresh_from_db()
    assert third.state == "going"


def test_regional_manager_writes_events_of_the_region_alone(cast, soon, as_user):
    shanghai = make_event(cast, NOW, site=cast.shanghai, held_on=soon.held_on)
    client = as_user(cast.rosa)
    assert client.get(f"{LIST}{soon.slug}/edit/").status_code == 200
    for below in ("", "edit/", "cancel/", "attendees/", "check-in/"):
        assert client.get(f"{LIST}{shanghai.slug}/{below}").status_code == 404
    assert "Shanghai" not in client.get(f"{LIST}new/").content.decode()
    page = client.post(f"{LIST}new/", {**TYPED, "site": cast.shanghai.pk}).content.decode()
    assert "Choose the sites to invite." in page
    assert Event.objects.count() == 2


def test_stream_leader_writes_events_of_own_streams_alone(cast, soon, as_user):
    desk = Stream.objects.create(programme=cast.programme, name="Desk")
    Role.objects.create(user=cast.otto, programme=cast.programme, kind="stream_leader", stream=desk)
    client = as_user(cast.otto)
    assert client.get(f"{LIST}{soon.slug}/").status_code == 404
    typed = {**TYPED, "site": cast.barcelona.pk}
    assert "Choose one of your streams." in client.post(f"{LIST}new/", typed).content.decode()
    assert client.post(f"{LIST}new/", {**typed, "stream": desk.pk}).status_code == 302
    address = f"{LIST}{Event.objects.get(stream=desk).slug}/edit/"
    assert client.get(address).status_code == 200
    other = Stream.objects.create(programme=cast.programme, name="Other")
    for place in (address, f"{LIST}new/"):
        for stream in (desk.pk, other.pk, "", "x", str(2**63)):
            page = client.post(place, {**typed, "stream": stream, TAKE: "1"})
            assert list(page.context["form"].fields["stream"].queryset) == [desk]


def test_cio_reads_numbers_and_no_names(cast, soon, as_user):
    (one,) = seat(soon, NOW)
    client = as_user(cast.claire)
    page = client.get(f"{LIST}{soon.slug}/").content.decode()
    assert one.name not in page
    for below in ("attendees/", "check-in/", "edit/"):
        assert client.get(f"{LIST}{soon.slug}/{below}").status_code == 403


def test_a_cancelled_event_is_changed_no_more(cast, soon, as_user):
    cancel_event(soon, cast.ines, NOW)
    typed = {**TYPED, "site": cast.barcelona.pk}
    page = as_user(cast.ines).post(f"{LIST}{soon.slug}/edit/", typed).content.decode()
    assert "The event is cancelled. Create a new one." in page


def test_a_changed_frame_moves_the_reminder_too(cast, event, now):
    change_event(event, event_data(cast, held_on=date(2026, 12, 15)), cast.ines, now)
    event.reminder.refresh_from_db()
    assert event.reminder.fixed_on == date(2026, 12, 13)
    change_event(event, event_data(cast, remind_days=None), cast.ines, now)
    event.refresh_from_db()
    assert event.reminder is None


def test_who_left_the_list_is_shown_when_asked_for(cast, soon, as_user):
    (one,) = seat(soon, NOW)
    withdraw(one, NOW)
    client, address = as_user(cast.ines), f"{LIST}{soon.slug}/attendees/"
    assert one.name not in client.get(address).content.decode()
    assert one.name in client.get(f"{address}?state=cancelled").content.decode()


def test_staff_read_what_an_invitation_is_for_in_the_list_of_messages(cast, as_user, now):
    event = make_event(cast, now)
    page = as_user(cast.ines).get("/p/one-it/messages/").content.decode()
    assert f"Invitation: {event.title_en}" in page
    assert "Invitation: …" not in page


def test_a_region_is_led_to_an_invitation_once_it_is_approved(cast, as_user, now):
    event = make_event(cast, now)
    page, link = f"{LIST}{event.slug}/", f"/p/one-it/messages/{event.invitation_id}/"
    assert link not in as_user(cast.rosa).get(page).content.decode()
    assert link in as_user(cast.ines).get(page).content.decode()
    approve(cast, event.invitation, now)
    assert link in as_user(cast.rosa).get(page).content.decode()


def test_an_event_of_a_stream_stays_one_when_its_region_changes_it(cast, as_user):
    now, stream = NOW, Stream.objects.create(programme=cast.programme, name="Workplace")
    day = now.date() + timedelta(days=14)
    event = make_event(cast, now, held_on=day, invite_on=now.date(), stream=stream)
    address, client = f"{LIST}{event.slug}/edit/", as_user(cast.rosa)
    assert client.get(address).context["form"]["stream"].value() == stream.pk
    here = {"site": cast.barcelona.pk, "sites": [cast.barcelona.pk], "stream": stream.pk}
    when = {"held_on": day.isoformat(), "invite_on": now.date().isoformat()}
    assert client.post(address, {**TYPED, **here, **when}).status_code == 302
    event.refresh_from_db()
    assert (event.stream, event.room) == (stream, "Room 3")


def test_form_says_what_an_event_informs_about_and_leaves_what_is_out_of_view(cast, soon, as_user):
    here = factories.ImpactFactory(programme=cast.programme, sites=[cast.barcelona])
    elsewhere = factories.ImpactFactory(
        programme=cast.programme, name="Shift in China", sites=[cast.shanghai]
    )
    soon.answers.add(elsewhere)
    client, address = as_user(cast.rosa), f"{LIST}{soon.slug}/"
    form = client.get(f"{address}edit/").content.decode()
    assert "Shift in China" not in form
    typed = {**TYPED, "site": cast.barcelona.pk, "sites": [cast.barcelona.pk]}
    typed |= {"answers": [here.pk], "stage": "go_live", "text_seen": ""}
    typed["text_seen"] = client.get(f"{address}edit/").context["form"].initial["text_seen"]
    assert client.post(f"{address}edit/", typed).status_code == 302
    assert set(soon.answers.all()) == {here, elsewhere}
    shown = client.get(address).content.decode()
    assert "Impacts elsewhere" in shown
    assert "Shift in China" not in shown


def test_a_region_is_asked_for_its_sites_and_not_told_of_everyone(cast, as_user):
    said = as_user(cast.rosa).post(f"{LIST}new/look/", {"title": "Day"}).content.decode()
    assert "Choose sites" in said
    assert "Choose the sites to invite." in said
    assert "Everyone" not in said
    assert "The audience is not valid" not in said
