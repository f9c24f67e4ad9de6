"""The feeds of intranets: valid, secret, and no longer than what they show is approved."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from communications.approvals.services import approval as approvals
from communications.groups.queries.feed import feed_token, feed_url
from communications.messages.services.message import write_ready
from communications.models import Channel, Post
from tests.communications.making import approve
from tests.communications.posting import GROUP_TEXTS, make_channel, run_posts, tell

pytestmark = pytest.mark.django_db(transaction=True)

ATOM = {"a": "http://www.w3.org/2005/Atom"}
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LATER = timedelta(minutes=6)


@pytest.fixture
def feed(cast) -> Channel:
    return make_channel(cast, "feed")


def path_of(feed) -> str:
    return f"/feeds/{feed.pk}/{feed_token(feed.pk)}/"


def read(client, feed):
    """Return the feed as a reader parses it."""
    response = client.get(path_of(feed))
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def titles(root) -> list[str]:
    return [each.text for each in root.findall("a:entry/a:title", ATOM)]


def test_an_entry_appears_when_due_and_goes_when_withdrawn(cast, now, feed, client):
    version = tell(cast, now, feed)
    assert run_posts(now) == 0
    assert titles(read(client, feed)) == []
    assert run_posts(now + LATER) == 1
    root = read(client, feed)
    assert titles(root) == ["El centro abre"]
    assert root.attrib[XML_LANG] == "es"
    assert "Abre &lt;hoy&gt; &amp; mañana." in root.find("a:entry/a:summary", ATOM).text
    for name in ("id", "title", "updated", "author/a:name", "link"):
        assert root.find(f"a:{name}", ATOM) is not None
    for name in ("id", "updated", "published", "link"):
        assert root.find(f"a:entry/a:{name}", ATOM) is not None
    approvals.withdraw(version, cast.claire, "Wrong", now + LATER)
    assert titles(read(client, feed)) == []


def test_an_entry_keeps_its_id_while_its_text_follows_the_approval(cast, now, feed, client):
    version = tell(cast, now, feed)
    run_posts(now + LATER)
    before = read(client, feed)
    write_ready(version.message, "es", "Otro", GROUP_TEXTS["es"][1], cast.ines, now)
    approve(cast, version.message, now + 2 * LATER)
    after = read(client, feed)
    ids = [root.find("a:entry/a:id", ATOM).text for root in (before, after)]
    dates = [root.find("a:entry/a:updated", ATOM).text for root in (before, after)]
    assert titles(after) == ["Otro"]
    assert ids[0] == ids[1]
    assert dates[0] < dates[1]


def test_a_reader_that_has_it_gets_it_no_second_time(cast, now, feed, client):
    tell(cast, now, feed)
    run_posts(now + LATER)
    first = client.get(path_of(feed))
    known = {"If-None-Match": first["ETag"]}
    since = {"If-Modified-Since": first["Last-Modified"]}
    for headers in (known, since, {**known, **since}):
        assert client.get(path_of(feed), headers=headers).status_code == 304
    tell(cast, now + LATER, feed)
    run_posts(now + 2 * LATER)
    for headers in (known, since):
        assert client.get(path_of(feed), headers=headers).status_code == 200


def test_only_the_whole_address_of_an_active_feed_opens_it(cast, now, feed, client):
    other = make_channel(cast, "webhook", "Hook")
    token = feed_token(feed.pk)
    another = "y" if token.endswith("x") else "x"
    wrong = [
        f"/feeds/{feed.pk}/{token[:-1]}{another}/",
        f"/feeds/{feed.pk + 99}/{token}/",
        f"/feeds/{other.pk}/{feed_token(other.pk)}/",
        f"/feeds/{feed.pk}/é/",
    ]
    assert {client.get(address).status_code for address in wrong} == {404}
    assert feed_url(feed).endswith(path_of(feed))
    Channel.objects.filter(pk=feed.pk).update(is_active=False)
    assert client.get(path_of(feed)).status_code == 404


def test_an_address_opens_as_long_as_its_key_is_a_fallback(feed, client, settings):
    before, former = path_of(feed), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [former]
    assert path_of(feed) != before
    assert client.get(before).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(before).status_code == 404


def test_a_feed_is_read_in_the_same_few_statements(
    cast, now, feed, client, django_assert_num_queries
):
    for wanted in (1, 3):
        while Post.objects.count() < wanted:
            tell(cast, now, feed)
            run_posts(now + LATER)
        with django_assert_num_queries(4):
            client.get(path_of(feed))


def test_the_address_is_shown_to_who_sets_it_up_and_not_to_the_auditor(cast, feed, as_user):
    page = "/p/one-it/setup/channels/"
    assert feed_url(feed) in as_user(cast.ines).get(page).content.decode()
    shown = as_user(cast.dora).get(page).content.decode()
    assert feed.name in shown
    assert feed_token(feed.pk) not in shown
