"""A kit by its link: who makes one, what it shows to anybody, and when it ends."""

import re
from datetime import timedelta

import pytest
from auditlog.models import LogEntry

from communications.approvals.services import approval as approvals
from communications.kits.queries.kit_link import link_url, token_of
from communications.kits.services import kit
from communications.kits.services.kit_link import hand_on, withdraw
from communications.models import KitFile, KitLink, KitVersion
from onelift.logs.records import hide
from programmes.services.plan import hand_over
from stakeholders.models import Person
from tests import factories
from tests.communications.kits.test_kit import TEXTS, TO_GO_LIVE
from tests.communications.kits.test_kit_pages import KIT, text_of
from tests.communications.making import approve, make_message

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def message(cast, now):
    """A message to all, approved an hour ago, whose files are there."""
    past = now - timedelta(hours=1)
    factories.PersonFactory(site=cast.barcelona, language="fr")
    made = make_message(cast, past, texts=TEXTS, **TO_GO_LIVE)
    approve(cast, made, past)
    kit.keep(cast.programme, lambda: past, past + timedelta(minutes=1))
    return made


@pytest.fixture
def link(cast, message, now):
    return hand_on(cast.wave1, cast.iberia, None, 30, cast.ines, now)


def address_of(link, file=None) -> str:
    return f"/k/{token_of(link)}/" + (f"{file.pk}/" if file else "")


def file_at(site, kind="poster", language="es"):
    return KitFile.objects.get(place__site=site, kind=kind, language=language)


def opens_nothing(client, address) -> bool:
    answer = client.get(address)
    return answer.status_code == 404 and "This link does not work" in answer.content.decode()


def test_anybody_with_the_link_sees_what_is_published(client, cast, link):
    answer = client.get(address_of(link), {"lang": "es"})
    text = text_of(answer)
    assert "El centro abre el 9 de noviembre de 2026" in text
    assert 'lang="es"' in answer.content.decode()
    for word in ("Shanghai", cast.ines.email, *Person.objects.values_list("email", flat=True)):
        assert word not in text
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_each_language_of_the_files_is_a_link_away(client, cast, link):
    english = client.get(address_of(link), {"lang": "en"}).content.decode()
    assert "The desk opens on 9 November 2026" in english
    assert re.search(r'href="\?site=Barcelona&amp;lang=es"', english)
    # Nothing there is written in French, so that its readers get what they read at the site.
    assert "9 November" in client.get(address_of(link), {"lang": "fr"}).content.decode()


@pytest.mark.parametrize(
    ("kind", "begin"),
    [("poster", b"%PDF-"), ("mail", b"X-Unsent: 1"), ("chat", b"\xef\xbb\xbfEl centro")],
)
def test_a_file_is_given_to_be_kept(client, cast, link, kind, begin):
    file = file_at(cast.barcelona, kind)
    answer = client.get(address_of(link, file))
    assert answer.content.startswith(begin)
    assert answer.content == bytes(file.versions.current().get().content)
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert not answer.cookies


def test_a_name_says_what_the_file_is(client, cast, link):
    answer = client.get(address_of(link, file_at(cast.barcelona)))
    name = "El centro abre el 9 de noviembre de 2026-es-Barcelona-poster-A3.pdf"
    assert name in answer["Content-Disposition"]


def test_nothing_of_another_region_is_behind_it(client, cast, link):
    hidden = file_at(cast.shanghai, language="zh-hans")
    assert opens_nothing(client, address_of(link, hidden))
    assert opens_nothing(client, f"{address_of(link)}?site=Shanghai")


def test_the_link_to_a_site_opens_no_other_of_its_region(client, cast, message, now):
    madrid = factories.SiteFactory(name="Madrid", region=cast.iberia, language="es")
    factories.place(cast.wave1, madrid)
    factories.PersonFactory(site=madrid, language="es")
    kit.keep(cast.programme, lambda: now, now + timedelta(minutes=1))
    whole = hand_on(cast.wave1, cast.iberia, None, 30, cast.ines, now)
    single = hand_on(cast.wave1, cast.iberia, madrid, 30, cast.ines, now)
    assert client.get(address_of(whole), {"site": "Madrid"}).status_code == 200
    assert "Madrid" in text_of(client.get(address_of(whole)))
    assert "Communication kit for Madrid" in text_of(client.get(address_of(single), {"lang": "en"}))
    assert "Barcelona" not in text_of(client.get(address_of(single)))
    assert opens_nothing(client, f"{address_of(single)}?site=Barcelona")
    assert opens_nothing(client, address_of(single, file_at(cast.barcelona)))


def test_a_link_ends_by_itself(client, cast, link, now):
    KitLink.objects.update(expires_at=now - timedelta(seconds=1))
    assert opens_nothing(client, address_of(link))
    assert opens_nothing(client, address_of(link, file_at(cast.barcelona)))


def test_a_link_that_was_withdrawn_opens_nothing(client, cast, link, now):
    assert withdraw(link, cast.ines, now)
    assert opens_nothing(client, address_of(link))
    assert opens_nothing(client, address_of(link, file_at(cast.barcelona)))
    assert not withdraw(link, cast.ines, now)
    entries = LogEntry.objects.get_for_object(link)
    assert {entry.actor for entry in entries} == {cast.ines}
    assert entries.count() == 2


def test_what_is_no_longer_approved_is_no_longer_published(client, cast, link, message, now):
    approvals.withdraw(message.approvals.get(), cast.claire, "Wrong", now)
    assert "Nothing is published here yet" in text_of(client.get(address_of(link), {"lang": "en"}))
    assert opens_nothing(client, address_of(link, file_at(cast.barcelona)))


def test_nothing_is_open_after_the_hand_over(client, cast, link, now):
    hand_over(cast.wave1, now.date(), now)
    assert opens_nothing(client, address_of(link))


def test_every_changed_sign_of_an_address_opens_the_same_nothing(client, cast, link):
    token, pages = token_of(link), set()
    assert len(token) == 48
    for place in range(len(token)):
        wrong = token[:place] + ("a" if token[place] != "a" else "b") + token[place + 1 :]
        answer = client.get(f"/k/{wrong}/")
        assert answer.status_code == 404
        pages.add(answer.content)
    pages |= {client.get(f"/k/{odd}/").content for odd in ("x", "é" * 48, token[:16], token + "a")}
    assert len(pages) == 1


def everything():
    made = KitVersion.objects.order_by("pk").values_list("pk", "made_at")
    return list(KitLink.objects.order_by("pk").values()), list(made)


def test_looking_changes_nothing(client, cast, link):
    before = everything()
    for _each in range(3):
        client.get(address_of(link))
        client.head(address_of(link))
        client.get(address_of(link, file_at(cast.barcelona)))
    assert client.post(address_of(link)).status_code == 405
    assert everything() == before


def test_who_may_write_the_kit_makes_copies_and_withdraws_a_link(client, cast, message, as_user):
    staff = as_user(cast.nuria)
    answer = staff.post(f"{KIT}links/", {"site": cast.barcelona.pk, "days": "90"}, follow=True)
    link = KitLink.objects.get()
    assert (link.site, link.region, link.wave) == (cast.barcelona, cast.iberia, cast.wave1)
    assert link.made_by == cast.nuria
    assert (link.expires_at - link.made_at).days == 90
    assert link_url(link) in text_of(answer)
    assert client.get(address_of(link)).status_code == 200
    answer = staff.post(f"{KIT}links/{link.pk}/withdraw/", follow=True)
    assert "It no longer opens anything" in text_of(answer)
    assert link_url(link) not in text_of(answer)
    assert client.get(address_of(link)).status_code == 404


def test_who_may_not_write_the_kit_sees_no_link(cast, link, as_user):
    for user in (cast.rosa, cast.claire, cast.dora):
        text = text_of(as_user(user).get(KIT, {"region": "iberia"}))
        assert "Iberia" in text
        assert token_of(link) not in text
        assert "Links for people" not in text


@pytest.mark.parametrize("asked", [{"days": "36500"}, {"days": "x"}, {"site": "0"}])
def test_a_link_that_is_none_of_those_offered_is_not_made(cast, message, as_user, asked):
    assert as_user(cast.ines).post(f"{KIT}links/", asked).status_code == 404
    assert not KitLink.objects.exists()


def test_a_link_to_the_site_of_another_region_is_not_made(cast, message, as_user):
    asked = {"site": cast.shanghai.pk, "days": "30"}
    assert as_user(cast.nuria).post(f"{KIT}links/", asked).status_code == 404
    assert not KitLink.objects.exists()


def test_the_key_of_the_house_makes_the_address(cast, link, settings):
    before = token_of(link)
    settings.SECRET_KEY = "another"
    assert token_of(link) != before
    assert token_of(link)[:16] == before[:16]


def test_an_address_opens_as_long_as_its_key_is_a_fallback(client, cast, link, settings):
    before, former = address_of(link), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [former]
    assert client.get(before).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(before).status_code == 404


def test_no_log_keeps_the_address(cast, link):
    assert token_of(link) not in hide(f"GET {link_url(link)} 200")


def test_few_queries_however_much_there_is(
    client, cast, link, message, now, django_assert_num_queries
):
    with django_assert_num_queries(6):
        client.get(address_of(link))
    past = now - timedelta(minutes=50)
    for _each in range(2):
        approve(cast, make_message(cast, past, texts=TEXTS, **TO_GO_LIVE), past)
    kit.keep(cast.programme, lambda: past, past + timedelta(minutes=1))
    with django_assert_num_queries(6):
        assert client.get(address_of(link)).content.count(b"<h2") == 3


def test_a_link_is_made_once_however_often_its_form_is_sent(cast, message, as_user):
    staff = as_user(cast.nuria)
    page = staff.get(KIT, {"region": "iberia"}).content.decode()
    assert f'action="{KIT}links/"' in page
    form = page.split(f'action="{KIT}links/"')[1].split("</form>")[0]
    key = re.search(r'name="once" value="(\w{32})"', form)[1]
    for _each in range(2):
        staff.post(f"{KIT}links/", {"site": cast.barcelona.pk, "days": "90", "once": key})
    assert KitLink.objects.count() == 1
