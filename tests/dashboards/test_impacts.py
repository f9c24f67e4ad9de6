"""Impacts in head count: the map, its gaps, the list behind each cell, and who may see them."""

import html
import io
import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from communications.messages.services.answer import answer_impact, take_answer_back
from communications.models import Message
from onelift.dashboards.impacts.queries.heat import Gap, HeatCell, HeatRow, with_worst
from onelift.dashboards.impacts.queries.impacts import ImpactFilter, impacts_of
from programmes.models import Stream
from stakeholders.accounts.access import scope_of
from stakeholders.models import Impact, Persona
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.factories import ImpactFactory, PersonFactory, ProgrammeFactory
from tests.world import make_streams

ROOT = "/p/one-it/people/impacts/"
PEOPLE = "/p/one-it/people/"
HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


def persona(cast, name, **rule):
    slug = name.lower()
    return Persona.objects.create(programme=cast.programme, name_en=name, slug=slug, **rule)


@pytest.fixture
def shift(cast):
    """Two operators in Barcelona and three in Shanghai."""
    for site, people in ((cast.barcelona, 2), (cast.shanghai, 3)):
        PersonFactory.create_batch(people, site=site, job="Operator")
    return persona(cast, "Shift", jobs=["Operator"])


@pytest.fixture
def badge(cast, shift):
    """A high impact on all of them that nothing answers."""
    return ImpactFactory(programme=cast.programme, name="Badge", severity=4, personas=[shift])


def page(client, path="", status=200):
    answer = client.get(ROOT + path)
    assert answer.status_code == status
    return answer.content.decode()


def flat(text):
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def board(cast, user=None, **wish):
    scope = scope_of(user or cast.ines, cast.programme)
    return impacts_of(cast.programme, scope, ImpactFilter(**wish), NOW.date())


def forgotten(cast, user=None, **wish):
    return board(cast, user, **wish).heads(lambda hit: hit.is_gap)


def total_of(client, address):
    words = client.get(address).content.decode()
    return int(re.search(r"<h1[^>]*>([\d,]+) ", words)[1])


def test_the_map_says_who_is_forgotten_in_people(cast, as_user, badge):
    words = flat(page(as_user(cast.ines)))
    assert "5 people face a high impact with no approved action" in words
    assert "very high 2 people 2 not covered" in words
    assert "Shift, Shanghai 3" in words
    assert "2 gaps, 5 people" in words


def test_a_message_answers_where_its_audience_is(cast, badge, shift, now):
    message = make_message(cast, now, sites=[cast.shanghai])
    answer_impact(message, badge)
    assert forgotten(cast) == 5
    approve(cast, message, now)
    assert forgotten(cast) == 2
    take_answer_back(message, badge)
    assert forgotten(cast) == 5
    other = make_message(cast, now, personas=[persona(cast, "Other", jobs=["x"])])
    answer_impact(other, badge)
    approve(cast, other, now)
    assert forgotten(cast) == 5


def test_an_approved_version_speaks_for_its_message(cast, badge, now):
    message = make_message(cast, now, sites=[cast.shanghai])
    answer_impact(message, badge)
    approve(cast, message, now)
    message.audience.sites.set([cast.barcelona])
    assert forgotten(cast) == 2
    assert {hit.place.site for hit in board(cast).gaps} == {cast.barcelona}


def test_what_is_low_is_no_gap(cast, shift):
    ImpactFactory(programme=cast.programme, severity=2, personas=[shift])
    assert forgotten(cast) == 0
    assert board(cast).heads() == 5


def test_whoever_is_in_several_personas_counts_once(cast, shift, badge):
    picked = persona(cast, "Picked", is_hand_picked=True)
    operator = shift.matching().filter(site=cast.shanghai).first()
    picked.people.set([operator, cast.people[0]])
    badge.personas.add(picked, persona(cast, "Iberians", jobs=["Operator"]))
    ImpactFactory(programme=cast.programme, severity=1, personas=[picked])
    assert forgotten(cast) == 6
    assert board(cast).heads() == 6
    assert board(cast, persona="picked").heads() == 2


def test_heads_are_those_of_the_plain_query(cast, shift, badge):
    iberians = persona(cast, "Iberians")
    iberians.regions.add(cast.iberia)
    ImpactFactory(programme=cast.programme, personas=[iberians, shift], sites=[cast.barcelona])
    both = shift.matching() | iberians.matching()
    assert board(cast).heads() == both.distinct().count() == 8


def test_each_cell_opens_a_list_of_as_many_people(cast, as_user, badge, shift):
    ImpactFactory(programme=cast.programme, severity=1, personas=[shift], sites=[cast.shanghai])
    client = as_user(cast.ines)
    for path in ("", f"?wave={cast.wave2.pk}", "?gaps=1"):
        cells = re.findall(
            r'<td class="[^"]*"[^>]*>\s*<a href="([^"]+)"[^>]*><span>.*?<small>([\d,]+)',
            page(client, path),
            re.S,
        )
        assert cells
        for address, people in cells:
            assert total_of(client, address.replace("&amp;", "&")) == int(people)


def test_numbers_of_gaps_open_what_is_not_covered_for_so_many(cast, as_user, badge):
    client = as_user(cast.ines)
    listed = r'href="(/p/one-it/people/impacts/list/\?[^"]*gaps=1[^"]*)"[^>]*>(\d+)<'
    addresses = re.findall(listed, page(client))
    assert len(addresses) == 2
    for address, people in addresses:
        assert total_of(client, address.replace("&amp;", "&")) == int(people)


def test_filters_narrow_map_list_and_file_alike(cast, as_user, badge, shift):
    stream = Stream.objects.create(programme=cast.programme, name="Desk")
    ImpactFactory(programme=cast.programme, name="Portal", stream=stream, personas=[shift])
    client = as_user(cast.ines)
    query = f"?stream={stream.pk}"
    assert "Badge" not in flat(page(client, f"list/{query}"))
    lines = b"".join(client.get(f"{ROOT}export/csv/{query}").streaming_content).decode()
    assert "Portal" in lines
    assert "Badge" not in lines
    assert "No impacts match" in page(client, "?wave=999")
    assert "No impacts match" in page(client, "list/?severity=x")


def test_an_impact_that_nobody_feels_yet_is_found_in_the_list(cast, as_user):
    nobody = persona(cast, "Nobody", jobs=["Astronaut"])
    impact = ImpactFactory(programme=cast.programme, name="Badge", personas=[nobody])
    client = as_user(cast.ines)
    empty = page(client)
    assert "No one is affected yet" in empty
    assert f'href="{ROOT}list/"' in empty
    assert f'href="{ROOT}{impact.pk}/"' in page(client, "list/")
    assert "Badge" in b"".join(client.get(f"{ROOT}export/csv/").streaming_content).decode()
    assert "Badge" not in flat(page(client, "list/?gaps=1"))


def test_an_impact_of_a_place_touches_nobody_elsewhere(cast, shift):
    ImpactFactory(programme=cast.programme, personas=[shift], sites=[cast.barcelona])
    assert board(cast).heads() == 2
    assert board(cast, wave=str(cast.wave2.pk)).heads() == 0


def test_a_region_sees_what_its_own_people_feel(cast, as_user, badge, shift, now):
    ImpactFactory(
        programme=cast.programme, name="Only China", personas=[shift], sites=[cast.shanghai]
    )
    draft = make_message(cast, now, texts={"en": ("Draft title", "Hi")})
    answer_impact(draft, badge)
    rosa = as_user(cast.rosa)
    words = page(rosa) + page(rosa, "list/") + page(rosa, f"{badge.pk}/")
    words += b"".join(rosa.get(f"{ROOT}export/csv/").streaming_content).decode()
    for hidden in ("Only China", "Shanghai", "Draft title"):
        assert hidden not in words
    assert "2 people face a high impact" in flat(page(rosa))
    approve(cast, draft, now)
    assert "Draft title" in page(rosa, f"{badge.pk}/")
    assert forgotten(cast, cast.rosa) == 0


def test_a_stream_leader_writes_the_impacts_of_the_own_stream(cast, as_user, shift, now):
    streams = make_streams(cast, now)
    samir = as_user(streams["samir"])
    data = {"name": "Desk moves", "dimension": "role", "severity": "3", "personas": [shift.pk]}
    assert samir.post(f"{ROOT}new/", data).status_code == 200
    other = {**data, "stream": streams["other-stream"].pk}
    assert samir.post(f"{ROOT}new/", other).status_code == 200
    answer = samir.post(f"{ROOT}new/", {**data, "stream": streams["stream"].pk})
    made = Impact.objects.get()
    assert answer["Location"] == f"{ROOT}{made.pk}/"
    assert list(made.personas.all()) == [shift]


def test_what_is_typed_is_kept_when_something_lacks(cast, as_user, shift):
    answer = as_user(cast.ines).post(f"{ROOT}new/", {"name": "Half", "before": "As ever"})
    words = answer.content.decode()
    assert 'value="Half"' in words
    assert "As ever" in words
    assert "Personas" in words
    assert not Impact.objects.exists()


def test_answers_are_named_taken_back_and_undone(cast, as_user, badge, now):
    message = make_message(cast, now)
    approve(cast, message, now)
    client = as_user(cast.ines)
    answers = f"{ROOT}{badge.pk}/answers/"
    said = client.post(answers, {"message": message.pk}, follow=True).content.decode()
    assert f"{answers}{message.pk}/take-back/" in said
    assert forgotten(cast) == 0
    said = client.post(f"{answers}{message.pk}/take-back/", follow=True).content.decode()
    assert forgotten(cast) == 5
    assert f"{answers}{message.pk}/again/" in said
    client.post(f"{answers}{message.pk}/again/")
    assert forgotten(cast) == 0
    assert client.post(answers, {"message": message.pk}).status_code == 404
    refused = client.post(answers, follow=True).content.decode()
    assert "Choose the message that covers this impact." in refused


def test_naming_an_answer_undoes_no_approval(cast, as_user, badge, now):
    message = make_message(cast, now)
    approval = approve(cast, message, now)
    as_user(cast.ines).post(f"{ROOT}{badge.pk}/answers/", {"message": message.pk})
    approval.refresh_from_db()
    assert approval.state == "approved"
    assert message.approvals.count() == 1


def test_removed_impacts_leave_and_come_back(cast, as_user, badge):
    client = as_user(cast.ines)
    client.post(f"{ROOT}{badge.pk}/remove/")
    page(client, f"{badge.pk}/", 404)
    assert forgotten(cast) == 0
    client.post(f"{ROOT}{badge.pk}/restore/")
    assert forgotten(cast) == 5


def test_hostile_words_are_shown_and_exported_as_words(cast, as_user, shift):
    words = dict.fromkeys(("name", "before", "after", "benefit"), HOSTILE)
    made = ImpactFactory(programme=cast.programme, personas=[shift], **words)
    Impact.objects.filter(pk=made.pk).update(benefit="=1+1")
    client = as_user(cast.ines)
    for path in ("", "list/", f"{made.pk}/", f"{made.pk}/edit/"):
        shown = page(client, path)
        assert "<img src=x" not in shown
        assert "{{7*7}}" in shown
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{ROOT}export/xlsx/"))))
    cells = {cell.value: cell.data_type for row in book.active.rows for cell in row}
    assert cells["'=1+1"] == "s"


@pytest.mark.parametrize("path", ["", "list/", "?gaps=1"])
def test_pages_take_as_many_queries_for_one_impact_as_for_three(
    cast, as_user, badge, shift, now, path
):
    client = as_user(cast.ines)

    def more(n):
        picked = persona(cast, f"Picked{n}", is_hand_picked=True)
        picked.people.set(cast.people[n : n + 2])
        stream = Stream.objects.create(programme=cast.programme, name=f"Stream {n}")
        made = ImpactFactory(
            programme=cast.programme,
            stream=stream,
            personas=[shift, picked],
            sites=[cast.barcelona, cast.shanghai],
        )
        message = make_message(cast, now, sites=[cast.shanghai], personas=[shift])
        answer_impact(message, made)
        approve(cast, message, now)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            page(client, path)
        return len(taken)

    more(1)
    page(client, path)
    before = queries()
    more(2)
    more(3)
    assert queries() == before <= 45


# From a gap to the message that closes it


def gap_link(client):
    links = re.findall(r'href="([^"]*messages/new/[^"]*)"', page(client))
    return next(html.unescape(one) for one in links if "site=" in one)


def test_a_gap_leads_to_a_message_that_is_in_draft_for_it(cast, as_user, badge, shift):
    badge.before, badge.after = "A key for\neach door", "One badge"
    badge.save()
    client = as_user(cast.ines)
    address = gap_link(client)
    form = client.get(address).context["form"]
    assert form["purpose"].value() == "Badge"
    assert form["key_points"].value() == "Today: A key for each door\nFrom go-live: One badge"
    assert form["personas"].value() == [shift.pk]
    site = cast.shanghai
    assert form["sites"].value() == [site.pk]
    typed = {name: form[name].value() for name in ("purpose", "key_points", "level", "sender")}
    typed |= {"local_time": "09:00", "offset_days": "-7", "subject": "One badge", "body": "Hello,"}
    answer = client.post(address, typed | {"personas": [shift.pk], "sites": [site.pk]})
    assert answer.status_code == 302
    assert Message.objects.get().answers.get() == badge
    assert forgotten(cast) == 5
    drafts = {hit.place.site: [one.title for one in hit.drafts] for hit in board(cast).gaps}
    assert drafts == {cast.barcelona: [], site: ["One badge"]}
    assert "Badge, Shanghai One badge –" in flat(page(client))


def test_a_message_about_an_impact_out_of_view_is_not_found(cast, as_user):
    other = ImpactFactory(programme=ProgrammeFactory(), name="Other", severity=4)
    address = f"/p/one-it/messages/new/?impact={other.pk}"
    assert as_user(cast.ines).get(address).status_code == 404
    assert as_user(cast.ines).get("/p/one-it/messages/new/?impact=x").status_code == 200


def test_gaps_are_sorted_by_people_times_severity_and_small_ones_come_last():
    def gap(people, severity):
        impacts = [SimpleNamespace(severity=severity)]
        return Gap(None, None, people, impacts, [], [])

    assert [gap(8, 4).weight, gap(9, 5).weight] == [32, 45]
    assert [gap(people, 5).is_small for people in (4, 5)] == [True, False]


def test_more_gaps_than_a_page_shows_at_once_are_folded(cast, as_user, badge, monkeypatch):
    PersonFactory.create_batch(9, site=cast.shanghai, job="Operator")
    monkeypatch.setattr("onelift.dashboards.impacts.views.impacts.UNFOLDED", 0)
    words = page(as_user(cast.ines))
    assert re.search(r"<details class=\"ol-pad\">\s*<summary>1 more gap</summary>", words)
    assert words.index("1 more gap") < words.index("Shift, Shanghai")
    monkeypatch.setattr("onelift.dashboards.impacts.views.impacts.UNFOLDED", 1)
    assert "more gap" not in page(as_user(cast.ines))


def test_a_gap_of_a_few_people_is_folded_once_there_is_a_larger_one(cast, as_user, badge):
    client = as_user(cast.ines)
    assert re.search(r"<details[^>]* open>\s*<summary>2 gaps of fewer than 5 people", page(client))

    PersonFactory.create_batch(9, site=cast.shanghai, job="Operator")
    words = page(client)
    assert re.search(r"<details class=\"ol-pad\">\s*<summary>1 gap of fewer than 5 people", words)
    assert words.index("Shift, Shanghai") < words.index("<summary>1 gap of")
    assert "Plan this" in words


# The looks of the map


def heat_cells(words):
    """Return the classes and the words of each filled cell of the map."""
    cells = re.findall(r'<td class="(ht[1-4][^"]*)"[^>]*>(.*?)</td>', words, re.DOTALL)
    return [(classes.split(), flat(cell)) for classes, cell in cells]


def test_a_cell_is_filled_by_severity_and_hatched_without_action(cast, as_user, badge):
    cells = heat_cells(page(as_user(cast.ines)))
    assert ["ht4", "gap"] in [classes for classes, _words in cells]
    fills = {"low": "ht1", "medium": "ht2", "high": "ht3", "very high": "ht4"}
    for classes, words in cells:
        assert fills[re.match("very high|high|medium|low", words)[0]] == classes[0]
        assert ("gap" in classes) == ("not covered" in words)


def test_red_are_the_few_cells_with_the_most_people_hit_the_hardest():
    def cell(people, severity):
        return HeatCell(None, 4, 90, people, severity, 0)

    cells = [cell(0, 0), cell(30, 3), cell(20, 4), cell(50, 3), cell(4, 4), cell(29, 3)]
    (row,) = with_worst([HeatRow(None, cells)])
    assert [one.gap_people for one in row.cells if one.is_worst] == [30, 50, 29]


def test_the_map_has_a_legend(cast, as_user, badge):
    words = page(as_user(cast.ines))
    legend = flat(re.search(r'<ul class="ol-heat-key".*?</ul>', words, re.DOTALL)[0])
    assert legend.startswith("low medium high very high Hatched")
    assert "Red: highest severity" in legend
