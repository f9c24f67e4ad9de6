"""The pages of posts: choosing channels, what waits to be posted by hand, and what was posted."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from auditlog.models import LogEntry

from communications.approvals.services import approval as approvals
from communications.groups.queries.post import task_lines, tasks_at
from communications.groups.services.post_planning import cancel_late_posts
from communications.models import Message, Post, State
from events.services.informed import refresh_informed
from programmes.scope import EVERYTHING
from tests.clock import NOW
from tests.communications.making import make_message, run
from tests.communications.posting import GROUP_TEXTS, make_channel, run_posts, tell

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/p/one-it/posts/"


@pytest.fixture
def board(cast):
    return make_channel(cast, "by_hand", "Board in Barcelona", sites=[cast.barcelona])


@pytest.fixture
def wait(cast, now):
    """Return a function that lets posts wait on channels since half an hour ago."""

    def begin(*channels, **data):
        day = now.date() - timedelta(days=1)
        past = now - timedelta(minutes=30)
        version = tell(cast, past, *channels, **{"fixed_on": day, "latest_hours": 96, **data})
        run_posts(now)
        return version

    return begin


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_form_offers_the_active_channels_of_the_programme_if_there_are_any(cast, as_user, now):
    client = as_user(cast.ines)
    address = "/p/one-it/messages/new/"
    assert "Also posted in" not in text_of(client.get(address))
    make_channel(cast, "slack", "Off").delete()
    make_channel(cast, "slack", "Iberian chat")
    assert "Iberian chat" in text_of(client.get(address))


def test_a_choice_of_channels_is_kept_and_shown_with_the_message(cast, as_user, now):
    channel = make_channel(cast, "slack", "Iberian chat")
    client = as_user(cast.ines)
    form = {
        **{"purpose": "Tell", "level": "tactical", "sender": "One IT", "subject": "News"},
        **{"body": "Hello all", "offset_days": "1", "local_time": "09:00"},
        "channels": [channel.pk],
    }
    answer = client.post("/p/one-it/messages/new/", form)
    message = Message.objects.get()
    assert list(message.channels.all()) == [channel]
    words = text_of(client.get(answer["Location"]))
    assert "Also posted in Iberian chat Slack, Spanish" in words
    assert "checked" in client.get(f"{answer['Location']}edit/").content.decode()


def test_who_decides_sees_where_it_is_posted_too(cast, as_user, now):
    message = make_message(cast, now, GROUP_TEXTS, channels=[make_channel(cast, name="Signs")])
    approvals.ask(message, cast.ines, now)
    client = as_user(cast.claire)
    assert "Also posted in Signs" in text_of(client.get("/p/one-it/decisions/"))
    assert "Also posted in Signs" in text_of(client.get(f"/p/one-it/messages/{message.pk}/"))


def test_a_regional_manager_copies_the_text_and_ticks_it_off(cast, as_user, wait, board, now):
    hidden = make_channel(cast, "by_hand", "Moments", "zh-hans", sites=[cast.shanghai])
    wait(board, hidden)
    rosa = as_user(cast.rosa)
    words = text_of(rosa.get(LIST))
    assert "1 message to post by hand" in words
    assert "Board in Barcelona" in words
    assert "El centro abre Abre &lt;hoy&gt; &amp; mañana." in words
    assert "Moments" not in words
    home = text_of(rosa.get("/p/one-it/regions/iberia/"))
    assert "Mark as done" in home
    theirs = Post.objects.get(channel=hidden)
    assert rosa.post(f"{LIST}{theirs.pk}/done/", {}).status_code == 404
    post = Post.objects.get(channel=board)
    typed = {"posted_on": now.date().isoformat(), "place": "Entrance hall"}
    rosa.post(f"{LIST}{post.pk}/done/", typed)
    post.refresh_from_db()
    assert (post.state, post.place, post.language) == (State.SENT, "Entrance hall", "es")
    assert post.ended_at.date() == now.date()
    assert LogEntry.objects.get(additional_data__act="by_hand").actor == cast.rosa
    assert "Board in Barcelona : El centro abre" not in text_of(rosa.get(LIST))
    assert "Entrance hall" in text_of(rosa.get(LIST))
    home = text_of(rosa.get("/p/one-it/regions/iberia/"))
    assert "Mark as done" not in home
    assert "1 done in the last 7 days" in home


def test_today_is_that_of_who_ticks_it_off(cast, as_user, wait, board):
    """From 10:00 UTC on it is tomorrow there."""
    wait(board)
    cast.rosa.time_zone = "Pacific/Kiritimati"
    cast.rosa.save()
    today = NOW.astimezone(ZoneInfo(cast.rosa.time_zone)).date()
    typed = {"posted_on": today.isoformat(), "place": "Hall"}
    as_user(cast.rosa).post(f"{LIST}{Post.objects.get().pk}/done/", typed)
    assert Post.objects.get().state == State.SENT


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"place": "Hall"}, "Enter a date such as"),
        ({"posted_on": "2031-01-01", "place": "Hall"}, "This date is in the future."),
        ({"posted_on": "2020-01-01", "place": "Hall"}, "before the post was due"),
    ],
)
def test_what_cannot_be_ticked_off_says_why_and_keeps_what_was_typed(
    cast, as_user, wait, board, typed, sentence
):
    wait(board)
    post = Post.objects.get()
    answer = as_user(cast.rosa).post(f"{LIST}{post.pk}/done/", typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert 'value="Hall"' in answer.content.decode()
    assert Post.objects.get().state == State.PLANNED


def test_what_was_withdrawn_meanwhile_cannot_be_ticked_off(cast, as_user, wait, board, now):
    version = wait(board)
    approvals.withdraw(version, cast.claire, "Wrong", now)
    post = Post.objects.get()
    client = as_user(cast.rosa)
    typed = {"posted_on": now.date().isoformat(), "place": "Hall"}
    words = text_of(client.post(f"{LIST}{post.pk}/done/", typed, follow=True))
    assert "The approval was withdrawn. Do not post it" in words
    assert Post.objects.get().state == State.CANCELLED


def test_what_is_withdrawn_while_the_page_is_made_is_left_out(cast, wait, board, now):
    version = wait(board)
    posts = list(tasks_at(EVERYTHING, now))
    assert len(task_lines(posts, now)) == 1
    approvals.withdraw(version, cast.claire, "Wrong", now)
    assert task_lines(posts, now) == []


@pytest.mark.parametrize("typed", [{"place": "Hall"}, {"posted_on": "2031-01-01", "place": ""}])
def test_what_somebody_else_has_ticked_off_says_so_whatever_is_typed(
    cast, as_user, wait, board, now, typed
):
    wait(board)
    post = Post.objects.get()
    client = as_user(cast.rosa)
    right = {"posted_on": now.date().isoformat(), "place": "Hall"}
    client.post(f"{LIST}{post.pk}/done/", right)
    words = text_of(client.post(f"{LIST}{post.pk}/done/", typed, follow=True))
    assert "This post is no longer open." in words


def test_what_nobody_has_ticked_off_in_time_is_overdue_and_still_there(
    cast, as_user, wait, board, now
):
    wait(board)
    Post.objects.update(latest_at=now - timedelta(days=2))
    cancel_late_posts(now)
    assert "Overdue" in text_of(as_user(cast.rosa).get(LIST))
    assert "Overdue since" in text_of(as_user(cast.rosa).get("/p/one-it/regions/iberia/"))


def test_a_sending_shows_its_posts_beside_its_people(cast, as_user, wait, board):
    hidden = make_channel(cast, "feed", "Intranet of China", "zh-hans", sites=[cast.shanghai])
    wait(board, hidden)
    post = Post.objects.get(channel=board)
    address = f"/p/one-it/dispatches/{post.dispatch_id}/"
    words = text_of(as_user(cast.ines).get(address))
    assert "6 people" in words
    assert "Posts to groups" in words
    assert "Board in Barcelona By hand Barcelona Spanish" in words
    assert re.search(r"Intranet of China Intranet feed Shanghai .*? Sent", words)
    assert "3 people there get no email from this sending" in words
    theirs = text_of(as_user(cast.rosa).get(address))
    assert "Intranet of China" not in theirs
    assert "get no email from this sending" not in theirs


def test_a_sending_without_channels_says_nothing_of_them(cast, as_user, wait):
    version = wait()
    dispatch = version.message.dispatches.get()
    words = text_of(as_user(cast.ines).get(f"/p/one-it/dispatches/{dispatch.pk}/"))
    assert "6 people waiting" in words
    assert "6 people waiting" in words
    assert "Posts to groups" not in words


def test_a_post_in_doubt_is_settled_by_two_buttons(cast, as_user, wait, board):
    wait(board)
    post = Post.objects.get()
    client = as_user(cast.ines)
    page = f"/p/one-it/dispatches/{post.dispatch_id}/"
    Post.objects.update(state=State.IN_DOUBT)
    words = text_of(client.get(page))
    assert "Mark as posted" in words
    assert "Post again" in words
    assert "Mark as posted" not in text_of(as_user(cast.claire).get(page))
    client.post(f"{LIST}{post.pk}/again/")
    assert Post.objects.get().state == State.PLANNED
    Post.objects.update(state=State.IN_DOUBT)
    client.post(f"{LIST}{post.pk}/delivered/")
    post.refresh_from_db()
    assert (post.state, post.reason_words) == (State.SENT, "confirmed by hand as delivered")


def test_what_a_group_was_told_may_have_reached_and_is_never_counted_as_reached(
    cast, as_user, wait, board, now, relay
):
    wait(make_channel(cast, "feed", "Intranet", "en", sites=[cast.barcelona]), level="tactical")
    Message.objects.update(stage="go_live")
    refresh_informed(cast.programme, now)
    overview = as_user(cast.ines)
    words = text_of(overview.get("/p/one-it/overview/"))
    assert "Wave 1 3 0% 100%" in words
    assert "Wave 2 3 0% –" in words
    rosa = text_of(as_user(cast.rosa).get("/p/one-it/regions/iberia/"))
    assert "Barcelona 3 0% 100%" in rosa
    run(now)
    refresh_informed(cast.programme, now)
    words = text_of(overview.get("/p/one-it/overview/"))
    assert "Wave 1 3 100% –" in words


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_asks_the_same_few_queries(cast, as_user, wait, many, django_assert_num_queries):
    for number in range(many):
        wait(make_channel(cast, "by_hand", f"Board {number}", sites=[cast.barcelona]))
    client = as_user(cast.rosa)
    client.get(LIST)
    with django_assert_num_queries(12):
        client.get(LIST)
    page = f"/p/one-it/dispatches/{Post.objects.first().dispatch_id}/"
    with django_assert_num_queries(18):
        client.get(page)
