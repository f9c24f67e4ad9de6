import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest

from onelift.dashboards.people.queries.streams import stream_lines
from programmes.models import Member, Milestone, Objective, StreamUpdate
from programmes.models.stream import week_of
from programmes.services.update import UpdateData, open_update, send_update, stamp_of
from stakeholders.accounts.access import home_of, scope_of
from stakeholders.models import Persona, PersonalObjective, Role, User
from tests.clock import NOW
from tests.communications.making import approve, make_message
from tests.factories import (
    ImpactFactory,
    MemberFactory,
    MilestoneFactory,
    ObjectiveFactory,
    PersonalObjectiveFactory,
    ServiceFactory,
    StreamFactory,
)

STREAMS = "/p/one-it/people/streams/"
MINE = "/p/one-it/people/objectives/"
OBJECTIVE = {
    "name": "Calls answered",
    "measure": "of calls, weekly",
    "unit": "%",
    "start_value": "10",
    "target_value": "80.5",
    "starts_on": "1 Nov 2026",
    "due_on": "31 Dec 2026",
}


def text_of(answer):
    return html.unescape(answer.content.decode())


@pytest.fixture
def today():
    return NOW.date()


@pytest.fixture
def desk(cast):
    return StreamFactory(programme=cast.programme, name="Desk")


@pytest.fixture
def samir(cast, desk):
    made = User.objects.create_user("samir@onelift.example", first_name="Samir", last_name="H")
    Role.objects.create(
        user=made, programme=cast.programme, kind=Role.Kind.STREAM_LEADER, stream=desk
    )
    return made


@pytest.fixture
def leader(as_user, samir):
    return as_user(samir)


def page_of(client, stream):
    return client.get(f"{STREAMS}{stream.pk}/")


def typed(**values):
    return {"judgement": "on", "sentence": "", "need": "", "seen": "", **values}


def test_a_leader_lands_on_the_own_stream_and_finds_the_way_there(cast, desk, samir, leader):
    assert home_of(samir) == f"{STREAMS}{desk.pk}/"
    bar = page_of(leader, desk).content.decode().split('<nav class="ol-nav"')[1].split("</nav>")[0]
    assert f'href="{STREAMS}{desk.pk}/" aria-current="page">Desk<' in bar
    assert bar.count("aria-current") == 1
    assert "/p/one-it/plan/" in bar
    assert "/overview/" in bar


def test_the_page_says_what_there_is_and_what_is_late(cast, desk, leader, today):
    MilestoneFactory(stream=desk, name="Kits", due_on=today - timedelta(days=3))
    MilestoneFactory(stream=desk, name="Night shift", due_on=None)
    ObjectiveFactory(
        programme=cast.programme,
        stream=desk,
        name="Calls",
        value=41,
        measured_on=today - timedelta(days=20),
        due_on=today + timedelta(days=9),
    )
    MemberFactory(stream=desk, name="Oluwaseun", employer="provider", work="runs the desk")
    ServiceFactory(programme=cast.programme, stream=desk)
    page = text_of(page_of(leader, desk))
    assert "Desk: 1 milestone is late" in page
    assert "3 days late" in page
    assert "No date yet" in page
    assert "Not measured recently" in page
    assert "41%" in page
    assert "target 80%" in page
    assert "The provider: 1 person" in page
    assert "runs the desk" in page
    assert "1 site gets: Service desk" in page


def test_the_title_is_the_heaviest_fact(cast, desk, leader, today):
    off = {"value": 0, "measured_on": today, "starts_on": today - timedelta(days=80)}
    due = {"due_on": today + timedelta(days=9)}
    ObjectiveFactory(programme=cast.programme, stream=desk, name="Calls", **off, **due)
    assert "Desk: 1 objective is off track" in text_of(page_of(leader, desk))
    MilestoneFactory(stream=desk, name="Kits", due_on=today - timedelta(days=3))
    assert "Desk: 1 milestone is late" in text_of(page_of(leader, desk))
    cast.wave1.go_live_on = today + timedelta(days=5)
    cast.wave1.save()
    everybody = Persona.objects.create(
        programme=cast.programme, slug="analysts", name_en="Analysts", jobs=["Analyst"]
    )
    ImpactFactory(programme=cast.programme, stream=desk, personas=[everybody])
    title = re.search(r"<h1[^>]*>(.*?)</h1>", page_of(leader, desk).content.decode(), re.DOTALL)[1]
    assert re.search(r"Desk: \d+ people face a high impact with no action planned", title)


def test_an_empty_stream_says_how_to_begin(desk, leader):
    page = text_of(page_of(leader, desk))
    assert "Desk has no objective yet" in page
    assert "Add what would make this stream a success, with a number." in page
    assert "No milestones yet." in page
    assert "No members yet." in page


def test_a_leader_adds_changes_measures_and_removes_an_objective(cast, desk, leader, today):
    add = f"{STREAMS}{desk.pk}/objectives/add/"
    assert leader.post(add, OBJECTIVE).url == f"{STREAMS}{desk.pk}/"
    made = Objective.objects.get()
    assert (made.stream, made.programme, made.target_value) == (
        desk,
        cast.programme,
        Decimal("80.5"),
    )
    edit = f"{STREAMS}objectives/{made.pk}/edit/"
    assert 'value="Calls answered"' in leader.get(edit).content.decode()
    leader.post(edit, {**OBJECTIVE, "name": "Calls taken"})
    url = f"{STREAMS}objectives/{made.pk}/measure/"
    answer = leader.post(url, {"value": "61", "measured_on": str(today)}, follow=True)
    assert "“Calls taken”: 61% saved." in text_of(answer)
    made.refresh_from_db()
    assert (made.name, made.value, made.measured_on) == ("Calls taken", 61, today)
    undo = f"{STREAMS}objectives/values/{made.values.get().pk}/remove/"
    assert f'action="{undo}"' in text_of(answer)
    leader.post(undo)
    made.refresh_from_db()
    assert (made.value, made.measured_on) == (None, None)
    answer = leader.post(f"{STREAMS}objectives/{made.pk}/remove/", follow=True)
    assert "“Calls taken” is removed." in text_of(answer)
    assert "Desk has no objective yet" in text_of(answer)
    assert leader.get(edit).status_code == 404
    leader.post(f"{STREAMS}objectives/{made.pk}/restore/")
    assert leader.get(edit).status_code == 200


def test_what_is_wrong_is_said_at_the_field_and_what_was_typed_stays(desk, leader):
    wrong = {**OBJECTIVE, "target_value": "10", "due_on": "30 Oct 2026"}
    page = text_of(leader.post(f"{STREAMS}{desk.pk}/objectives/add/", wrong))
    assert "Enter a target that differs from the start." in page
    assert "The objective must end after it starts." in page
    assert 'value="30 Oct 2026"' in page
    assert not Objective.objects.exists()


def test_a_value_is_typed_as_the_language_writes_it(cast, desk, samir, leader, today):
    made = ObjectiveFactory(programme=cast.programme, stream=desk)
    url = f"{STREAMS}objectives/{made.pk}/measure/"
    leader.post(url, {"value": "40", "measured_on": str(today)})
    samir.language = "fr"
    samir.save()
    leader.post(url, {"value": "61,5", "measured_on": str(today)})
    made.refresh_from_db()
    assert made.value == Decimal("61.5")
    leader.post(f"{STREAMS}objectives/values/{made.values.first().pk}/remove/")
    made.refresh_from_db()
    assert made.value == 40


def test_a_milestone_is_done_with_one_press_and_taken_back(desk, leader, today):
    leader.post(f"{STREAMS}{desk.pk}/milestones/add/", {"name": "Kits", "due_on": ""})
    made = Milestone.objects.get()
    assert (made.stream, made.due_on) == (desk, None)
    url = f"{STREAMS}milestones/{made.pk}/done/"
    answer = leader.post(url, follow=True)
    assert f'action="{url}?done_on="' in answer.content.decode()
    assert Milestone.objects.get().done_on == today
    Milestone.objects.update(done_on=today - timedelta(days=9))
    leader.post(url)
    assert Milestone.objects.get().done_on == today - timedelta(days=9)
    leader.post(f"{url}?done_on=")
    assert Milestone.objects.get().done_on is None
    assert "today or an earlier date" in text_of(
        leader.post(f"{url}?done_on=2099-01-01", follow=True)
    )


def test_a_phone_too_marks_a_milestone_as_done(desk, leader, as_user, cast, today):
    late = MilestoneFactory(stream=desk, name="Kits", due_on=today - timedelta(days=3))
    done = MilestoneFactory(stream=desk, name="Poster", due_on=today, done_on=today)
    page = page_of(leader, desk).content.decode()
    phone = page.split('<ul class="ol-list only-phone">')[1].split("</ul>")[0]
    assert f"milestones/{late.pk}/done/" in phone
    assert f"milestones/{done.pk}/done/" not in phone
    assert "/done/" not in page_of(as_user(cast.claire), desk).content.decode()


def test_a_member_is_added_changed_and_removed(desk, leader):
    typed = {"name": "Ana", "employer": "consultancy", "work": "", "email": "ANA@x.example"}
    leader.post(f"{STREAMS}{desk.pk}/members/add/", typed)
    made = Member.objects.get()
    assert (made.stream, made.email, made.employer) == (desk, "ana@x.example", "consultancy")
    leader.post(f"{STREAMS}members/{made.pk}/edit/", {**typed, "employer": "group"})
    assert "The group: 1 person" in text_of(page_of(leader, desk))
    leader.post(f"{STREAMS}members/{made.pk}/remove/")
    assert "No members yet." in text_of(page_of(leader, desk))
    leader.post(f"{STREAMS}members/{made.pk}/restore/")
    assert "The group: 1 person" in text_of(page_of(leader, desk))


def test_the_programme_has_objectives_that_the_manager_alone_writes(cast, desk, leader, as_user):
    assert leader.post(f"{STREAMS}objectives/add/", OBJECTIVE).status_code == 403
    assert as_user(cast.ines).post(f"{STREAMS}objectives/add/", OBJECTIVE).url == STREAMS
    assert Objective.objects.get().stream is None
    page = text_of(leader.get(STREAMS))
    assert "Calls answered" in page
    assert f"/objectives/{Objective.objects.get().pk}/edit/" not in page


def test_the_update_is_filled_in_from_what_happened(cast, desk, leader, samir, now, today):
    last = NOW - timedelta(days=7)
    send_update(desk, week_of(last.date()), UpdateData("on", "on"), samir, last)
    MilestoneFactory(stream=desk, name="Desk open", due_on=today, done_on=today)
    MilestoneFactory(stream=desk, name="Long ago", done_on=today - timedelta(days=30))
    message = make_message(cast, NOW)
    message.services.add(ServiceFactory(programme=cast.programme, stream=desk))
    approve(cast, message, NOW)
    answer = page_of(leader, desk)
    form = answer.context["form"]
    assert [label.split(":")[0] for _key, label in form.fields["moved"].choices] == [
        "Desk open",
        form.moves[1].__str__().split(":")[0],
    ]
    assert form.moves[1].kind == "message"
    assert form.initial["moved"] == [form.moves[0].key]
    assert form.initial["judgement"] == "on"
    assert "Last time: On track." in text_of(answer)


def test_an_update_is_kept_sent_taken_back_and_corrected(desk, leader, samir, as_user, cast, today):
    done = MilestoneFactory(stream=desk, name="Desk open", done_on=today)
    url = f"{STREAMS}{desk.pk}/update/"
    leader.post(url, typed(sentence="A draft.", moved=[f"done-{done.pk}"]))
    draft = StreamUpdate.objects.get()
    assert (draft.sent_at, draft.week_on) == (None, week_of(today))
    assert "A draft." not in text_of(page_of(as_user(cast.claire), desk))
    sent = typed(sentence="Sent.", moved=[f"done-{done.pk}"], seen=stamp_of(draft), send="")
    answer = leader.post(url, sent, follow=True)
    assert "The update is sent." in text_of(answer)
    back = f"{STREAMS}{desk.pk}/updates/{draft.pk}/take-back/"
    assert f'action="{back}"' in answer.content.decode()
    page = text_of(page_of(as_user(cast.claire), desk))
    assert "Sent." in page
    assert "Desk open: done on" in page
    draft.refresh_from_db()
    correct = text_of(leader.get(f"{STREAMS}{desk.pk}/?correct=1"))
    assert ">\nSent.</textarea>" in correct
    leader.post(url, typed(sentence="Corrected.", seen=stamp_of(draft), send=""))
    assert StreamUpdate.objects.get().sentence == "Corrected."
    leader.post(back)
    assert StreamUpdate.objects.get().sent_at is None


def test_another_judgement_asks_for_a_sentence_and_keeps_what_was_typed(desk, leader):
    sent = typed(judgement="off", need="A room", send="")
    page = text_of(leader.post(f"{STREAMS}{desk.pk}/update/", sent))
    assert "Explain in a sentence why your judgement differs from the rules." in page
    assert 'value="A room"' in page
    assert not StreamUpdate.objects.exists()


def test_while_one_types_the_draft_is_kept(desk, leader):
    url, script = f"{STREAMS}{desk.pk}/update/", {"HX-Request": "true"}
    answer = leader.post(url, typed(sentence="Half a sent"), headers=script)
    draft = StreamUpdate.objects.get()
    assert draft.sentence == "Half a sent"
    assert f'name="seen" value="{stamp_of(draft)}"' in answer.content.decode()
    assert "Draft saved" in answer.content.decode()
    again = leader.post(url, typed(sentence="Somebody else’s"), headers=script)
    assert again.status_code == 204
    assert StreamUpdate.objects.get().sentence == "Half a sent"


def test_of_two_who_write_the_second_sees_both(cast, desk, leader, as_user):
    url = f"{STREAMS}{desk.pk}/update/"
    as_user(cast.ines).post(url, typed(sentence="Ines wrote this."))
    answer = leader.post(url, typed(sentence="Samir wrote that.", send=""))
    page = text_of(answer)
    assert "Ines Test has changed this text since you opened it." in page
    assert "Their version: Ines wrote this." in page
    assert "Samir wrote that." in page
    seen = answer.context["form"]["seen"].value()
    leader.post(url, typed(sentence="Samir wrote that.", seen=seen, send=""))
    assert StreamUpdate.objects.get().sentence == "Samir wrote that."


def test_the_cio_reads_and_from_then_on_it_stays(cast, desk, samir, leader, as_user, today):
    update = send_update(desk, week_of(today), UpdateData("risk", "on", "Late."), samir, NOW)
    claire = as_user(cast.claire)
    overview = text_of(claire.get("/p/one-it/overview/"))
    assert "1 of 1 streams is not on track" in overview
    assert "Late." in overview
    read = f"{STREAMS}{desk.pk}/updates/{update.pk}/read/"
    assert f'action="{read}"' in overview
    assert claire.get(read).status_code == 405
    assert StreamUpdate.objects.get().opened_at is None
    assert claire.post(read).url == f"{STREAMS}{desk.pk}/"
    update.refresh_from_db()
    assert update.opened_by == cast.claire
    assert f'action="{read}"' not in text_of(claire.get("/p/one-it/overview/"))
    assert "Read by Claire Test" in text_of(page_of(leader, desk))
    sent = typed(sentence="Too late.", seen=stamp_of(update), send="")
    page = text_of(leader.post(f"{STREAMS}{desk.pk}/update/", sent))
    assert "This update has already been read." in page
    assert "Too late.</textarea>" in page
    assert StreamUpdate.objects.get().sentence == "Late."


def test_an_update_of_another_stream_is_not_found(cast, desk, samir, as_user, today):
    other = StreamFactory(programme=cast.programme)
    update = send_update(other, week_of(today), UpdateData("on", "on"), samir, NOW)
    claire = as_user(cast.claire)
    assert claire.post(f"{STREAMS}{desk.pk}/updates/{update.pk}/read/").status_code == 404


def test_old_updates_say_nothing_about_today(cast, desk, samir, today):
    week = week_of(today) - timedelta(weeks=2)
    update = send_update(desk, week, UpdateData("off", "off"), samir, NOW)
    scope = scope_of(cast.claire, cast.programme)
    (line,) = stream_lines(scope, today)
    assert (line.update, line.says.state) == (None, "on")
    StreamUpdate.objects.update(week_on=week_of(today) - timedelta(weeks=1))
    (line,) = stream_lines(scope, today)
    assert (line.update, line.says.state, line.is_unread) == (update, "off", True)
    open_update(update, cast.claire, NOW)
    assert not stream_lines(scope, today)[0].is_unread


def test_the_list_says_how_each_stream_stands(cast, desk, samir, leader, today):
    StreamFactory(programme=cast.programme, name="Access")
    MemberFactory(stream=desk, employer="group")
    MemberFactory(stream=desk, employer="provider", removed_at=NOW)
    MilestoneFactory(stream=desk, name="Kits", due_on=today - timedelta(days=1))
    page = text_of(leader.get(STREAMS))
    assert "1 of 2 streams is not on track" in page
    assert "Samir H" in page
    assert "no one yet" in page
    assert "The group: 1" in page
    assert "The provider" not in page
    assert "By the rules; no recent update" in page


def make_streams(cast, samir, many, today):
    for n in range(many):
        stream = StreamFactory(programme=cast.programme)
        fill(cast, stream, samir, 1, today)
        leads = User.objects.create_user(f"leads{n}@onelift.example")
        Role.objects.create(
            user=leads, programme=cast.programme, kind=Role.Kind.STREAM_LEADER, stream=stream
        )


def fill(cast, stream, samir, many, today):
    for n in range(many):
        MemberFactory(stream=stream)
        MilestoneFactory(stream=stream, due_on=today - timedelta(days=n))
        ObjectiveFactory(programme=cast.programme, stream=stream, value=1, measured_on=today)
        PersonalObjectiveFactory(programme=cast.programme, stream=stream, owner=samir)
        ServiceFactory(programme=cast.programme, stream=stream)
        week = week_of(today) - timedelta(weeks=n)
        send_update(stream, week, UpdateData("on", "on"), samir, NOW)


@pytest.mark.parametrize("many", [1, 3])
def test_the_list_needs_the_same_queries(
    cast, samir, leader, many, today, django_assert_num_queries
):
    make_streams(cast, samir, many, today)
    leader.get(STREAMS)
    with django_assert_num_queries(15):
        leader.get(STREAMS)


@pytest.mark.parametrize("many", [1, 3])
def test_a_stream_needs_the_same_queries(
    cast, desk, samir, leader, many, today, django_assert_num_queries
):
    fill(cast, desk, samir, many, today)
    page_of(leader, desk)
    with django_assert_num_queries(24):
        page_of(leader, desk)


@pytest.mark.parametrize("many", [1, 3])
def test_the_overview_needs_the_same_queries(
    cast, desk, samir, as_user, many, today, django_assert_num_queries
):
    make_streams(cast, samir, many, today)
    claire = as_user(cast.claire)
    claire.get("/p/one-it/overview/")
    with django_assert_num_queries(34):
        claire.get("/p/one-it/overview/")


@pytest.mark.parametrize("many", [1, 3])
def test_personal_objectives_need_the_same_queries(
    cast, desk, samir, leader, many, today, django_assert_num_queries
):
    for _ in range(many):
        PersonalObjectiveFactory(programme=cast.programme, owner=samir)
        PersonalObjectiveFactory(programme=cast.programme, owner=cast.mei, stream=desk)
    leader.get(MINE)
    with django_assert_num_queries(14):
        leader.get(MINE)


SECRET = "Learn to say no"


@pytest.mark.parametrize(
    ("owner", "is_shared", "readers"),
    [
        ("samir", False, {"samir", "ines"}),
        ("rosa", False, {"rosa", "ines"}),
        ("rosa", True, {"rosa", "ines", "samir"}),
        ("ines", False, {"ines"}),
    ],
)
def test_few_read_a_personal_objective(cast, desk, samir, as_user, owner, is_shared, readers):
    users = {"samir": samir, "ines": cast.ines, "rosa": cast.rosa, "mei": cast.mei}
    users |= {"claire": cast.claire, "hana": cast.hana, "otto": cast.otto}
    PersonalObjectiveFactory(
        programme=cast.programme,
        owner=users[owner],
        name=SECRET,
        stream=desk if is_shared else None,
    )
    for name, user in users.items():
        client = as_user(user)
        pages = [client.get(a) for a in (MINE, STREAMS, f"{STREAMS}{desk.pk}/")]
        assert any(SECRET in text_of(page) for page in pages) is (name in readers), name


def test_the_mail_of_a_member_opens_nobody_elses_objectives(cast, desk, leader):
    """Whoever leads a stream writes who works there; that alone must open nothing."""
    secret = PersonalObjectiveFactory(programme=cast.programme, owner=cast.rosa, name=SECRET)
    MemberFactory(stream=desk, name="Rosa", email=cast.rosa.email)
    assert SECRET not in text_of(leader.get(MINE))
    assert leader.get(f"{MINE}{secret.pk}/").status_code == 404


def personal(owner, **values):
    return {**OBJECTIVE, "name": "Train the leads", "owner": owner.pk, "stream": "", **values}


def test_a_leader_writes_for_the_own_team_only(cast, desk, samir, leader, as_user):
    refused = leader.post(f"{MINE}add/", personal(cast.rosa, stream=desk.pk))
    assert refused.context["form"].errors["owner"]
    MemberFactory(stream=desk, name="Rosa", email=cast.rosa.email)
    page = leader.post(f"{MINE}add/", personal(cast.rosa))
    assert "Choose your stream. You can set objectives for your own team only." in text_of(page)
    assert not PersonalObjective.objects.exists()
    assert leader.post(f"{MINE}add/", personal(cast.rosa, stream=desk.pk)).url == MINE
    made = PersonalObjective.objects.get()
    assert (made.owner, made.stream) == (cast.rosa, desk)
    rosa = as_user(cast.rosa)
    assert "Train the leads" in text_of(rosa.get(MINE))
    assert rosa.post(f"{MINE}{made.pk}/", personal(cast.rosa)).url == MINE
    made.refresh_from_db()
    assert made.stream is None
    assert leader.get(f"{MINE}{made.pk}/").status_code == 404


def test_own_objectives_are_kept_measured_and_removed(cast, desk, as_user, today):
    rosa = as_user(cast.rosa)
    assert "No objectives yet" in text_of(rosa.get(MINE))
    rosa.post(f"{MINE}add/", personal(cast.rosa))
    made = PersonalObjective.objects.get()
    assert (made.owner, made.stream) == (cast.rosa, None)
    answer = rosa.post(
        f"{MINE}{made.pk}/measure/", {"value": "20", "measured_on": str(today)}, follow=True
    )
    assert "“Train the leads”: 20% saved." in text_of(answer)
    made.refresh_from_db()
    assert made.value == 20
    rosa.post(f"{MINE}{made.pk}/remove/")
    assert not PersonalObjective.objects.present().exists()
    rosa.post(f"{MINE}{made.pk}/restore/")
    assert PersonalObjective.objects.present().get() == made


def test_nobody_gives_an_objective_to_somebody_else(cast, desk, as_user):
    answer = as_user(cast.rosa).post(f"{MINE}add/", personal(cast.mei))
    assert answer.status_code == 200
    assert not PersonalObjective.objects.exists()


@pytest.mark.parametrize(("people", "is_shown"), [(4, False), (5, True)])
def test_the_cio_sees_figures_of_five_people_or_more(cast, as_user, people, is_shown):
    for n in range(people):
        owner = User.objects.create_user(f"owner{n}@onelift.example")
        PersonalObjectiveFactory(programme=cast.programme, owner=owner, name=SECRET)
    page = text_of(as_user(cast.claire).get(STREAMS))
    assert (f"{people} people have {people} objectives, 0 on track." in page) is is_shown
    assert SECRET not in page


def test_hostile_words_are_shown_as_they_are(cast, desk, leader):
    bad = "<script>alert(1)</script>"
    desk.name = bad
    desk.save()
    for make in (MemberFactory, MilestoneFactory):
        make(stream=desk, name=bad)
    ObjectiveFactory(programme=cast.programme, stream=desk, name=bad, unit="<b>")
    for address in (STREAMS, f"{STREAMS}{desk.pk}/"):
        page = leader.get(address).content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
