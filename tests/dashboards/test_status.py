"""The page of status: what waits, what is stuck, what to do, and a test of each connection."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from communications.models import ChannelState, Delivery, Dispatch, Heartbeat, Post, State, postings
from onelift.dashboards.checkup.queries.counts import heaps
from onelift.dashboards.checkup.queries.piles import OF_KIND, PILES
from onelift.dashboards.checkup.services import trying
from programmes.database.clock import database_now
from stakeholders.models import ImportRun, Role, User
from tests.communications.conftest import certificate, recorder, relay  # noqa: F401
from tests.communications.groups.test_channel_pages import make_channel
from tests.communications.making import approve, make_message
from tests.communications.relay import Fault

PAGE = "/status/"
COUNT = re.compile(r'href="([^"]+)"\s+data-count="(\d+)"')
TOTAL = re.compile(r'data-total="(\d+)"')


@pytest.fixture
def ada(cast):
    email = "ada@onelift.example"
    found = User.objects.filter(email=email).first()
    user = found or User.objects.create_superuser(email, "correct horse battery")
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def page(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return answer.content.decode()


def tried(client, address):
    """Press a button; return what the page then says."""
    answer = client.post(address, follow=True)
    assert answer.status_code == 200
    return [(message.level_tag, str(message)) for message in answer.context["messages"]]


def an_import(state, hours):
    at = database_now() - timedelta(hours=hours)
    return ImportRun.objects.create(file_name=f"{state}.csv", state=state, at=at)


def an_email(cast, **values):
    """Write one email into the ledger, of a message of its own that is approved."""
    now, person = database_now(), cast.people[0]
    message = make_message(cast, now)
    approve(cast, message, now)
    dispatch = Dispatch.objects.create(message=message, started_at=now)
    when = {"due_at": now, "latest_at": now + timedelta(days=1), "person": person, **values}
    return Delivery.objects.create(dispatch=dispatch, site=person.site, **when)


def alive():
    for name in ("pump", "feedback", "kits"):
        Heartbeat.objects.create(name=name, at=database_now())


def test_each_number_is_that_of_its_list(cast, world, ada):
    an_import("ready", 1)
    an_import("ready", 80)
    an_import("examining", 2)
    for _ in range(3):
        an_email(cast, state=State.IN_DOUBT, ended_at=database_now())
    links = COUNT.findall(page(ada))
    assert len(links) >= 5
    for address, count in links:
        assert TOTAL.findall(ada.get(address).content.decode()) == [count], address
    counts = {key: heap.count for key, heap in heaps(database_now()).items()}
    assert counts["imports-to-confirm"] >= 2
    assert counts["late-imports-to-confirm"] == counts["imports"] == counts["late-imports"] == 1
    assert counts["doubt-emails"] >= 3


def test_every_list_opens_with_and_without_rows(ada, cast):
    for key in PILES:
        words = ada.get(reverse("dashboards:status-list", args=[key])).content.decode()
        assert TOTAL.findall(words) == [str(heaps(database_now())[key].count)]
    assert ada.get("/status/lists/nonsense/").status_code == 404


def test_no_kind_of_posting_is_left_out():
    mine = {model for model in postings() if not model.__module__.startswith("tests.")}
    assert mine == {model for _key, model, _advice in OF_KIND}


def test_what_a_dead_worker_has_in_hand_is_stuck(ada, cast):
    now = database_now()
    an_email(cast, state=State.CLAIMED, lease_until=now - timedelta(minutes=5))
    an_email(cast, state=State.CLAIMED, lease_until=now + timedelta(minutes=1))
    assert heaps(now)["left-emails"].count == 1
    words = page(ada)
    assert "Emails left by a stopped worker" in words
    assert "Start a worker. It picks them up automatically." in words


def test_what_should_have_left_is_late_unless_it_is_tried_later_or_paused(cast):
    now = database_now()
    made = {"state": State.PLANNED, "due_at": now - timedelta(hours=1)}
    _late, again, paused = (an_email(cast, **made) for _ in range(3))
    assert heaps(now)["late-emails"].count == 3
    Delivery.objects.filter(pk=again.pk).update(next_try_at=now + timedelta(minutes=9))
    Dispatch.objects.filter(pk=paused.dispatch_id).update(paused_at=now)
    assert heaps(now)["emails"].count == 3
    assert heaps(now)["late-emails"].count == 1


def test_what_does_not_work_is_named_with_what_to_do(ada, cast):
    since = database_now() - timedelta(minutes=7)
    ChannelState.objects.create(channel="mail", failing_since=since, reason="Nobody answers.")
    words = page(ada)
    assert "Mail server: not working" in words
    assert "Nobody answers." in words
    assert "check EMAIL_URL and that the server is running." in words
    assert "It has never run." in words
    alive()
    assert "It has never run." not in page(ada)


def test_the_finding_counts_what_is_stuck(ada, cast, settings, tmp_path):
    alive()
    settings.REDIS_URL, settings.BROKER_DIR = "", tmp_path / "broker"
    folder = tmp_path / "broker-workers"
    folder.mkdir()
    (folder / "worker").touch()
    assert "<h1" in page(ada)
    assert "Everything is running" in page(ada)
    (folder / "worker").unlink()
    assert "1 thing is stuck; everything else is running" in page(ada)


def test_a_channel_without_its_address_is_broken(ada, cast):
    make_channel(cast, name="IT news", kind="teams", address="")
    words = page(ada)
    assert "IT news: not working" in words
    assert "Its address or secret is missing. Enter its address and secret again." in " ".join(
        words.split()
    )


def test_the_address_of_a_channel_is_entered_from_the_page(ada, cast, as_user):
    channel = make_channel(cast, name="IT news", kind="teams", address="")
    make_channel(cast, name="IT talk", kind="teams")
    url = reverse("admin:communications_channel_change", args=[channel.pk])
    links = re.findall(r'href="([^"]*)">\s*Enter address', page(ada))
    assert links == [url, url], "what to do, and the row of the channel"
    assert ada.get(url).status_code == 200
    administrator = User.objects.create_user("olaf@onelift.example")
    Role.objects.create(user=administrator, kind=Role.Kind.ADMINISTRATOR)
    assert "Enter address" not in page(as_user(administrator))


def test_on_a_phone_the_settings_are_a_fold_above_the_page(ada, cast):
    words = page(ada)
    fold = words.split('<details class="ol-side-fold')[1].split("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', fold) == side_of(ada)
    assert words.index("ol-side-fold") < words.index("What to do")


def test_a_list_names_nobody_to_whom_something_is_sent(ada, cast):
    person = cast.people[0]
    an_email(cast, state=State.PLANNED, person=person, address="pia@onelift.example")
    words = ada.get("/status/lists/emails/").content.decode()
    assert str(person) not in words
    assert "pia@onelift.example" not in words


@pytest.mark.parametrize("many", [1, 3])
def test_the_queries_do_not_grow(ada, cast, many, django_assert_num_queries):
    for number in range(many):
        make_channel(cast, name=f"Chat {number}", kind="teams")
        an_email(cast, state=State.IN_DOUBT, ended_at=database_now())
        an_import("ready", 80)
    page(ada)
    with django_assert_num_queries(25):
        page(ada)
    with django_assert_num_queries(23):
        ada.get("/status/lists/doubt-emails/")


def test_an_administrator_without_the_mark_staff_gets_no_link_to_the_administration(cast, as_user):
    Role.objects.create(user=cast.otto, kind=Role.Kind.ADMINISTRATOR)
    an_import("ready", 1)
    words = as_user(cast.otto).get("/status/lists/imports-to-confirm/").content.decode()
    assert "ready.csv" in words
    assert "/admin/" not in words


# Tests of connections


def test_a_test_email_arrives(ada, relay):  # noqa: F811
    [(level, words)] = tried(ada, "/status/tests/email/")
    assert level == "success"
    assert "accepted a test email to ada@onelift.example" in words
    assert re.match(r"\d\d:\d\d: ", words)
    [accept] = relay.accepts
    assert accept.recipient == "ada@onelift.example"
    assert accept.message["subject"] == "A test email from OneLift"


def test_a_test_email_that_is_refused_says_what_to_do(ada, relay):  # noqa: F811
    relay.faults.append(Fault("rcpt", reply="550 5.1.1 No such user"))
    [(level, words)] = tried(ada, "/status/tests/email/")
    assert level == "error"
    assert "550 5.1.1 No such user" in words
    assert "Check EMAIL_URL" in words


def test_a_channel_is_posted_to(ada, cast, recorder):  # noqa: F811
    recorder.says(200, "ok")
    channel = make_channel(cast, name="IT hook", address=f"{recorder.address}/T0ken")
    [(level, words)] = tried(ada, f"/status/channels/{channel.pk}/test/")
    assert (level, "“IT hook” accepted the test" in words) == ("success", True), words
    assert recorder.last is not None
    assert not Post.objects.exists()


def test_the_mailbox_is_read_now(ada, settings, tmp_path):
    [(level, words)] = tried(ada, "/status/tests/mailbox/")
    assert (level, "No return mailbox is set up." in words) == ("warning", True)
    settings.BOUNCE_SPOOL = str(tmp_path)
    (tmp_path / "1.eml").write_bytes(b"Subject: hello\n\nNothing came back.\n")
    [(level, words)] = tried(ada, "/status/tests/mailbox/")
    assert (level, "collected: 1." in words) == ("success", True)
    settings.BOUNCE_SPOOL = str(tmp_path / "away")
    [(level, words)] = tried(ada, "/status/tests/mailbox/")
    assert (level, "Check BOUNCE_IMAP or BOUNCE_SPOOL." in words) == ("error", True)


def test_storage_is_written_to(ada, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    assert {level for level, _words in tried(ada, "/status/tests/storage/")} == {"success"}
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    (tmp_path / "file").write_text("in the way")
    levels = [level for level, _words in tried(ada, "/status/tests/storage/")]
    assert levels[0] == "error"


def test_a_worker_that_answers_and_one_that_does_not(ada, monkeypatch):
    from communications.tasks import say_answer

    monkeypatch.setattr(trying, "PATIENCE", 0.2)
    [(level, words)] = tried(ada, "/status/tests/worker/")
    assert (level, "No worker responded." in words) == ("error", True)
    monkeypatch.setattr("secrets.token_hex", lambda _n: "woken")
    say_answer("woken")
    [(level, words)] = tried(ada, "/status/tests/worker/")
    assert (level, "A worker responded after" in words) == ("success", True)


def test_everything_is_looked_at(ada, relay):  # noqa: F811
    said = dict(
        words.split(": ", 2)[1:] for _level, words in tried(ada, "/status/tests/everything/")
    )
    assert "recurring jobs" in said


def test_tests_are_few_enough(ada, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    for _ in range(20):
        ada.post("/status/tests/storage/")
    said = tried(ada, "/status/tests/storage/")
    assert said[-1] == (
        "error",
        "You have reached the limit of 20 tests in 10 minutes. Try again later.",
    )


def side_of(client):
    """Return the links of the list beside the page."""
    return re.findall(
        r'href="([^"]+)"', page(client).split('"ol-side not-phone')[1].split("</nav>")[0]
    )


def test_the_list_beside_the_page_leads_where_its_reader_may_go(cast, ada, as_user):
    administrator = User.objects.create_user("olaf@onelift.example")
    Role.objects.create(user=administrator, kind=Role.Kind.ADMINISTRATOR)
    everything, some = side_of(ada), side_of(as_user(administrator))
    for client, links in ((ada, everything), (as_user(administrator), some)):
        for link in links:
            assert client.get(link).status_code == 200
    assert reverse("admin:communications_channel_changelist") in everything
    assert not [link for link in some if link.startswith("/admin/")]
    assert {"/programmes/", PAGE} <= set(some) < set(everything)
