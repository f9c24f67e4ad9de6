"""Addresses that do not work: who sees them, as a list or a file, and how one is tried again."""

import csv
import io

import pytest
from auditlog.models import LogEntry
from django.db.models import F

from communications.models import Bounce, Delivery
from stakeholders.models import Person
from tests import factories
from tests.clock import NOW

LIST = "/p/one-it/people/addresses/"
SAID = "5.1.1 550 <nobody> is here"


@pytest.fixture
def refuse():
    """Return a function that marks the addresses of some people."""

    def mark(*people, reason=SAID):
        Person.objects.filter(pk__in=[person.pk for person in people]).update(
            refused_address=F("email"),
            address_refused_reason=reason,
            address_refused_at=NOW,
        )

    return mark


def page_of(client, query=""):
    answer = client.get(LIST + query)
    assert answer.status_code == 200
    return answer.content.decode()


def file_of(client, query=""):
    answer = client.get(f"{LIST}export/{query}")
    assert answer["Content-Disposition"].startswith('attachment; filename="addresses-one-it-')
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_it_names_the_row_to_mend_and_what_the_server_said(cast, as_user, refuse):
    person = cast.people[0]
    refuse(person)
    page = page_of(as_user(cast.ines))
    assert "1 address does not work" in page
    for text in (person.last_name, person.personnel_number, person.email, "Barcelona"):
        assert text in page
    assert "There is no such mailbox" in page
    assert "5.1.1 550 &lt;nobody&gt; is here" in page
    assert cast.people[1].email not in page


def test_where_all_work_it_says_so(cast, as_user):
    page = page_of(as_user(cast.ines))
    assert "0 addresses do not work" in page
    assert "No addresses with problems" in page


def test_a_new_address_and_who_has_left_are_not_on_it(cast, as_user, refuse):
    refuse(*cast.people[:3])
    Person.objects.filter(pk=cast.people[0].pk).update(email="new@onelift.example")
    Person.objects.filter(pk=cast.people[1].pk).update(left_on=NOW.date())
    page = page_of(as_user(cast.ines))
    assert "1 address does not work" in page
    assert cast.people[2].email in page


def test_it_is_narrowed_to_a_site_and_to_the_region_of_its_reader(cast, as_user, refuse):
    refuse(cast.people[0], cast.people[3], cast.people[4])
    manager, rosa = as_user(cast.ines), as_user(cast.rosa)
    there = f"?site={cast.shanghai.pk}"
    assert "2 addresses at Shanghai do not work" in page_of(manager, there)
    assert cast.people[0].email not in page_of(manager, there)
    assert len(file_of(manager, there)) == 3
    for page in (page_of(rosa), str(file_of(rosa))):
        assert cast.people[0].email in page
        assert cast.people[3].email not in page
    for query in (there, "?site=x", "?site=0", "?site=" + "9" * 30, "?site=²", "?site=%00"):
        assert rosa.get(LIST + query).status_code == 404, query
        assert rosa.get(f"{LIST}export/{query}").status_code == 404, query


def test_the_file_computes_nothing_and_names_columns_as_personnel_files_do(cast, as_user, refuse):
    person = cast.people[0]
    Person.objects.filter(pk=person.pk).update(last_name="=1+1", first_name='@a","=2')
    refuse(person, reason="+5.1.1 \t=cmd")
    headings, row = file_of(as_user(cast.ines))
    assert headings[:2] == ["Personnel number", "Last name"]
    number, last, first, mail, site, words, said, since = row
    assert (number, mail, site) == (person.personnel_number, person.email, "Barcelona")
    assert (last, first, said[:2]) == ("'=1+1", '\'@a","=2', "'+")
    assert words == "There is no such mailbox"
    assert since == str(NOW.date())


def test_long_lists_have_pages(cast, as_user, refuse):
    refuse(*(factories.PersonFactory(site=cast.barcelona) for _person in range(60)))
    client = as_user(cast.ines)
    assert "1 to 50 of 60" in page_of(client)
    assert "51 to 60 of 60" in page_of(client, "?page=2")


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    cast, as_user, refuse, many, django_assert_num_queries
):
    for _n in range(many):
        site = factories.SiteFactory(region=cast.iberia)
        factories.place(cast.wave1, site)
        refuse(factories.PersonFactory(site=site))
    client = as_user(cast.ines)
    page_of(client)
    with django_assert_num_queries(7):
        page_of(client)
    with django_assert_num_queries(8):
        file_of(client)


def test_the_pages_of_person_site_and_region_lead_there(cast, as_user, refuse):
    person = cast.people[0]
    client, rosa = as_user(cast.ines), as_user(cast.rosa)
    pages = [f"sites/{cast.barcelona.pk}/", f"{person.pk}/"]
    for page in pages:
        assert LIST not in client.get(f"/p/one-it/people/{page}").content.decode()
    refuse(person, cast.people[3])
    for page in pages:
        for reader in (client, rosa):
            text = reader.get(f"/p/one-it/people/{page}").content.decode()
            assert f"{LIST}?site={cast.barcelona.pk}" in text
    home = rosa.get("/p/one-it/regions/iberia/").content.decode()
    assert LIST in home
    assert "1 address does not work" in home
    assert LIST not in as_user(cast.claire).get("/p/one-it/regions/iberia/").content.decode()


def test_a_manager_says_on_the_page_of_a_person_that_it_works_again(cast, as_user, refuse):
    person = cast.people[0]
    refuse(person)
    url = f"/p/one-it/people/{person.pk}/address-works/"
    client = as_user(cast.ines)
    page = client.get(f"/p/one-it/people/{person.pk}/").content.decode()
    assert "The address does not work" in page
    assert url in page
    assert url not in as_user(cast.rosa).get(f"/p/one-it/people/{person.pk}/").content.decode()
    assert client.get(url).status_code == 405
    for _click in range(2):
        assert client.post(url).status_code == 302
    person.refresh_from_db()
    assert not person.is_address_refused
    assert person.address_confirmed_at is not None
    assert LogEntry.objects.get(additional_data__act="address_works").actor == cast.ines
    page = client.get(f"/p/one-it/people/{person.pk}/").content.decode()
    assert f"Emails are sent to {person.email} again" in page
    assert "The address does not work" not in page


def test_a_mail_that_came_back_is_shown_on_the_pages_of_person_and_dispatch(
    cast, as_user, sent, now
):
    person, hidden = cast.people[0], cast.people[3]
    sent([person, cast.people[1], hidden])
    for one in (person, hidden):
        row = Delivery.objects.get(person=one)
        said = {"code": "5.1.1", "reply": f"<b>{one.pk}</b>", "received_at": now}
        said |= {"dispatch": row.dispatch, "site": row.site}
        Bounce.objects.create(delivery=row, kind="hard", **said)
    dispatch = f"/p/one-it/dispatches/{row.dispatch_id}/"
    manager, rosa = as_user(cast.ines), as_user(cast.rosa)
    assert "2 accepted emails bounced" in manager.get(dispatch).content.decode()
    assert "1 accepted email bounced" in rosa.get(dispatch).content.decode()
    listed = manager.get(f"{dispatch}deliveries/?part=bounced")
    assert listed.context["total"] == 2
    for reader in (manager, rosa):
        for page in (f"{dispatch}deliveries/?part=bounced", f"/p/one-it/people/{person.pk}/"):
            text = reader.get(page).content.decode()
            assert "Bounced" in text
            assert f"5.1.1 &lt;b&gt;{person.pk}" in text
            assert f"&lt;b&gt;{hidden.pk}" not in text or reader is manager
    counted = as_user(cast.claire).get(f"{dispatch}deliveries/?part=bounced")
    assert counted.context["table"].total == 2
    assert person.last_name not in counted.content.decode()
