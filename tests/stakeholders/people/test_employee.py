"""Any employee, for the auditor and administrators: found, looked at, contacted no more."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry

from stakeholders.models import OptOut, Person, User
from tests.clock import NOW
from tests.factories import PersonFactory, ProgrammeFactory, SiteFactory, WaveFactory

SEARCH, PAGE = 10, 11


@pytest.fixture
def ada(cast, as_user):
    """Sign an administrator in."""
    return as_user(User.objects.create_superuser("ada@onelift.example"))


@pytest.fixture
def nobodys(cast):
    """Return somebody at a site that no programme has."""
    site = SiteFactory(name="Lab", region=cast.china)
    return PersonFactory(site=site, last_name="Stray", first_name="Ana", personnel_number="P-77")


def address(person, act=""):
    return f"/people/{person.pk}/{act}"


def found(client, text):
    return [person.pk for person in client.get("/people/", {"q": text}).context["search"].people]


def undo_of(answer, client):
    """Return the address to which the toast of the next page posts."""
    page = client.get(answer.url).content.decode().replace("&amp;", "&")
    return page.split('class="ol-toast" method="post" action="')[1].split('"')[0]


def test_people_are_found_by_number_address_and_name_of_every_programme_and_none(
    cast, as_user, nobodys
):
    client = as_user(cast.dora)
    for text in ("P-77", nobodys.email, "stray ana"):
        assert found(client, text) == [nobodys.pk]
    assert found(client, cast.people[0].email) == [cast.people[0].pk]
    nobodys.left_on = NOW.date()
    nobodys.save()
    assert found(client, "stray") == [nobodys.pk]


@pytest.mark.parametrize("text", ["", "  ", "\x00", "no such name"])
def test_without_a_match_nobody_is_listed(cast, as_user, text):
    answer = as_user(cast.dora).get("/people/", {"q": text})
    assert answer.status_code == 200
    assert cast.people[0].email not in answer.content.decode()


def test_never_more_than_fifty_are_listed(cast, as_user):
    for _n in range(51):
        PersonFactory(site=cast.barcelona, last_name="Many")
    page = as_user(cast.dora).get("/people/", {"q": "many"})
    assert len(page.context["search"].people) == 50
    assert "More than 50 people match" in page.content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_the_search_needs_the_same_queries(cast, as_user, many, django_assert_num_queries):
    for _n in range(many):
        PersonFactory(site=SiteFactory(), last_name="Same")
    client = as_user(cast.dora)
    client.get("/people/", {"q": "same"})
    with django_assert_num_queries(SEARCH):
        client.get("/people/", {"q": "same"})


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_needs_the_same_queries(cast, as_user, now, many, django_assert_num_queries):
    person, client = cast.people[0], as_user(cast.dora)
    OptOut.objects.create(person=person, programme=cast.programme, at=now)
    for _n in range(many - 1):
        more = ProgrammeFactory()
        WaveFactory(programme=more, sites=[cast.barcelona])
        OptOut.objects.create(person=person, programme=more, at=now)
    client.get(address(person))
    # An entry for each programme is a statement of its own.
    with django_assert_num_queries(PAGE + many):
        client.get(address(person))


@pytest.mark.parametrize("who", ["auditor", "administrator"])
def test_a_search_that_finds_and_a_person_opened_are_noted(cast, as_user, ada, who):
    client = as_user(cast.dora) if who == "auditor" else ada
    reader = cast.dora if who == "auditor" else User.objects.get(is_superuser=True)
    noted = LogEntry.objects.filter(actor=reader).order_by("pk")
    said = "The audit trail records each search with results and each person you open."
    assert said in client.get("/people/").content.decode()
    client.get("/people/", {"q": "no such name"})
    assert not noted.exists()
    client.get("/people/", {"q": cast.people[0].last_name})
    client.get(f"/people/{cast.people[0].pk}/")
    assert [entry.additional_data["seen"] for entry in noted] == ["people", "person"]


def test_the_page_names_programmes_and_opens_those_of_the_reader(cast, as_user, ada):
    person = cast.people[0]
    link = f'href="/p/one-it/people/{person.pk}/"'
    assert link in as_user(cast.dora).get(address(person)).content.decode()
    page = ada.get(address(person)).content.decode()
    assert "belongs to 1 programme" in page
    assert link not in page


def test_the_auditor_handles_a_person_of_no_programme(cast, as_user, nobodys):
    client = as_user(cast.dora)
    page = client.get(address(nobodys)).content.decode()
    assert "Ana Stray belongs to no programme" in page
    assert "No programme includes the site Lab." in page
    assert client.get(address(nobodys, "data/")).status_code == 200
    client.post(address(nobodys, "do-not-contact/"), {"reason": "Asked us"})
    nobodys.refresh_from_db()
    assert nobodys.is_do_not_contact
    Person.objects.filter(pk=nobodys.pk).update(left_on=NOW.date())
    assert "Person erased" in client.post(address(nobodys, "erase/"), follow=True).content.decode()
    nobodys.refresh_from_db()
    assert (nobodys.last_name, nobodys.email) == ("Erased", "")
    entries = LogEntry.objects.get_for_object(nobodys).filter(actor=cast.dora)
    assert not entries.filter(additional_data__has_key="programme").exists()
    assert entries.filter(action=LogEntry.Action.DELETE).count() == 1


def test_an_administrator_stops_contact_and_takes_nothing_along(cast, ada):
    person = cast.people[0]
    page = ada.get(address(person)).content.decode()
    assert "Stop contact" in page
    assert "/data/" not in page
    assert "/erase/" not in page
    assert ada.get(address(person, "data/")).status_code == 403
    assert ada.post(address(person, "erase/")).status_code == 403


def test_nobody_is_stopped_without_a_reason_and_what_was_typed_is_kept(cast, ada):
    person = cast.people[0]
    answer = ada.post(address(person, "do-not-contact/"), {"reason": " "})
    assert answer.status_code == 422
    assert "Enter a reason" in answer.content.decode()
    answer = ada.post(address(person, "do-not-contact/"), {"reason": "x" * 201})
    assert "x" * 201 in answer.content.decode()
    assert not Person.objects.filter(is_do_not_contact=True).exists()


def test_contact_is_stopped_taken_back_and_stopped_again(cast, as_user):
    person, client = cast.people[0], as_user(cast.dora)
    stopped = client.post(address(person, "do-not-contact/"), {"reason": "On leave <b>"})
    person.refresh_from_db()
    assert (person.is_do_not_contact, person.do_not_contact_by) == (True, cast.dora)
    assert NOW - person.do_not_contact_at < timedelta(minutes=5)
    undo = undo_of(stopped, client)
    assert "On leave &lt;b&gt;" in client.get(address(person)).content.decode()
    back = client.post(undo)
    person.refresh_from_db()
    assert not person.is_do_not_contact
    client.post(undo_of(back, client))
    person.refresh_from_db()
    assert (person.is_do_not_contact, person.do_not_contact_reason) == (True, "On leave <b>")
    acts = [e.additional_data.get("act") for e in LogEntry.objects.get_for_object(person)]
    assert sorted(act for act in acts if act) == [
        "contact_again",
        "do_not_contact",
        "do_not_contact",
    ]


def test_a_programme_shows_that_contact_is_stopped_but_not_why(cast, as_user):
    person = cast.people[0]
    as_user(cast.dora).post(address(person, "do-not-contact/"), {"reason": "Long illness"})
    for reader in (cast.ines, cast.rosa):
        client = as_user(reader)
        page = client.get(f"/p/one-it/people/{person.pk}/").content.decode()
        assert "is not to be contacted" in page
        assert "Only an administrator or the privacy officer can change this." in page
        assert "Long illness" not in page
        assert client.post(address(person, "contact-again/")).status_code == 403
    person.refresh_from_db()
    assert person.is_do_not_contact


def test_a_look_is_in_the_trail_of_every_programme_of_the_person(cast, as_user):
    second, third = ProgrammeFactory(slug="two"), ProgrammeFactory()
    WaveFactory(programme=second, sites=[cast.barcelona])
    WaveFactory(programme=third, sites=[cast.shanghai])
    person = cast.people[0]
    for path, reader in ((address(person), cast.dora), (f"/p/one-it{address(person)}", cast.ines)):
        as_user(reader).get(path)
        entries = LogEntry.objects.get_for_object(person).filter(actor=reader)
        assert {entry.additional_data["programme"] for entry in entries} == {
            cast.programme.pk,
            second.pk,
        }
        assert len({entry.cid for entry in entries}) == 1
        assert entries[0].cid
    whole = as_user(cast.dora).get("/audit/", {"about": str(person)}).context["lines"]
    assert sorted(line.programme for line in whole) == sorted(["One IT", second.name] * 2)
