"""The register: who has a say, how they were judged, who may read and write it."""

import io
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from programmes.models import Stream
from stakeholders.models import Persona, Role, Stakeholder
from stakeholders.register.services.stakeholder import nudged, place, save_stakeholder
from tests.clock import NOW
from tests.factories import PersonFactory, StakeholderFactory
from tests.world import make_streams

ROOT = "/p/one-it/people/stakeholders/"
HOSTILE = "<script>alert(1)</script>=cmd{{7*7}}"


@pytest.fixture
def council(cast):
    return StakeholderFactory(programme=cast.programme, name="Works council", size=7)


def page(client, path=ROOT, status=200):
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def typed(**values):
    filled = {"name": "Directors", "kind": "group", "power": 80, "interest": 30}
    return {**filled, "engagement": "unaware", "engagement_wanted": "supportive", **values}


def changes_of(stakeholder):
    return [one.changes for one in stakeholder.assessments.order_by("pk")]


def test_what_is_typed_is_kept_with_its_first_review(cast, as_user):
    answer = as_user(cast.ines).post(f"{ROOT}new/", typed(reason="Asked", next_action="Visit"))
    directors = Stakeholder.objects.get(name="Directors")
    assert answer["Location"] == f"{ROOT}{directors.pk}/"
    review = directors.assessments.get()
    assert (review.by, review.reason) == (cast.ines, "Asked")
    assert review.changes["power"] == [None, 80]
    assert directors.next_action == "Visit"


def test_each_review_says_what_went_from_which_value_to_which(cast, council, now):
    values = {"power": 70, "engagement": "neutral"}
    save_stakeholder(council, values, cast.ines, now, "They were heard.")
    save_stakeholder(council, {"next_action": "Meet"}, cast.ines, now)
    save_stakeholder(council, {}, cast.claire, now, "Looked again.")
    assert changes_of(council) == [
        {"power": [60, 70], "engagement": ["unaware", "neutral"]},
        {},
    ]


def test_history_tells_who_when_what_and_why(cast, council, as_user, now):
    save_stakeholder(council, {"engagement": "neutral"}, cast.ines, now, "They were heard.")
    words = page(as_user(cast.claire), f"{ROOT}{council.pk}/")
    assert "current engagement: Unaware → Neutral. They were heard." in words
    assert "24 November 2026" in words or "24 Nov" in words


def test_the_trail_says_what_was_judged_and_names_nobody(cast, council, now):
    save_stakeholder(council, {"power": 70, "notes": "Shy"}, cast.ines, now, "They were heard.")
    save_stakeholder(council, {"next_action": "Meet"}, cast.ines, now)
    place(council, 70, 35, cast.claire, now)
    found = LogEntry.objects.get_for_object(council).order_by("pk")
    assert [(e.object_repr, e.actor, e.changes_dict) for e in found] == [
        (f"STK-{council.pk:03}", cast.ines, {"power": ["60", "70"]}),
        (f"STK-{council.pk:03}", cast.claire, {"interest": ["40", "35"]}),
    ]
    assert {e.additional_data["programme"] for e in found} == {cast.programme.pk}
    council.refresh_from_db()
    assert council.name == "Works council"


def test_values_out_of_the_grid_are_refused(cast, council, as_user, now):
    answer = as_user(cast.ines).post(f"{ROOT}{council.pk}/edit/", typed(power=101, name="Other"))
    assert 'value="Other"' in answer.content.decode()
    with pytest.raises(ValidationError):
        place(council, 101, 0, cast.ines, now)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stakeholder.objects.update(interest=101)
    council.refresh_from_db()
    assert (council.name, council.power) == ("Works council", 60)


def test_two_of_one_name_are_refused_at_the_form(cast, council, as_user):
    words = as_user(cast.ines).post(f"{ROOT}new/", typed(name="Works council")).content.decode()
    assert "A stakeholder already has this name." in words
    assert Stakeholder.objects.count() == 1


def test_a_day_needs_an_action(cast, as_user):
    words = as_user(cast.ines).post(f"{ROOT}new/", typed(next_action_on="2026-12-01"))
    assert "Enter the next action for this date." in words.content.decode()


def test_moves_of_one_hand_are_one_review(cast, council, now):
    for n in range(3):
        place(council, *nudged(council, "up"), cast.ines, now + timedelta(seconds=n))
    place(council, *nudged(council, "left"), cast.ines, now + timedelta(seconds=4))
    assert changes_of(council) == [{"power": [60, 75], "interest": [40, 35]}]
    place(council, 60, 40, cast.ines, now + timedelta(seconds=5))
    assert changes_of(council) == []


def test_moves_of_another_hand_or_time_stand_apart(cast, council, now):
    place(council, 65, 40, cast.ines, now)
    place(council, 70, 40, cast.claire, now)
    place(council, 75, 40, cast.claire, now + timedelta(minutes=6))
    assert changes_of(council) == [{"power": [a, a + 5]} for a in (60, 65, 70)]


def test_a_move_does_not_swallow_a_review_with_a_reason(cast, council, now):
    save_stakeholder(council, {"power": 65}, cast.ines, now, "Heard")
    place(council, 60, 40, cast.ines, now)
    assert changes_of(council) == [{"power": [60, 65]}, {"power": [65, 60]}]


@pytest.mark.parametrize(
    ("way", "there"),
    [("up", (65, 40)), ("down", (55, 40)), ("right", (60, 45)), ("left", (60, 35))],
)
def test_the_form_moves_a_mark_without_scripts_and_undo_leads_back(
    cast, council, as_user, way, there
):
    client = as_user(cast.ines)
    url = f"{ROOT}move/?engagement=unaware"
    answer = client.post(url, {"stakeholder": council.pk, "way": way}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{ROOT}?engagement=unaware"
    council.refresh_from_db()
    assert (council.power, council.interest) == there
    said = answer.content.decode()
    assert f"Works council: power {there[0]}, interest {there[1]}." in said
    client.post(f"{ROOT}{council.pk}/place/?power=60&interest=40")
    council.refresh_from_db()
    assert (council.power, council.interest) == (60, 40)
    assert not council.assessments.exists()


def test_marks_stop_at_the_edge(cast, now):
    edge = StakeholderFactory(programme=cast.programme, power=98, interest=0)
    assert nudged(edge, "up") == (100, 0)
    assert nudged(edge, "left") == (98, 0)


def test_a_move_that_names_nothing_changes_nothing(cast, council, as_user):
    answer = as_user(cast.ines).post(f"{ROOT}move/", follow=True)
    assert "Choose a stakeholder and a direction." in answer.content.decode()
    for data in ({"stakeholder": council.pk, "way": "away"}, {"stakeholder": 999, "way": "up"}):
        assert as_user(cast.ines).post(f"{ROOT}move/", data).status_code == 404
    answer = as_user(cast.ines).post(f"{ROOT}{council.pk}/place/?power=1000", follow=True)
    assert "This position is outside the grid." in answer.content.decode()
    assert not council.assessments.exists()


def test_the_title_is_what_the_register_says(cast, as_user):
    client = as_user(cast.ines)
    assert "No stakeholders yet" in page(client)
    made = StakeholderFactory(programme=cast.programme, engagement="resistant", power=80)
    StakeholderFactory(programme=cast.programme, engagement="resistant", power=20)
    assert "1 powerful stakeholder resists the change" in page(client)
    Stakeholder.objects.filter(pk=made.pk).update(power=10, next_action="Talk")
    assert "1 stakeholder needs a next action" in page(client)
    Stakeholder.objects.update(next_action="Talk")
    assert "No next actions are missing" in page(client)


def test_the_title_counts_the_list_that_is_shown(cast, as_user):
    client, made = as_user(cast.ines), {"programme": cast.programme, "engagement": "resistant"}
    StakeholderFactory(region=cast.china, power=80, next_action="Talk", **made)
    StakeholderFactory(region=cast.iberia, power=80, **made)
    assert "2 powerful stakeholders resist the change" in page(client)
    china = page(client, f"{ROOT}?region={cast.china.slug}&power=high")
    assert "1 powerful stakeholder resists the change" in china
    assert "1 stakeholder. 1 has a next action." in china


def test_filters_stand_in_the_address(cast, council, as_user):
    StakeholderFactory(programme=cast.programme, name="Calm", engagement="leading")
    client = as_user(cast.ines)
    assert "Works council" not in page(client, f"{ROOT}?engagement=leading").split("<table")[2]
    assert "No stakeholders match" in page(client, f"{ROOT}?stream=999")


def test_people_of_a_persona_are_counted_in_its_region(cast, as_user):
    for site in (cast.barcelona, cast.barcelona, cast.shanghai):
        PersonFactory(site=site, job="Operator")
    operators = Persona.objects.create(
        programme=cast.programme, slug="operators", name_en="Operators", jobs=["Operator"]
    )
    every = StakeholderFactory(programme=cast.programme, persona=operators)
    here = StakeholderFactory(programme=cast.programme, persona=operators, region=cast.iberia)
    client = as_user(cast.ines)
    for stakeholder, people, query in ((every, 3, ""), (here, 2, "&amp;region=iberia")):
        words = page(client, f"{ROOT}{stakeholder.pk}/")
        assert f"?persona=operators{query}" in words.replace("&region", "&amp;region")
        assert f">{people}<" in words


def test_regions_read_their_own_without_notes_and_reasons(cast, as_user, now):
    mine = StakeholderFactory(programme=cast.programme, region=cast.iberia, notes="Secret note")
    save_stakeholder(mine, {"power": 90}, cast.ines, now, "Secret reason")
    theirs = StakeholderFactory(programme=cast.programme, region=cast.china, name="Chinese heads")
    nobodys = StakeholderFactory(programme=cast.programme, name="Committee")
    rosa = as_user(cast.rosa)
    words = page(rosa) + page(rosa, f"{ROOT}{mine.pk}/")
    words += b"".join(rosa.get(f"{ROOT}export/csv/").streaming_content).decode()
    assert mine.name in words
    for hidden in ("Secret", "Chinese heads", "Committee"):
        assert hidden not in words
    for other in (theirs, nobodys):
        page(rosa, f"{ROOT}{other.pk}/", 404)
    assert "Secret note" in page(as_user(cast.claire), f"{ROOT}{mine.pk}/")


def test_a_stream_leader_reads_and_writes_their_own(cast, as_user, now):
    streams = make_streams(cast, now)
    samir = as_user(streams["samir"])
    own = StakeholderFactory(programme=cast.programme, stream=streams["stream"])
    other = StakeholderFactory(programme=cast.programme, stream=streams["other-stream"])
    assert other.name not in page(samir)
    samir.post(f"{ROOT}move/", {"stakeholder": other.pk, "way": "up"})
    other.refresh_from_db()
    assert other.power == 60
    stolen = typed(name="Stolen", stream=streams["other-stream"].pk)
    assert samir.post(f"{ROOT}{own.pk}/edit/", stolen).status_code == 200
    assert samir.post(f"{ROOT}new/", typed()).status_code == 200
    own.refresh_from_db()
    assert own.stream == streams["stream"]
    assert Stakeholder.objects.count() == 2


def test_a_leader_without_the_role_sees_nothing_more(cast, as_user, now):
    streams = make_streams(cast, now)
    own = StakeholderFactory(programme=cast.programme, stream=streams["stream"])
    client = as_user(streams["samir"])
    page(client, f"{ROOT}{own.pk}/")
    Role.objects.filter(user=streams["samir"]).delete()
    page(client, f"{ROOT}{own.pk}/", 404)


def test_removed_entries_leave_and_come_back(cast, council, as_user):
    client = as_user(cast.ines)
    client.post(f"{ROOT}{council.pk}/remove/")
    page(client, f"{ROOT}{council.pk}/", 404)
    again = StakeholderFactory(programme=cast.programme, name=council.name)
    answer = client.post(f"{ROOT}{council.pk}/restore/", follow=True)
    assert "Rename it to restore this one." in answer.content.decode()
    again.delete()
    client.post(f"{ROOT}{council.pk}/restore/")
    page(client, f"{ROOT}{council.pk}/")


def test_hostile_words_are_shown_and_exported_as_words(cast, as_user, now):
    values = {"name": HOSTILE, "part": HOSTILE, "next_action": HOSTILE, "notes": "=1+1"}
    one = StakeholderFactory(programme=cast.programme, **values)
    save_stakeholder(one, {"power": 1}, cast.ines, now, HOSTILE)
    client = as_user(cast.ines)
    for path in ("", f"{one.pk}/", f"{one.pk}/edit/"):
        words = page(client, ROOT + path)
        assert "<script>alert" not in words
        assert "{{7*7}}" in words
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{ROOT}export/xlsx/"))))
    cells = {cell.value: cell.data_type for row in book.active.rows for cell in row}
    assert cells["'=1+1"] == "s"
    lines = b"".join(client.get(f"{ROOT}export/csv/").streaming_content).decode()
    assert '"\'=1+1"' in lines


def test_pages_take_as_many_queries_for_one_as_for_three(cast, council, as_user):
    client = as_user(cast.ines)
    stream = Stream.objects.create(programme=cast.programme, name="Desk")

    def more(n):
        persona = Persona.objects.create(
            programme=cast.programme, slug=f"p{n}", name_en=f"P{n}", jobs=[f"Job {n}"]
        )
        persona.regions.add(cast.iberia)
        values = {"persona": persona, "region": cast.iberia, "stream": stream, "owner": cast.ines}
        made = StakeholderFactory(programme=cast.programme, **values)
        place(made, 1, 1, cast.ines, NOW)

    def queries():
        with CaptureQueriesContext(connection) as taken:
            page(client)
        return len(taken)

    more(1)
    page(client)
    before = queries()
    more(2)
    more(3)
    assert queries() == before <= 20
