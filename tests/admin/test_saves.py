"""What is saved in the admin is saved as on the pages: same refusals, same traces."""

from datetime import date, timedelta

from auditlog.models import LogEntry

from programmes.models import Move, Service, TextState, Wave, WaveSite
from programmes.queries.texts import states_of
from programmes.services.publishing import publish
from programmes.services.texts import write_text
from stakeholders.models import Audience, Persona
from tests.clock import NOW
from tests.factories import (
    AudienceFactory,
    MemberFactory,
    MilestoneFactory,
    ProgrammeFactory,
    ServiceFactory,
    SiteFactory,
    StreamFactory,
    WaveFactory,
)


def said(page):
    assert page.status_code == 200
    return page.content.decode()


def test_a_text_is_written_as_a_draft_of_its_own_language(cast, now, save):
    service = ServiceFactory(programme=cast.programme, name_fr="Centre")
    for language in ("en", "fr"):
        publish(service, language, cast.ines, now)
    Service.objects.filter(pk=service.pk).update(order=7)
    assert save(service, name_fr="Centre d’aide").status_code == 302
    service.refresh_from_db()
    states = {code: one.state for code, one in states_of(service).items()}
    assert (service.name_fr, service.name_en) == ("Centre d’aide", "Service desk")
    assert (states["fr"], states["en"], states["de"]) == ("draft", "approved", "missing")
    assert TextState.objects.get(language="fr").changed_by.email == "ada@onelift.example"


def open_form(ada, url):
    """Return what the form of a row holds, as a browser would send it."""
    form = ada.get(url).context["adminform"].form
    typed = {name: form[name].value() or "" for name in form.fields}
    return typed | {form.add_initial_prefix(name): value for name, value in typed.items()}


def test_a_text_written_meanwhile_stays(cast, now, ada, address):
    service = ServiceFactory(programme=cast.programme)
    url = address("programmes.Service", "change", service.pk)
    typed = open_form(ada, url)
    write_text(service, "de", {"name": "Hilfe", "benefit": "", "how_to_get": ""}, cast.ines, now)
    assert ada.post(url, {**typed, "name_fr": "Aide"}).status_code == 302
    page = said(ada.post(url, {**typed, "name_de": "Beistand"}))
    assert "Someone else has changed this in the meantime. It is now: “Hilfe”" in page
    service.refresh_from_db()
    assert (service.name_de, service.name_fr) == ("Hilfe", "Aide")


def test_each_language_has_a_part_with_its_own_name_and_its_state(cast, now, ada, address):
    service = ServiceFactory(programme=cast.programme, name_fr="Centre")
    publish(service, "fr", cast.ines, now)
    page = ada.get(address("programmes.Service", "change", service.pk)).content.decode()
    for heading in ("Français – Approved", "日本語 – Missing", "العربية – Missing"):
        assert heading in page
    everything = ada.get(address("programmes.Service")).content.decode()
    assert "Deutsch, Español" in everything
    found = ada.get(address("programmes.Service"), {"missing": "fr"})
    assert not found.context["cl"].result_list


def test_a_wave_has_dates_that_it_can_have(cast, save):
    outside = said(save(cast.wave1, go_live_on="2031-01-01"))
    assert "The programme runs from" in outside
    too_soon = said(save(cast.wave1, handed_over_on="2026-01-01"))
    assert "Hand it over on that day or later" in too_soon
    assert save(cast.wave1, handed_over_on="2026-12-01").status_code == 302
    cast.wave1.refresh_from_db()
    assert "Undo the hand-over" in said(save(cast.wave1, go_live_on="2026-11-16"))
    own = {"wave_sites-0-own_go_live_on": "2031-01-01"}
    assert "The programme runs from" in said(save(cast.wave1, **own))
    assert WaveSite.objects.get(wave=cast.wave1).own_go_live_on is None


def test_a_moved_wave_is_stamped_and_a_new_one_stands_behind_the_others(cast, save):
    before = NOW
    assert save(cast.wave2, go_live_on="2027-01-25").status_code == 302
    cast.wave2.refresh_from_db()
    assert cast.wave2.go_live_on == date(2027, 1, 25)
    assert cast.wave2.changed_at > before - timedelta(seconds=2)
    site = SiteFactory()
    cast.programme.sites.add(site)
    added = {"programme": cast.programme.pk, "name": "Wave 3", "go_live_on": "2027-03-01"}
    below = {"wave_sites-TOTAL_FORMS": "1", "wave_sites-0-site": site.pk}
    assert save(Wave(), **added, **below).status_code == 302
    third = Wave.objects.get(name="Wave 3")
    assert (third.order, list(third.sites.all())) == (3, [site])


def test_dates_that_administrators_change_stand_in_the_history_of_moves(cast, save):
    assert save(cast.wave2, go_live_on="2027-01-25", handed_over_on="2027-03-01").status_code == 302
    own = {"wave_sites-0-own_go_live_on": "2027-02-01"}
    assert save(Wave.objects.get(pk=cast.wave2.pk), **own).status_code == 302
    moves = Move.objects.order_by("pk").values_list("site__name", "before_on", "after_on")
    assert list(moves) == [
        (None, date(2027, 1, 18), date(2027, 1, 25)),
        ("Shanghai", date(2027, 1, 25), date(2027, 2, 1)),
    ]
    assert Wave.objects.get(pk=cast.wave2.pk).handed_over_on == date(2027, 3, 1)
    assert WaveSite.objects.get(wave=cast.wave2).own_go_live_on == date(2027, 2, 1)


def test_a_site_in_another_wave_is_refused(cast, save):
    added = {"programme": cast.programme.pk, "name": "Wave 3", "go_live_on": "2027-03-01"}
    below = {"wave_sites-TOTAL_FORMS": "1", "wave_sites-0-site": cast.barcelona.pk}
    assert "Barcelona is already in Wave 1" in said(save(Wave(), **added, **below))
    assert Wave.objects.count() == 2


def test_a_programme_keeps_colours_that_are_read_and_its_waves_within(cast, save):
    assert "to 1 but must be 4.5" in said(save(cast.programme, accent="#FFEE00"))
    assert "outside these dates" in said(save(cast.programme, ends_on="2026-12-31"))
    assert save(cast.programme, languages=["fr"], purpose_fr="Une IT").status_code == 302
    cast.programme.refresh_from_db()
    assert (cast.programme.languages, cast.programme.purpose_fr) == (["en", "fr"], "Une IT")


def test_nothing_moves_to_another_programme(cast, save):
    other = ProgrammeFactory()
    for row in (cast.wave1, StreamFactory(programme=cast.programme)):
        save(row, programme=other.pk)
        row.refresh_from_db()
        assert row.programme == cast.programme
    service = ServiceFactory(programme=cast.programme)
    foreign = StreamFactory(programme=other)
    assert "belongs to another programme" in said(save(service, stream=foreign.pk))
    audience = AudienceFactory(programme=cast.programme, name="A", is_saved=True)
    foreign = WaveFactory(programme=other)
    assert "belongs to another programme" in said(save(audience, waves=[foreign.pk]))


def test_parts_of_streams_are_written_taken_off_and_put_back(cast, save, ada, address):
    member = MemberFactory(stream=StreamFactory(programme=cast.programme))
    assert save(member, email="Bo@X.example").status_code == 302
    member.refresh_from_db()
    assert member.email == "bo@x.example"
    for act, is_removed in (("remove", True), ("restore", False)):
        ada.post(address("programmes.Member"), {"action": act, "_selected_action": [member.pk]})
        member.refresh_from_db()
        assert (member.removed_at is not None) is is_removed
    milestone = MilestoneFactory(stream=member.stream)
    assert "today or an earlier date" in said(save(milestone, done_on="2099-01-01"))


def test_a_contact_names_a_way(cast, save, ada, address):
    add = address("programmes.SupportContact", "add")
    typed = {"programme": cast.programme.pk, "days": "12345"}
    assert "Enter a telephone" in said(ada.post(add, typed))
    assert ada.post(add, {**typed, "phone": "5050"}).status_code == 302


def test_the_lines_of_an_audience_are_written_by_the_service(cast, now, save, wait):
    added = {"programme": cast.programme.pk, "name": "Spain", "sites": [cast.barcelona.pk]}
    below = {"exceptions-TOTAL_FORMS": "1", "exceptions-0-language": "en"}
    assert "Give the audience a name" in said(save(Audience(), **{**added, "name": " "}))
    assert save(Audience(), **added, **below).status_code == 302
    made = Audience.objects.get()
    assert (made.is_saved, made.people().count()) == (True, 3)
    assert made.rule().without.to_json() == {"languages": ["en"]}
    stamp = made.changed_at
    wait(seconds=1)
    assert save(made, personas=[]).status_code == 302
    made.refresh_from_db()
    assert made.changed_at > stamp
    assert made.exceptions.count() == 1


def test_a_persona_is_stamped_and_its_rule_stays(cast, save):
    persona = Persona.objects.create(
        programme=cast.programme,
        slug="a",
        name_en="A",
        jobs=["Analyst"],
        changed_at="2026-01-01T00:00Z",
    )
    assert save(persona, sites=[cast.barcelona.pk]).status_code == 302
    persona.refresh_from_db()
    assert (persona.jobs, persona.changed_at.year > 2025) == (["Analyst"], True)
    assert persona.matching().count() == 3


def test_a_chosen_language_and_contact_again_leave_a_trace(cast, now, save, ada, address):
    person = cast.people[0]
    assert save(person, language="pl").status_code == 302
    person.refresh_from_db()
    assert person.language_chosen_at is not None
    people = address("stakeholders.Person")
    ada.post(people, {"action": "leave_language", "_selected_action": [person.pk]})
    type(person).objects.filter(pk=person.pk).update(is_do_not_contact=True)
    ada.post(people, {"action": "contact_again", "_selected_action": [person.pk]})
    person.refresh_from_db()
    assert (person.language_chosen_at, person.is_do_not_contact) == (None, False)
    told = LogEntry.objects.filter(object_pk=str(person.pk), action=LogEntry.Action.UPDATE)
    acts = told.order_by("pk")
    assert [one.additional_data["act"] for one in acts] == ["language", "language", "contact_again"]
    assert {one.actor.email for one in acts} == {"ada@onelift.example"}


def test_a_programme_does_not_reach_years_at_which_the_clock_would_stop(cast, ada, address):
    url = address("programmes.Programme", "change", cast.programme.pk)
    typed = open_form(ada, url)
    page = said(ada.post(url, {**typed, "ends_on": "9999-12-31"}))
    assert "Enter a date between the years 2000 and 2100." in page
    cast.programme.refresh_from_db()
    assert cast.programme.ends_on.year == 2028


def test_what_is_no_colour_is_said_under_its_field(cast, ada, save):
    page = save(cast.programme, accent="blue", accent_soft="0")
    assert set(page.context["adminform"].form.errors) == {"accent", "accent_soft"}
