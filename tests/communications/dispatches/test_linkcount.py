"""Counted links: in total, off by default, by people and not machines, to approved pages alone."""

from html import unescape

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.db import models

from communications.desk.queries.linkcount import link_lines
from communications.models import LinkCount
from programmes.scope import EVERYTHING, Scope
from stakeholders.people.services.person import stop_contact
from tests.communications.dispatches.test_optout import mails_to, path_of
from tests.communications.dispatches.test_sending import LATER
from tests.communications.making import approve, make_message, run
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

PAGE, BUTTON = "https://intranet.example/desk?a=1&b='2'#top", "https://help.example/"
BODY = f"Hello {{{{ first_name }}}},\n\nRead [more]({PAGE}) or [write](mailto:a@b.example).\n\n"
TEXTS = {"en": ("New desk", f"{BODY}[Get help]({BUTTON})")}
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}


@pytest.fixture
def counting(cast):
    cast.programme.has_link_counts = True
    cast.programme.save()
    return cast


def tell(cast, now):
    message = make_message(cast, now, TEXTS)
    approve(cast, message, now)
    run(now + LATER)
    return message


def links_in(relay, person):
    """Return the counted links of a mail, in order."""
    (mail,) = mails_to(relay, person)
    html = mail.get_body(["html"]).get_content()
    parts = html.split(f'href="{settings.PUBLIC_URL}/l/')[1:]
    return [f"{settings.PUBLIC_URL}/l/{part.partition(chr(34))[0]}" for part in parts]


def click(client, link, **headers):
    return client.post(path_of(link), headers=BROWSER | headers)


def test_by_default_links_stay_what_they_are(cast, now, relay, client):
    message = tell(cast, now)
    (mail,) = mails_to(relay, cast.people[0])
    html = unescape(mail.get_body(["html"]).get_content().replace("\n", ""))
    assert f'href="{PAGE}"' in html
    assert "/l/" not in html
    assert link_lines(message.dispatches.get(), EVERYTHING, frozenset()) == []


def test_links_are_the_same_for_everybody_and_name_nobody(counting, now, relay):
    tell(counting, now)
    first, *others = (links_in(relay, person) for person in counting.people)
    assert len(first) == 2
    assert all(links == first for links in others)
    (mail,) = mails_to(relay, counting.people[0])
    html = unescape(mail.get_body(["html"]).get_content())
    assert f'href="{PAGE}' not in html
    assert "mailto:a@b.example" in html
    assert PAGE in mail.get_body(["plain"]).get_content().replace("\n", "")
    assert "<img" not in html


def test_the_page_leads_to_what_was_approved(counting, now, relay, client):
    tell(counting, now)
    for link, target in zip(links_in(relay, counting.people[0]), (PAGE, BUTTON), strict=True):
        response = client.get(path_of(link), headers=BROWSER)
        assert response.status_code == 200
        assert f'href="{target}"' in unescape(response.content.decode()).replace("%27", "'")
        assert not response.cookies
        assert response["Cache-Control"] == "no-store"


def test_people_count_and_machines_do_not(counting, now, relay, client):
    tell(counting, now)
    page, button = links_in(relay, counting.people[0])
    for _n in range(3):
        client.get(path_of(page), headers=BROWSER)
        client.head(path_of(page), headers=BROWSER)
        assert click(client, button).status_code == 204
    click(client, page, **{"Sec-Purpose": "prefetch;prerender"})
    click(client, page, **{"Purpose": "prefetch"})
    for agent in ("", "Slackbot 1.0", "Mozilla/5.0 HeadlessChrome/120", "SomeScanner"):
        assert click(client, page, **{"User-Agent": agent}).status_code == 204
    assert list(LinkCount.objects.values_list("language", "number", "opened")) == [("en", 1, 3)]


def test_nothing_of_a_person_or_a_moment_is_kept():
    kinds = {field.name: type(field) for field in LinkCount._meta.concrete_fields}
    assert set(kinds) == {"id", "approval", "language", "number", "opened"}
    assert models.DateTimeField not in kinds.values()


def forged(link):
    """Yield addresses that look like a counted link and lead elsewhere, or nowhere."""
    token = link.rstrip("/").rpartition("/")[2]
    value, _dot, tag = token.partition(".")
    version, _number, _language = value.split("-", 2)
    yield f"{version}-1-es.{tag}"
    yield f"https://evil.example.{tag}"
    yield f"{value}."
    for purpose, named in (
        ("communications.opt-out", value),
        ("communications.link", "https://evil.example"),
        ("communications.link", f"{version}-0-xx"),
        ("communications.link", f"{version}-9-en"),
        ("communications.link", f"{version}--1-en"),
        ("communications.link", "99999999-0-en"),
        ("communications.link", "x-0-en"),
    ):
        yield Signer(sep=".", salt=purpose).sign(named).replace("/", "%2F")


def test_forged_links_lead_nowhere(counting, now, relay, client):
    tell(counting, now)
    for token in forged(links_in(relay, counting.people[0])[0]):
        for response in (client.get(f"/l/{token}/"), click(client, f"/l/{token}/")):
            assert response.status_code == 404, token
            assert "evil" not in response.content.decode()
    assert not LinkCount.objects.exists()


def test_what_is_asked_for_in_the_address_leads_nowhere(counting, now, relay, client):
    tell(counting, now)
    link = path_of(links_in(relay, counting.people[0])[0])
    page = client.get(f"{link}?next=https://evil.example&url=//evil.example", headers=BROWSER)
    assert page.status_code == 200
    assert "evil" not in page.content.decode()


def test_counts_show_from_five_up_where_five_read_it(counting, now, relay, client, as_user):
    few = PersonFactory(site=counting.barcelona, language="de")
    texts = TEXTS | {"de": ("Neu", f"[Hilfe]({BUTTON})")}
    message = make_message(counting, now, texts)
    approve(counting, message, now)
    run(now + LATER)
    page, button = links_in(relay, counting.people[0])
    for link, times in ((page, 4), (button, 5), (links_in(relay, few)[0], 6)):
        for _n in range(times):
            click(client, link)
    lines = link_lines(message.dispatches.get(), EVERYTHING, frozenset())
    shown = {(line.target, line.language): line.opened for line in lines}
    assert shown == {
        (page_of, "en"): n for page_of, n in ((lines[-1].target, None), (BUTTON, 5))
    } | {(BUTTON, "de"): None}
    text = as_user(counting.ines).get(f"/p/one-it/messages/{message.pk}/").content.decode()
    assert text.count("fewer than 5") == 2


def test_who_sees_a_region_sees_no_counts(counting, now, relay, client, as_user):
    message = tell(counting, now)
    for _n in range(6):
        click(client, links_in(relay, counting.people[0])[0])
    part = Scope(regions=frozenset({counting.iberia.pk}))
    assert link_lines(message.dispatches.get(), part, frozenset()) == []
    page = as_user(counting.rosa).get(f"/p/one-it/messages/{message.pk}/").content.decode()
    assert "Total opens" not in page


def test_what_runs_keeps_what_it_started_with(cast, now, relay):
    stop_contact(cast.people[0], "Later", cast.ines, now)
    message = tell(cast, now)
    cast.programme.has_link_counts = True
    cast.programme.save()
    assert not message.dispatches.get().has_link_counts
