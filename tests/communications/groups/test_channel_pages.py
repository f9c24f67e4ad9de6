"""The page of the channels, tests of them, and what becomes of secrets when the key changes."""

import pytest
from auditlog.models import LogEntry
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext

from communications.groups.queries.channel import channel_rows, channels_of
from communications.groups.rendering.channel import words_of_test
from communications.models import Channel
from onelift.dashboards.checkup.queries.configuration import check_channels
from stakeholders.accounts.access import scope_of
from stakeholders.models import User
from tests.factories import PersonFactory

PAGE = "/p/one-it/setup/channels/"


def make_channel(cast, name="Chat", **values):
    """Return a channel of Barcelona."""
    given = {"kind": "slack", "language": "es", "address": "https://hooks.slack.com/T0ken"}
    made = Channel.objects.create(programme=cast.programme, name=name, **{**given, **values})
    made.sites.add(cast.barcelona)
    return made


def rows(cast, user=None):
    scope = scope_of(user or cast.ines, cast.programme)
    return channel_rows(channels_of(scope), cast.programme, scope)


def sent(client, channel):
    """Send a test; return what the page says then."""
    page = client.post(f"{PAGE}{channel.pk}/test/", follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    return [str(message) for message in page.context["messages"]]


def test_the_page_says_whom_a_channel_reaches(cast, as_user):
    both = make_channel(cast, "Both")
    both.regions.add(cast.iberia, cast.china)
    make_channel(cast)
    PersonFactory(site=cast.barcelona, left_on="2026-01-01")
    assert [(row.name, row.places, row.people) for row in rows(cast)] == [
        ("Both", ("China", "Iberia", "Barcelona"), 6),
        ("Chat", ("Barcelona",), 3),
    ]
    page = as_user(cast.ines).get(PAGE).content.decode()
    assert "2 channels besides email" in page
    assert "T0ken" not in page


def test_the_state_says_what_is_missing(cast, settings):
    make_channel(cast, "1 on")
    make_channel(cast, "2 off", is_active=False)
    make_channel(cast, "3 bare", address=None)
    make_channel(cast, "4 unsigned", kind="webhook", secret="")
    make_channel(cast, "5 by hand", kind="by_hand", address=None)
    lost = make_channel(cast, "6 lost")
    Channel.objects.filter(pk=lost.pk).update(secret="gAAAAABnothing-reads-this")
    found = [(row.state, row.is_posted) for row in rows(cast)]
    assert found == [
        ("on", True), ("off", True), ("bare", True), ("bare", True), ("on", False), ("lost", True),
    ]  # fmt: skip


def test_the_page_takes_as_many_queries_for_one_channel_as_for_three(
    cast, as_user, django_assert_num_queries
):
    client = as_user(cast.ines)
    make_channel(cast)
    for more in ("", "Second", "Third"):
        if more:
            make_channel(cast, more).regions.add(cast.china)
        client.get(PAGE)
        with django_assert_num_queries(18):
            client.get(PAGE)


def test_without_a_channel_the_page_says_who_sets_one_up(cast, as_user):
    page = as_user(cast.ines).get(PAGE).content.decode()
    assert "No channels besides email yet" in page
    assert "/admin/" not in page
    staff = User.objects.create_superuser("ada@onelift.example", "correct horse")
    staff.roles.create(programme=cast.programme, kind="programme_manager")
    assert "/admin/communications/channel/" in as_user(staff).get(PAGE).content.decode()


def test_a_test_arrives_in_the_language_of_the_channel(cast, as_user, recorder):
    recorder.says(200, "ok")
    channel = make_channel(cast, address=f"{recorder.address}/T0ken")
    said = sent(as_user(cast.ines), channel)
    assert said == ["“Chat” accepted the test. Check there that it arrived."]
    texts = [block["text"]["text"] for block in recorder.last.json["blocks"]]
    with translation.override("es"):
        title, text = words_of_test("es", "Chat", "One IT")
        assert title == gettext("Test of channel “%(name)s”") % {"name": "Chat"}
    assert texts == [title, text]


@pytest.mark.parametrize(
    ("answer", "fault", "said"),
    [
        ((403, "no"), "", "“Chat” refused the test. The service refused the post (403)."),
        ((429, ""), "", "“Chat” cannot be reached right now. "
            "The service is not accepting posts right now (429)."),
        ((200, "ok"), "hang_up", "The test may or may not have reached “Chat”: check there. "
            "The post was sent, but no complete reply came back."),
    ],
)  # fmt: skip
def test_what_became_of_a_test_is_said_in_words(cast, as_user, recorder, answer, fault, said):
    recorder.says(*answer)
    recorder.fault = fault
    channel = make_channel(cast, address=f"{recorder.address}/T0ken")
    assert sent(as_user(cast.ines), channel) == [said]


def test_ten_tests_an_hour_are_sent_by_one_user_and_no_more(cast, as_user, recorder, monkeypatch):
    recorder.says(200, "ok")
    channel = make_channel(cast, address=f"{recorder.address}/T0ken")
    other = make_channel(cast, "Other", address=f"{recorder.address}/T0ken")
    client = as_user(cast.ines)
    for _time in range(10):
        sent(client, channel)
    said = sent(client, other)
    assert said == ["You have sent ten tests in the last hour. Try again later."]
    assert len(recorder.requests) == 10
    trail = LogEntry.objects.filter(actor=cast.ines, additional_data__act="test")
    assert {row.object_repr for row in trail} == {"Chat"}
    assert "T0ken" not in str(list(trail.values()))
    keys = {request.headers.get("idempotency-key") for request in recorder.requests}
    assert keys == {None}
    trail.update(timestamp=trail[0].timestamp.replace(year=2020))
    sent(client, other)
    assert len(recorder.requests) == 11


def test_what_nobody_posts_to_has_no_test(cast, as_user):
    channel = make_channel(cast, kind="by_hand", address=None)
    client = as_user(cast.ines)
    assert "Nothing is posted, so there is nothing to test" in client.get(PAGE).content.decode()
    assert "Nothing is posted through a channel of this kind." in sent(client, channel)[0]
    assert not LogEntry.objects.filter(additional_data__act="test").exists()


def test_a_channel_of_another_programme_is_not_found(cast, as_user):
    channel = make_channel(cast)
    other = type(cast.programme).objects.create(
        slug="two", name="Two", starts_on="2026-01-01", ends_on="2027-01-01"
    )
    Channel.objects.update(programme=other)
    cast.ines.roles.create(programme=other, kind="regional_it_manager", region=cast.iberia)
    client = as_user(cast.ines)
    assert client.post(f"{PAGE}{channel.pk}/test/").status_code == 404
    assert client.post(f"/p/two/setup/channels/{channel.pk}/test/").status_code == 403


# When the key changes


@pytest.fixture
def another_key(settings):
    """Return a function that changes the portal's key, and makes the fields read it."""

    def forget():
        for name in ("address", "secret"):
            field = Channel._meta.get_field(name)
            field.__dict__.pop("keys", None)
            field.__dict__.pop("f", None)

    def change(key, *older):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = key, list(older)
        forget()

    yield change
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []
    forget()


OLD = "the-first-key-of-this-portal-0123456789-abcdefghijklmn"
NEW = "the-second-key-of-this-portal-9876543210-nopqrstuvwxyz"


def raw(channel):
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM communications_channel WHERE id = %s", [channel.pk])
        return cursor.fetchone()[0]


def test_an_older_key_still_reads_until_all_is_encrypted_again(cast, another_key, capsys):
    another_key(OLD)
    channel = make_channel(cast, secret="s3cret")
    before = raw(channel)
    another_key(NEW, OLD)
    assert Channel.objects.get().secret == "s3cret"
    call_command("encrypt_again")
    assert "Channels encrypted with the current key: 1." in capsys.readouterr().out
    assert raw(channel) != before
    another_key(NEW)
    assert (Channel.objects.get().secret, rows(cast)[0].state) == ("s3cret", "on")
    assert check_channels().level == "ok"


def test_a_key_that_is_gone_is_told_and_nothing_is_overwritten(cast, another_key, as_user):
    another_key(OLD)
    channel = make_channel(cast, secret="s3cret")
    before = raw(channel)
    another_key(NEW)
    assert rows(cast)[0].state == "lost"
    assert check_channels().level == "trouble"
    assert "Chat" in check_channels().sentence
    with pytest.raises(CommandError, match="cannot be decrypted for: Chat"):
        call_command("encrypt_again")
    page = as_user(cast.ines).get(PAGE).content.decode()
    assert "Cannot be read" in page
    said = sent(as_user(cast.ines), channel)
    assert "enter the channel’s address and secret again" in said[0]
    assert before not in page + said[0]
    assert raw(channel) == before
    another_key(NEW, OLD)
    assert Channel.objects.get().secret == "s3cret"


def test_production_refuses_an_authority_for_tests(settings):
    settings.CHANNEL_LOOPBACK_CA = "/etc/test.pem"
    assert run_checks() == []
    settings.EMBEDDED = False
    assert [error.id for error in run_checks()] == ["communications.E001"]
    settings.CHANNEL_LOOPBACK_CA = ""
    assert run_checks() == []


def test_in_production_this_machine_stays_closed(recorder, settings, cast, as_user):
    settings.EMBEDDED = False
    channel = make_channel(cast, address=f"{recorder.address}/T0ken")
    assert "the host is different" in sent(as_user(cast.ines), channel)[0]
    assert recorder.connections == 0
