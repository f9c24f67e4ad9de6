"""The pages of needs for those who sign in."""

import html
import re
from datetime import timedelta

import pytest

from feedback.models import Need, NeedAnswer, NeedMail
from feedback.needs.services.joining import join
from programmes.queries.todo import Week, todo_of
from stakeholders.accounts.access import scope_of
from tests.clock import NOW
from tests.factories import SiteFactory, WaveFactory
from tests.feedback.needs.making import answered, strange, studied, told

pytestmark = pytest.mark.django_db
LIST = "/p/one-it/listening/needs/"
NEW = f"{LIST}new/"
CHIP = re.compile(r'<a class="ol-chip" href="([^"]+)" data-count="(\d+)"')


@pytest.fixture
def at():
    """Return the present: pages ask the database for it."""
    return NOW


def typed(site, **more):
    return {"what": "No adapter", "site": site.pk, "effect": "stops", **more}


def total(page):
    return len(re.findall(r'<th scope="row">', page.content.decode()))


def test_a_report_is_three_fields_in_the_users_language(cast, as_user):
    cast.nuria.language = "es"
    cast.nuria.save()
    client = as_user(cast.nuria)
    page = client.get(NEW)
    assert f'value="{cast.barcelona.pk}" id="id_site"' in page.content.decode()
    assert page.context["form"].site_value == str(cast.barcelona.pk)
    answer = client.post(NEW, typed(cast.barcelona))
    need = Need.objects.get()
    assert answer["Location"] == f"{LIST}{need.pk}/"
    assert (need.what, need.effect, need.language) == ("No adapter", "stops", "es")
    assert (need.reported_by, need.site, need.address) == (cast.nuria, cast.barcelona, "")
    assert f"{LIST}{need.pk}/withdraw/" in client.get(answer["Location"]).content.decode()


def test_the_site_of_the_last_report_is_chosen(cast, as_user, now):
    madrid = SiteFactory(name="Madrid", region=cast.iberia)
    WaveFactory(programme=cast.programme, sites=[madrid])
    client = as_user(cast.rosa)
    assert client.get(NEW).context["form"].site_value == ""
    told(cast, madrid, cast.rosa, now)
    assert client.get(NEW).context["form"].site_value == str(madrid.pk)


def test_nothing_is_reported_from_elsewhere_and_nothing_typed_is_lost(cast, as_user):
    answer = as_user(cast.rosa).post(NEW, typed(cast.shanghai, what="Lamps <b>"))
    assert answer.status_code == 422
    assert "Lamps &lt;b&gt;" in answer.content.decode()
    assert not Need.objects.exists()


def test_a_form_that_is_sent_twice_is_taken_once(cast, as_user):
    client = as_user(cast.rosa)
    for _twice in range(2):
        client.post(NEW, typed(cast.barcelona, once="k" * 32))
    assert Need.objects.count() == 1


def make_some(cast, at):
    late = studied(told(cast, cast.barcelona, cast.rosa, at), cast.rosa, cast.ines, at, days=-2)
    studied(told(cast, cast.barcelona, cast.nuria, at, what="Lifts"), cast.nuria, cast.ines, at)
    answered(told(cast, cast.barcelona, cast.nuria, at, effect="helps"), cast.rosa, at)
    same = told(cast, cast.barcelona, cast.nuria, at, effect="stops")
    join(same, late, cast.rosa, at)
    told(cast, cast.barcelona, cast.nuria, at, effect="stops")
    told(cast, cast.shanghai, cast.mei, at)
    return late


def test_each_chip_counts_the_list_behind_it(cast, as_user, at):
    make_some(cast, at)
    for user, everything in ((cast.rosa, 4), (cast.ines, 5), (cast.claire, 5)):
        client = as_user(user)
        page = client.get(LIST)
        assert total(page) == everything
        chips = CHIP.findall(page.content.decode())
        assert len(chips) > 5
        for url, count in chips:
            assert total(client.get(LIST + html.unescape(url))) == int(count)


def test_the_list_begins_with_what_is_overdue(cast, as_user, at):
    late = make_some(cast, at)
    page = as_user(cast.rosa).get(LIST)
    first = page.context["page"].object_list[0]
    assert (first.need, first.reports, first.is_overdue) == (late, 2, True)
    assert "1 need is overdue" in page.content.decode()


def test_the_list_takes_as_many_queries_for_one_as_for_three(
    cast, as_user, at, django_assert_num_queries
):
    client = as_user(cast.ines)
    for _more in range(3):
        make_some(cast, at)
        client.get(LIST)
        with django_assert_num_queries(7):
            client.get(LIST)


def test_one_page_takes_as_many_queries_whatever_was_joined(
    cast, as_user, at, django_assert_num_queries
):
    need = told(cast, cast.barcelona, cast.nuria, at)
    client = as_user(cast.ines)
    client.get(f"{LIST}{need.pk}/")
    for _more in range(3):
        join(told(cast, cast.barcelona, cast.rosa, at), need, cast.ines, at)
        told(cast, cast.barcelona, cast.rosa, at)
        with django_assert_num_queries(15):
            client.get(f"{LIST}{need.pk}/")


def test_one_page_studies_and_answers(cast, as_user, at):
    need = told(cast, cast.barcelona, cast.nuria, at, language="es")
    client, page = as_user(cast.rosa), f"{LIST}{need.pk}/"
    due_on = at.date() + timedelta(days=5)
    data = {"owner": cast.rosa.pk, "due_on": due_on.isoformat(), "seen": 0}
    assert client.post(f"{page}study/", data)["Location"] == page
    assert "Rosa Test is the owner." in client.get(page).content.decode()
    words = {"outcome": "will", "text_es": "En mayo.", "seen": 1}
    client.post(f"{page}answer/", words)
    need.refresh_from_db()
    assert (need.stage, need.owner, need.due_on) == ("answered", cast.rosa, due_on)
    assert f"{page}answer/undo/" in client.get(page).content.decode()
    client.post(f"{page}answer/undo/")
    shown = client.get(page).content.decode()
    assert "En mayo." in shown
    assert "Answer need" in shown


def test_what_is_wrong_comes_back_with_what_was_typed(cast, as_user, at):
    need = told(cast, cast.barcelona, cast.nuria, at)
    client, page = as_user(cast.rosa), f"{LIST}{need.pk}/"
    answer = client.post(f"{page}answer/", {"text_en": "In May <i>"})
    assert answer.status_code == 422
    assert "In May &lt;i&gt;" in answer.content.decode()
    answer = client.post(f"{page}study/", {"owner": cast.mei.pk, "due_on": "yesterday"})
    assert answer.status_code == 422
    answer = client.post(f"{page}answer/", {"outcome": "will", "text_en": "Mine", "seen": 7})
    assert answer.status_code == 422
    assert "Someone else has changed this need" in answer.content.decode()
    assert "Mine" in answer.content.decode()
    assert not NeedAnswer.objects.exists()


def test_after_another_answer_the_own_words_stay_on_the_page(cast, as_user, at):
    need = told(cast, cast.barcelona, cast.nuria, at)
    client, page = as_user(cast.rosa), f"{LIST}{need.pk}/"
    answered(need, cast.ines, at, en="Theirs")
    answer = client.post(f"{page}answer/", {"outcome": "will", "text_en": "Mine", "seen": 0})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Mine" in shown
    assert "Theirs" in shown


def test_similar_needs_are_offered_and_joined_in_one_tap(cast, as_user, at):
    first = told(cast, cast.barcelona, cast.nuria, at, what="Printers in the lab do not print")
    client = as_user(cast.rosa)
    answer = client.post(NEW, typed(cast.barcelona, what="The lab printers are slow to print"))
    mine = Need.objects.exclude(pk=first.pk).get()
    page = client.get(answer["Location"]).content.decode()
    assert "Join with this one" in page
    answer = client.post(f"{LIST}{mine.pk}/join/{first.pk}/")
    assert answer["Location"] == f"{LIST}{first.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert f"{LIST}{mine.pk}/separate/" in page
    assert "Reported by site" in page
    client.post(f"{LIST}{mine.pk}/separate/")
    mine.refresh_from_db()
    assert mine.joined_to is None


def test_a_stream_leader_reads_what_is_their_field_and_writes_nothing(
    cast, as_user, at, stream, samir
):
    need = told(cast, cast.shanghai, cast.mei, at)
    other = told(cast, cast.shanghai, cast.mei, at)
    studied(need, cast.mei, cast.mei, at, stream=stream)
    client = as_user(samir)
    page = client.get(f"{LIST}{need.pk}/")
    assert page.status_code == 200
    assert "<form" not in page.content.decode().split("<main")[1]
    assert client.get(f"{LIST}{other.pk}/").status_code == 404
    assert total(client.get(LIST)) == 1


def test_the_address_of_a_stranger_is_on_no_page(cast, as_user, at):
    need = strange(cast, cast.barcelona, at, address="ana@one.example")
    for user in (cast.ines, cast.rosa, cast.dora):
        client = as_user(user)
        for page in (LIST, f"{LIST}{need.pk}/", "/p/one-it/audit/"):
            assert "ana@one.example" not in client.get(page).content.decode()


def test_an_email_in_doubt_is_settled(cast, as_user, at):
    need = strange(cast, cast.barcelona, at, address="ana@one.example")
    answered(need, cast.rosa, at)
    NeedMail.objects.update(state="in_doubt", ended_at=at, message_id="<n1>")
    client, page = as_user(cast.ines), f"{LIST}{need.pk}/"
    assert "&lt;n1&gt;" in client.get(page).content.decode()
    client.post(f"{page}mail/again/")
    assert NeedMail.objects.get().state == "planned"
    NeedMail.objects.update(state="in_doubt", ended_at=at)
    client.post(f"{page}mail/delivered/")
    assert NeedMail.objects.get().state == "sent"


def test_an_owner_finds_it_on_the_to_do(cast, at):
    need = told(cast, cast.barcelona, cast.nuria, at, what="Lamps")
    studied(need, cast.rosa, cast.ines, at, days=2)
    studied(told(cast, cast.barcelona, cast.nuria, at), cast.nuria, cast.ines, at, days=2)
    studied(told(cast, cast.barcelona, cast.nuria, at), cast.rosa, cast.ines, at, days=30)

    def todo():
        scope = scope_of(cast.rosa, cast.programme)
        return todo_of(Week(cast.programme, scope, [], at))

    (thing,) = todo().open
    assert thing.what == "Answer the need “Lamps”"
    assert thing.url == f"{LIST}{need.pk}/"
    answered(need, cast.rosa, at)
    assert (todo().open, [one.key for one in todo().done]) == ([], [str(need.pk)])


def test_what_was_joined_elsewhere_says_so_and_no_more(cast, as_user, at):
    lead = told(cast, cast.shanghai, cast.mei, at, what="Lamps of the hall")
    studied(lead, cast.mei, cast.ines, at)
    need = told(cast, cast.barcelona, cast.nuria, at, what="Dark yard")
    join(need, lead, cast.ines, at)
    client = as_user(cast.rosa)
    for page in (LIST, f"{LIST}{need.pk}/"):
        shown = client.get(page).content.decode()
        assert "Dark yard" in shown
        assert "Lamps of the hall" not in shown
        assert "Mei Test" not in shown
        assert "Being studied" in shown
    answered(lead, cast.mei, at, en="In May")
    assert "In May" in client.get(f"{LIST}{need.pk}/").content.decode()
