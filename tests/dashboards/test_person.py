"""The page of one person, and what a manager settles there."""

from datetime import date

import pytest
from auditlog.models import LogEntry

from communications.models import Delivery, State
from feedback.models import SpentMark
from onelift.dashboards.people.queries.person import person_page, texts_for
from programmes.design import formats
from programmes.scope import Scope
from stakeholders.accounts.access import scope_of
from stakeholders.importing.services.personnel import import_people
from stakeholders.models import Informed, Person, Persona
from stakeholders.people.services.person import stop_contact
from tests.communications.making import approve, make_message
from tests.factories import BusinessLineFactory, ImpactFactory, PersonFactory, SiteFactory


def address(person, act=""):
    return f"/p/one-it/people/{person.pk}/{act}"


def page_of(client, person):
    answer = client.get(address(person))
    assert answer.status_code == 200
    return answer.content.decode()


def undo_of(answer, client):
    """Return the address to which the toast of the next page posts."""
    page = client.get(answer.url).content.decode().replace("&amp;", "&")
    return page.split('class="ol-toast" method="post" action="')[1].split('"')[0]


def test_it_says_who_they_are_and_links_their_manager(cast, as_user):
    boss = PersonFactory(site=cast.barcelona, last_name="Boss", first_name="Big")
    line = BusinessLineFactory(name="Legal")
    person = PersonFactory(
        site=cast.barcelona,
        first_name="Ana",
        last_name="Šimić",
        language="uk",
        business_line=line,
        manager_number=boss.personnel_number,
    )
    page = page_of(as_user(cast.ines), person)
    assert "Ana Šimić has been live since Mon 9 Nov 2026" in page
    assert f'href="{address(boss)}">Big Boss</a>' in page
    assert f"?business_line={line.pk}" in page
    assert page.index("Ukrainian") < page.index("Russian")
    assert person.email in page


def test_a_manager_of_another_region_is_a_number_only(cast, as_user):
    boss = PersonFactory(site=cast.shanghai, last_name="Canary")
    person = PersonFactory(site=cast.barcelona, manager_number=boss.personnel_number)
    page = page_of(as_user(cast.rosa), person)
    assert "Canary" not in page
    assert boss.personnel_number in page


@pytest.mark.parametrize(
    ("reads", "written", "texts"),
    [
        ("es", ["en", "es"], ("es", ("es",))),
        ("cs", ["en", "es"], ("en", ("cs", "en"))),
        ("uk", ["en", "ru"], ("ru", ("uk", "ru"))),
        ("pt-pt", ["en", "pt-br"], ("pt-br", ("pt-pt", "pt-br"))),
        ("zh-hant", ["en", "zh-hans"], ("zh-hans", ("zh-hant", "zh-hans"))),
        ("lb", ["en", "de"], ("de", ("lb", "de"))),
        ("cs", ["fr"], ("en", ("cs", "en"))),
    ],
)
def test_the_languages_of_texts_are_named_in_the_order_they_are_looked_for(reads, written, texts):
    found = texts_for(reads, written)
    assert (found.gets, found.order) == texts


def test_what_they_were_told_stands_in_the_hours_of_the_site(cast, as_user, sent):
    person, other = cast.people[4], cast.people[5]
    sent([person])
    sent([other], state=State.FAILED)
    Delivery.objects.filter(person=other).update(reason="550 no such mailbox")
    page = page_of(as_user(cast.ines), person)
    assert "Your new service desk" in page
    assert "Mon 23 Nov 2026, 18:20 UTC+8" in page
    assert "no such mailbox" not in page
    assert "no such mailbox" in page_of(as_user(cast.ines), other)


def test_a_regional_manager_sees_only_what_did_not_reach_people_there(cast, as_user, sent):
    reached, missed, moved = cast.people[:3]
    sent([reached])
    sent([missed], state=State.SKIPPED)
    sent([moved], state=State.SKIPPED)
    Delivery.objects.filter(state=State.SKIPPED).update(reason="do_not_contact")
    Delivery.objects.filter(person=moved).update(site=cast.shanghai)
    client = as_user(cast.rosa)
    assert client.get(address(reached)).context["page"].told == []
    assert "must not be contacted" in page_of(client, missed)
    assert client.get(address(moved)).context["page"].told == []
    assert len(as_user(cast.ines).get(address(reached)).context["page"].told) == 1


def test_it_says_whether_they_are_informed_of_what_changes(cast, now, as_user):
    person = next(one for one in cast.people if one.site == cast.barcelona)
    office = Persona.objects.create(programme=cast.programme, slug="office", name_en="Office")
    office.sites.set([cast.barcelona])
    ImpactFactory(programme=cast.programme, personas=[office])
    client = as_user(cast.ines)
    assert "Not informed yet, by an email or event" in page_of(client, person)
    own = {"programme": cast.programme, "person": person, "site": cast.barcelona}
    row = Informed.objects.create(**own)
    assert "Possibly informed" in page_of(client, person)
    row.informed_at = now
    row.save()
    assert f"Informed on {formats.day(now.date())}" in page_of(client, person)


def test_what_is_planned_means_them_and_has_not_been_sent(cast, now):
    person, elsewhere = cast.people[0], cast.people[3]
    soon = {"fixed_on": date(2026, 11, 30), "is_urgent": True}
    meant = approve(cast, make_message(cast, now, sites=[cast.barcelona], **soon), now).message
    line = BusinessLineFactory()
    approve(cast, make_message(cast, now, business_lines=[line], **soon), now)
    draft = make_message(cast, now, **soon)
    make_message(cast, now, fixed_on=date(2026, 10, 1))
    page = person_page(cast.programme, person, scope_of(cast.ines, cast.programme), now)
    assert [(p.plan.message, p.plan.state) for p in page.planned] == [
        (meant, "approved"),
        (draft, "draft"),
    ]
    page = person_page(cast.programme, elsewhere, scope_of(cast.ines, cast.programme), now)
    assert [p.plan.message for p in page.planned] == [draft]
    rosa = scope_of(cast.rosa, cast.programme)
    assert [p.plan.message for p in person_page(cast.programme, person, rosa, now).planned] == [
        meant
    ]
    person.left_on = date(2026, 11, 1)
    assert person_page(cast.programme, person, Scope(regions=None), now).planned == []


def test_surveys_stand_once_each_and_never_whether_they_were_answered(asked, cast, as_user):
    (first, second) = asked.ask(cast.barcelona, 2)
    asked.answer(first, csat=1)
    assert SpentMark.objects.count() == 1
    people = [invitation.link.delivery.person for invitation in (first, second)]
    pages = []
    for person in people:
        page = page_of(as_user(cast.ines), person).split("Survey invitations")[1]
        assert "Pulse" in page
        pages.append(page.split("</section>")[0])
    assert pages[0] == pages[1]


def test_somebody_at_a_site_in_no_wave_is_not_of_the_programme(cast, as_user):
    person = PersonFactory(site=SiteFactory(), first_name="Bo", last_name="Ek")
    cast.programme.sites.add(person.site)
    assert as_user(cast.ines).get(address(person)).status_code == 404


def test_a_language_is_chosen_and_taken_back(cast, as_user):
    person, client = cast.people[0], as_user(cast.ines)
    Person.objects.update(language="uk")
    answer = client.post(address(person, "language/"), {"language": "fr"})
    person.refresh_from_db()
    assert person.language == "fr"
    assert person.language_chosen_at is not None
    entry = LogEntry.objects.get_for_object(person).get()
    said = {"act": "language", "programme": cast.programme.pk}
    assert (entry.actor, entry.additional_data) == (cast.ines, said)
    assert entry.changes == {"language": ["uk", "fr"]}
    undo = undo_of(answer, client)
    client.post(undo)
    person.refresh_from_db()
    assert (person.language, person.language_chosen_at) == ("uk", None)
    Person.objects.update(language="de")
    client.post(undo)
    person.refresh_from_db()
    assert person.language == "de"


def test_a_chosen_language_may_be_left_to_the_files_again(cast, as_user, now):
    person, client = cast.people[0], as_user(cast.ines)
    Person.objects.update(language_chosen_at=now)
    client.post(address(person, "language/"), {"language": "es", "by_files": "on"})
    person.refresh_from_db()
    assert (person.language, person.language_chosen_at) == ("es", None)


@pytest.mark.parametrize("language", ["", "xx", "<b>"])
def test_what_is_no_language_is_refused(cast, as_user, language):
    answer = as_user(cast.ines).post(address(cast.people[0], "language/"), {"language": language})
    assert answer.status_code == 422
    assert Person.objects.get(pk=cast.people[0].pk).language == "es"


def test_who_is_stopped_already_is_not_stopped_twice(cast, now):
    person = cast.people[0]
    assert stop_contact(person, "First", cast.ines, now)
    assert not stop_contact(person, "Second", cast.ines, now)
    assert Person.objects.get(pk=person.pk).do_not_contact_reason == "First"


@pytest.mark.parametrize("many", [1, 3])
def test_the_number_of_queries_does_not_grow(
    cast, as_user, sent, now, many, django_assert_num_queries
):
    person = cast.people[0]
    person.manager_number = cast.people[1].personnel_number
    person.save()
    sent([person])
    for _n in range(many):
        approve(cast, make_message(cast, now, fixed_on=date(2099, 1, 5)), now)
    client = as_user(cast.ines)
    assert len(client.get(address(person)).context["page"].planned) == many
    with django_assert_num_queries(28):
        client.get(address(person))


def test_what_files_told_at_sites_of_another_region_is_not_told_here(cast, as_user, now):
    elsewhere = SiteFactory(name="Canaryport", region=cast.china)
    head = "Matricule;Nom;Adresse e-mail;Métier;Site\n"
    Person.objects.all().delete()
    for line, site in (("Legal", "Shanghai"), ("Canary", "Canaryport"), ("Sales", "Barcelona")):
        content = f"{head}P1;Mo;p1@x.example;{line};{site}".encode()
        import_people(content, "people.csv", now=now)
    person = Person.objects.get(personnel_number="P1")
    seen = page_of(as_user(cast.rosa), person)
    assert "Canary" not in seen
    assert "Shanghai" not in seen
    assert "Sales" in seen.split("Changes from personnel files")[1]
    assert "Canary" not in page_of(as_user(cast.ines), person)
    cast.programme.sites.add(elsewhere)
    assert "Canaryport" in page_of(as_user(cast.ines), person)
