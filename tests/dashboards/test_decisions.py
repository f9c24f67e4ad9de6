import html
import re
from datetime import time, timedelta

import pytest
from django.contrib.messages import get_messages

from communications.approvals.services import approval as approvals
from communications.approvals.services.question import answer, ask_back
from communications.dispatches.queries.weeks import name_of
from communications.messages.services.message import MessageData, change_message
from communications.models import Approval, Question
from events.services.registration import register
from onelift.dashboards.overview.queries.board import decisions_board
from programmes.queries.decisions import Asking
from stakeholders.accounts.access import scope_of
from stakeholders.audiences.services.audience import Lines
from stakeholders.models import Person, Role, User
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.events.making import make_event
from tests.factories import PersonFactory, SiteFactory, WaveFactory

DECISIONS, APPROVALS = "/p/one-it/decisions/", "/p/one-it/approvals/"


@pytest.fixture
def soon(now):
    """Ten days on, at 09:00, whatever the day of the week."""
    return {"fixed_on": (now + timedelta(days=10)).date(), "is_urgent": True}


@pytest.fixture
def waiting(cast, now, soon):
    return approvals.ask(make_message(cast, now, **soon), cast.ines, now)


def board_of(cast, user, now, **query):
    asked = Asking(cast.programme, scope_of(user, cast.programme), now, query)
    return decisions_board(asked, user)


def card_of(cast, now, **query):
    (card,) = board_of(cast, cast.claire, now, **query).all
    (part,) = card.parts
    return part


def text(answer):
    words = re.sub(r"<[^>]+>", " ", answer.content.decode().split("<main")[1])
    return " ".join(html.unescape(words).split())


def decide(client, version, step="approve", follow=True, **data):
    sent = {"fingerprint": version.fingerprint, "next": DECISIONS, "line": "1", **data}
    return client.post(f"{APPROVALS}{version.pk}/{step}/", sent, follow=follow)


def test_a_card_says_whom_when_and_what_a_yes_does(cast, waiting, now, as_user, soon):
    card = card_of(cast, now)
    assert (
        card.people,
        card.when.sites,
        card.when.moved,
        card.when.at_once,
        card.when.too_late,
    ) == (6, 2, 0, 0, 0)
    assert (card.when.first.wave_site.site, card.when.last.wave_site.site) == (
        cast.shanghai,
        cast.barcelona,
    )
    assert card.when.due_on == soon["fixed_on"]
    assert card.when.days_left == 10
    page = text(as_user(cast.claire).get(DECISIONS))
    assert "1 decision for you to make" in page
    assert "To 6 people , at 2 sites, each at 00:01 local time" in page or "To 6 people" in page
    assert "First in Shanghai" in page
    assert "Last in Barcelona" in page
    assert "3 languages are ready" in page
    assert "If approved, sends from" in page


def test_the_head_count_is_the_total_of_its_list(cast, waiting, as_user):
    Person.objects.filter(pk=cast.people[0].pk).update(is_do_not_contact=False)
    client = as_user(cast.claire)
    page = client.get(DECISIONS).content.decode()
    figure = r'href="([^"]*\?version=\d+)"\s+data-count="(\d+)">To \2 people'
    url, number = re.search(figure, page).groups()
    listed = client.get(html.unescape(url)).content.decode()
    assert re.search(r"<h1[^>]*>([\d,]+) ", listed)[1] == number == "6"


def test_what_is_due_already_leaves_at_once_and_what_is_over_does_not(cast, now):
    past = {"fixed_on": (now - timedelta(days=3)).date(), "is_urgent": True}
    approvals.ask(make_message(cast, now, latest_hours=200, **past), cast.ines, now)
    card = card_of(cast, now)
    assert (card.when.at_once, card.when.too_late) == (6, 0)
    Approval.objects.all().delete()
    approvals.ask(make_message(cast, now, latest_hours=1, **past), cast.ines, now)
    card = card_of(cast, now)
    assert (card.when.at_once, card.when.too_late) == (0, 6)


def test_readers_of_a_language_without_text_are_told(cast, waiting, now, as_user):
    PersonFactory(site=cast.barcelona, language="it")
    assert card_of(cast, now).other == 1
    page = text(as_user(cast.claire).get(DECISIONS))
    assert "1 person will get a language other than their own" in page


def test_the_load_counts_this_version_with_what_is_planned_beside_it(cast, now, soon):
    for _n in range(3):
        approve(cast, make_message(cast, now, **soon), now)
    message = make_message(cast, now, **soon)
    approve(cast, message, now)
    data = MessageData("Tell", "Claire Fontanel", waves=[cast.wave1], **soon)
    approvals.ask(change_message(message, data, now), cast.ines, now)
    week, load = card_of(cast, now).when.heaviest
    assert name_of(week) == name_of(soon["fixed_on"])
    assert (load.contacts, load.people_over) == (4, 3)


def test_approving_acts_at_once_and_can_be_undone_from_the_line_and_the_history(
    cast, waiting, as_user
):
    client = as_user(cast.claire)
    answer_ = decide(client, waiting)
    page = answer_.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "approved"
    assert page.count(f"{APPROVALS}{waiting.pk}/undo/") == 2
    assert "data-leaves-in" in page
    assert "data-toast" not in page
    assert 'data-says="Approved. 0 left."' in page
    Approval.objects.update(decided_at=NOW - timedelta(seconds=60))
    page = client.get(DECISIONS).content.decode()
    assert page.count(f"{APPROVALS}{waiting.pk}/undo/") == 1
    assert "data-leaves-in" not in page
    assert "Undone." in text(decide(client, waiting, "undo"))
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    Approval.objects.update(state="approved", decided_by=cast.claire)
    Approval.objects.update(decided_at=NOW - timedelta(minutes=6))
    assert "/undo/" not in client.get(DECISIONS).content.decode()


def test_the_next_card_takes_the_focus_after_a_decision(cast, waiting, now, soon, as_user):
    later = approvals.ask(make_message(cast, now, **soon), cast.ines, now)
    client = as_user(cast.claire)
    assert "data-takes-focus" not in client.get(DECISIONS).content.decode()
    page = decide(client, waiting).content.decode()
    assert f'id="decision-{later.pk}" tabindex="-1" data-takes-focus' in page
    assert 'data-says="Approved. 1 left."' in page


def test_asking_back_and_answering_in_place(cast, waiting, as_user):
    claire, ines = as_user(cast.claire), as_user(cast.ines)
    page = text(decide(claire, waiting, "question", reason="Why <b>now</b>?"))
    assert "Question sent." in page
    assert "Why <b>now</b>?" in page
    assert "Waiting for an answer" in page
    question = Question.objects.get()
    page = ines.get(f"{DECISIONS}?for=me")
    assert "1 question needs your answer" in text(page)
    data = {"reason": "The desk opens.", "next": f"{DECISIONS}?for=me"}
    sent = ines.post(f"/p/one-it/questions/{question.pk}/answer/", data, follow=True)
    assert "Answer sent." in text(sent)
    assert "The desk opens." not in text(sent).split("Decided")[0].split("Answer sent.")[0]
    assert "The desk opens." in text(claire.get(DECISIONS))
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


@pytest.mark.parametrize("step", ["question", "refuse"])
def test_a_question_and_a_refusal_need_words(cast, waiting, as_user, step):
    page = text(decide(as_user(cast.claire), waiting, step, reason="  "))
    assert "Enter " in page
    waiting.refresh_from_db()
    assert (waiting.state, Question.objects.count()) == ("waiting", 0)


def test_refusing_says_why_in_the_history(cast, waiting, as_user):
    page = text(decide(as_user(cast.claire), waiting, "refuse", reason="No floor walkers yet"))
    assert "Refused" in page
    assert "No floor walkers yet" in page


def test_what_changed_meanwhile_is_shown_and_not_approved(cast, waiting, now, soon, as_user):
    data = MessageData("Tell", "Somebody else", waves=[cast.wave1], **soon)
    newer = approvals.ask(change_message(waiting.message, data, now), cast.ines, now)
    page = text(decide(as_user(cast.claire), waiting))
    assert "The message has changed since you opened it." in page
    assert "Changed since you opened it. Nothing was decided." in page
    assert "Changed: Sender · Audience · Date, time or latest send time" in page
    assert set(Approval.objects.values_list("pk", "state")) == {
        (waiting.pk, "replaced"),
        (newer.pk, "waiting"),
    }
    card = card_of(cast, now, changed=str(waiting.pk))
    assert [str(part) for part in card.unseen.parts] == [
        "Sender",
        "Audience",
        "Date, time or latest send time",
    ]
    assert card_of(cast, now, changed="x").unseen is None


def test_a_later_version_says_what_changed_since_the_one_decided_before(
    cast, waiting, now, soon, as_user
):
    approvals.refuse(waiting, cast.claire, "Too many", now)
    data = MessageData("Tell", "Claire Fontanel", waves=[cast.wave1], **soon)
    approvals.ask(change_message(waiting.message, data, now), cast.ines, now)
    page = text(as_user(cast.claire).get(DECISIONS))
    assert "Since version 1 Refused Too many Changed: Audience" in page


def test_two_who_decide_at_once_decide_once(cast, waiting, as_user):
    other = User.objects.create_user("cleo@onelift.example", first_name="Cleo", last_name="Test")
    Role.objects.create(user=other, programme=cast.programme, kind=Role.Kind.CIO)
    decide(as_user(cast.claire), waiting)
    answer_ = decide(as_user(other), waiting, "refuse", reason="No")
    assert "This version has already been decided on." in text(answer_)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.decided_by) == ("approved", cast.claire)
    assert "/undo/" not in answer_.content.decode()


def test_own_messages_have_no_button_and_say_who_may(cast, waiting, now, as_user):
    waiting.message.written_by = cast.claire
    waiting.message.save()
    page = as_user(cast.claire).get(DECISIONS)
    assert "/approve/" not in page.content.decode()
    assert "You wrote this, so someone else decides." in text(page)
    assert "No one else can decide yet." in text(page)
    other = User.objects.create_user("cleo@onelift.example", first_name="Cleo", last_name="Test")
    Role.objects.create(user=other, programme=cast.programme, kind=Role.Kind.CIO)
    assert "Can decide: Cleo Test" in text(as_user(cast.claire).get(DECISIONS))
    assert "Nothing is waiting for you" in text(as_user(cast.claire).get(f"{DECISIONS}?for=me"))
    assert board_of(cast, cast.claire, now).mine == []


def test_a_manager_sees_what_waits_and_what_was_asked(cast, waiting, now, as_user):
    page = as_user(cast.ines).get(DECISIONS)
    assert "1 decision for the CIO to make" in text(page)
    assert "Can decide: Claire Test" in text(page)
    assert "/approve/" not in page.content.decode()
    assert board_of(cast, cast.ines, now).mine == []
    question = ask_back(waiting, cast.claire, "Why?", now)
    assert len(board_of(cast, cast.ines, now).mine) == 1
    answer(question, cast.ines, "So", now)
    assert board_of(cast, cast.ines, now).mine == []


def test_empty_says_what_comes_next(cast, now, soon, as_user):
    cast.programme.waves.update(go_live_on=(now + timedelta(days=30)).date())
    client = as_user(cast.claire)
    page = text(client.get(DECISIONS))
    assert "Nothing is waiting for you Next: Wave 1 goes live on" in page
    make_message(cast, now, **soon)
    page = text(client.get(DECISIONS))
    assert "Next: “Your new service desk” is still a draft and due on" in page


def test_the_history_is_paged_latest_first(cast, now, as_user):
    earlier = now - timedelta(hours=1)
    for n in range(23):
        approve(cast, make_message(cast, earlier, {"en": (f"Subject {n}", "Hello")}), earlier)
    client = as_user(cast.claire)
    page = client.get(DECISIONS).content.decode()
    assert "Subject 22" in page
    assert "Subject 2<" not in page
    assert "Subject 2<" in client.get(f"{DECISIONS}?page=2").content.decode()


def test_the_overview_shows_the_same_card(cast, waiting, as_user):
    client = as_user(cast.claire)
    page = text(client.get("/p/one-it/overview/"))
    assert "First in Shanghai" in page
    assert "If approved, sends from" in page
    answer_ = decide(client, waiting, next="/p/one-it/overview/")
    assert answer_.redirect_chain[-1][0] == "/p/one-it/overview/"
    assert "data-leaves-in" in answer_.content.decode()
    assert not [m for m in get_messages(answer_.wsgi_request) if "approved" in str(m)]


def test_a_regional_manager_and_a_stream_leader_do_not_get_in(cast, as_user):
    assert as_user(cast.rosa).get(DECISIONS).status_code == 403
    assert as_user(cast.otto).get(DECISIONS).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    cast, as_user, now, soon, many, django_assert_num_queries
):
    for n in range(many):
        site = SiteFactory()
        wave = WaveFactory(programme=cast.programme, name=f"More {n}", sites=[site])
        PersonFactory(site=site)
        version = approvals.ask(make_message(cast, now, waves=[wave], **soon), cast.ines, now)
        ask_back(version, cast.claire, "Why?", now)
        approve(cast, make_message(cast, now, waves=[wave]), now)
    client = as_user(cast.claire)
    client.get(DECISIONS)
    with django_assert_num_queries(33):
        client.get(DECISIONS)
    with django_assert_num_queries(38):
        client.get("/p/one-it/overview/")


def test_a_card_says_who_will_wait_for_the_next_week(cast, now, as_user):
    day = now.date() + timedelta(days=7 - now.weekday() + 1)  # Tuesday of next week
    usual = {"fixed_on": day, "is_urgent": False, "level": "tactical"}
    approve(cast, make_message(cast, now, local_time=time(9), waves=[cast.wave1], **usual), now)
    asked = make_message(cast, now, local_time=time(10), **usual)
    approvals.ask(asked, cast.ines, now)
    assert card_of(cast, now).when.enough == 0
    cast.programme.mails_a_week = 1
    cast.programme.save()
    assert card_of(cast, now).when.enough == 3
    page = text(as_user(cast.claire).get(DECISIONS))
    assert "3 people will wait until the following week" in page
    assert "already get 1 email that week" in page


def test_a_card_of_a_reminder_counts_the_load_of_those_who_would_get_it(cast, now, as_user):
    cast.programme.mails_a_week = 1
    cast.programme.save()
    event = make_event(cast, now, lines=Lines(sites=[cast.barcelona]))
    day = event.reminder.fixed_on + timedelta(days=1)  # a Sunday is moved to its Monday
    usual = {"fixed_on": day, "is_urgent": False, "local_time": time(7), "waves": [cast.wave1]}
    approve(cast, make_message(cast, now, **usual), now)
    approvals.ask(event.reminder, cast.ines, now)
    assert card_of(cast, now).when.enough == 0
    register(event, cast.people[0], "es", now)
    when = card_of(cast, now).when
    assert (when.enough, when.heaviest[1].contacts, when.heaviest[1].people_over) == (1, 2, 0)
    page = text(as_user(cast.claire).get(DECISIONS))
    assert "1 person will wait until the following week" in page
    assert "Based on the people who would get it today" in page
    address = f"/p/one-it/messages/{event.reminder.pk}/"
    assert "1 person will wait until the following week" in text(as_user(cast.ines).get(address))


def test_a_higher_level_does_not_wait_for_a_lower_one_at_its_hour(cast, now):
    cast.programme.mails_a_week = 1
    cast.programme.save()
    day = now.date() + timedelta(days=7 - now.weekday() + 1)
    usual = {"fixed_on": day, "is_urgent": False, "local_time": time(9)}
    approve(cast, make_message(cast, now, level="strategic", **usual), now)
    approvals.ask(make_message(cast, now, level="operational", **usual), cast.ines, now)
    assert card_of(cast, now).when.enough == 0
