"""Channels in the admin: what opens one goes in and never comes out."""

import pytest
from auditlog.models import LogEntry
from django.contrib.admin.models import LogEntry as Deed
from django.db import connection

from communications.models import Channel
from tests.factories import ProgrammeFactory

HOOK = "https://hooks.slack.com/services/T0ken/B1"
TYPED = {"kind": "slack", "name": "Iberia chat", "language": "es", "is_active": "on"}


@pytest.fixture
def typed(cast):
    """Return what an administrator types for a new channel."""
    return {**TYPED, "programme": cast.programme.pk, "sites": [cast.barcelona.pk]}


@pytest.fixture
def chat(cast):
    """Return a channel of Barcelona that can be posted to."""
    made = Channel.objects.create(
        programme=cast.programme, kind="dingtalk", name="Chat", language="es",
        address="https://oapi.dingtalk.com/robot/send?access_token=T0ken", secret="SEC-hidden",
    )  # fmt: skip
    made.sites.add(cast.barcelona)
    return made


def raw(channel):
    """Return address and secret as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT address, secret FROM communications_channel WHERE id = %s", [channel.pk]
        )
        return cursor.fetchone()


def errors(page):
    assert page.status_code == 200
    return {name: list(found) for name, found in page.context["adminform"].form.errors.items()}


def test_a_channel_is_added_and_what_opens_it_is_encrypted(save, cast, typed):
    assert save(Channel(), **typed, new_address=HOOK, new_key="s3cret").status_code == 302
    channel = Channel.objects.get()
    assert (channel.address, channel.secret) == (HOOK, "s3cret")
    assert [str(site) for site in channel.sites.all()] == ["Barcelona"]
    assert all(text.startswith("gAAAAA") for text in raw(channel))
    assert "slack" not in str(raw(channel))


def test_an_empty_field_keeps_what_is_there(save, chat):
    before = (chat.address, chat.secret)
    assert save(chat, name="Other name").status_code == 302
    chat.refresh_from_db()
    assert (chat.name, chat.address, chat.secret) == ("Other name", *before)


def test_a_new_secret_takes_the_place_of_the_old_one(save, chat):
    assert save(chat, new_key="SEC-new").status_code == 302
    chat.refresh_from_db()
    assert (chat.secret, "T0ken" in chat.address) == ("SEC-new", True)


def test_a_secret_can_be_taken_away(save, chat):
    assert save(chat, forgets_key="on").status_code == 302
    chat.refresh_from_db()
    assert (chat.secret, chat.has_address) == (None, True)
    assert "forgets_key" in errors(save(chat, forgets_key="on", new_key="SEC-new"))


def test_nothing_that_opens_a_channel_is_shown_or_written_down(save, ada, address, chat, cast):
    label = "communications.Channel"
    refused = save(chat, new_address="https://evil.example/N3wtoken", new_key="SEC-typed")
    save(chat, new_key="SEC-later")
    pages = [
        refused,
        ada.get(address(label)),
        ada.get(address(label, "change", chat.pk)),
        ada.get(address(label, "history", chat.pk)),
        ada.get(address(label, "delete", chat.pk)),
        ada.get(address("admin.LogEntry")),
        ada.get(address("auditlog.LogEntry")),
    ]
    written = [str(row) for log in (Deed, LogEntry) for row in log.objects.values()]
    shown = [page.content.decode() for page in pages] + written
    assert shown[2].count(">set<") == 2
    words = ("T0ken", "N3wtoken", "SEC-hidden", "SEC-typed", "SEC-later", *raw(chat))
    assert [word for word in words for text in shown if word in text] == []
    assert Deed.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"new_address": ""}, "new_address"),
        ({"new_address": "http://hooks.slack.com/services/x"}, "new_address"),
        ({"new_address": "https://evil.example/x"}, "new_address"),
        ({"new_address": "https://hooks.slack.com@evil.example/x"}, "new_address"),
        ({"new_address": "https://127.0.0.1/x"}, "new_address"),
        ({"kind": "webhook", "new_address": "https://signs.example.com/x"}, "new_key"),
        ({"kind": "webhook", "new_key": "k"}, "new_address"),
        ({"kind": "feed"}, "new_address"),
        ({"kind": "by_hand", "new_address": "", "new_key": "k"}, "new_key"),
        ({"sites": []}, "sites"),
        ({"language": "fr"}, "language"),
        ({"language": "tlh"}, "language"),
        ({"name": "Chat"}, "name"),
    ],
)
def test_what_could_not_work_is_refused_with_a_reason(
    save, cast, chat, typed, settings, changes, field
):
    settings.CHANNEL_HOSTS = ["signs.example.com"]
    cast.programme.languages = ["en", "es"]
    cast.programme.save()
    page = save(Channel(), **{**typed, "new_address": HOOK, **changes})
    assert list(errors(page)) == [field]
    assert Channel.objects.count() == 1


def test_a_name_that_is_taken_is_refused_at_a_change_too(save, cast, chat, typed):
    save(Channel(), **typed, new_address=HOOK)
    assert list(errors(save(chat, name="Iberia chat"))) == ["name"]
    save(chat, programme=ProgrammeFactory().pk)
    chat.refresh_from_db()
    assert chat.programme == cast.programme


def test_an_address_of_another_kind_does_not_pass_with_a_new_kind(save, chat):
    assert list(errors(save(chat, kind="slack"))) == ["new_address"]


def test_what_nobody_posts_to_keeps_nothing_that_opens_it(save, chat):
    assert save(chat, kind="by_hand").status_code == 302
    assert raw(chat) == (None, None)
