"""Reminding those who own impacts that nothing approved covers."""

import html
import re

import pytest
from auditlog.models import LogEntry

from communications.approvals.services.gaps import last_reminder, owners_of, remind_of_gaps
from communications.messages.services.answer import answer_impact
from communications.models import Notice
from programmes.database.clock import database_now
from programmes.services.readiness import refresh_readiness
from stakeholders.models import Impact, Persona, Role, User
from tests.communications.making import approve, make_message, run
from tests.factories import ImpactFactory, StreamFactory

MAP = "/p/one-it/people/impacts/"
REMIND = f"{MAP}remind/"


@pytest.fixture
def persona(cast):
    return Persona.objects.create(
        programme=cast.programme, slug="all", name_en="Everybody", jobs=["Analyst"]
    )


@pytest.fixture
def gap(cast, persona):
    """A high impact on all, which Tom owns."""
    return ImpactFactory(
        programme=cast.programme, name="New desk", severity=4, personas=[persona], owner=cast.tom
    )


def shown(answer):
    return html.unescape(answer.content.decode())


def reminded(client, **sent):
    return shown(client.post(REMIND, sent, follow=True))


def leader(cast, stream, user):
    Role.objects.create(
        user=user, programme=cast.programme, kind=Role.Kind.STREAM_LEADER, stream=stream
    )


def test_an_owner_gets_one_mail_that_names_the_impact(cast, gap, as_user, relay):
    client, page = as_user(cast.ines), f"{MAP}{gap.pk}/"
    assert f"Remind {cast.tom}" in shown(client.get(page))
    answer = reminded(client, impact=gap.pk, next=page)
    assert f"Reminder sent to {cast.tom}." in answer
    assert re.search(r"Reminded on \w+ \d+ \w+ \d{4} by Ines Test", answer)
    assert f"Remind {cast.tom}<" not in answer
    assert "There is no one left to remind today." in reminded(client, impact=gap.pk)
    assert "There is no one left to remind today." in reminded(client)
    run(database_now())
    run(database_now())
    (told,) = relay.accepts
    assert told.recipient == cast.tom.email
    assert told.message["Subject"] == "Reminder: 1 impact you own is not covered"
    body = told.message.get_body(("plain",)).get_content()
    assert f"{gap.reference} New desk" in body
    assert "/p/one-it/people/impacts/?gaps=1" in body
    entry = LogEntry.objects.get_for_object(gap).first()
    assert (entry.actor, entry.changes_dict) == (cast.ines, {"reminded": ["", str(cast.tom)]})


def test_all_gaps_of_an_owner_are_in_one_mail(cast, gap, persona, as_user, relay):
    stream = StreamFactory(programme=cast.programme)
    leader(cast, stream, cast.tom)
    second = ImpactFactory(
        programme=cast.programme, name="New badge", severity=3, personas=[persona], stream=stream
    )
    ImpactFactory(programme=cast.programme, severity=1, personas=[persona], owner=cast.rosa)
    assert f"Reminder sent to {cast.tom}." in reminded(as_user(cast.claire))
    assert [row.text["impacts"] for row in Notice.objects.all()] == [[gap.pk, second.pk]]
    run(database_now())
    (told,) = relay.accepts
    assert "2 impacts" in told.message["Subject"]


def test_only_what_the_form_names_is_reminded_of(cast, gap, persona, as_user):
    other = ImpactFactory(
        programme=cast.programme, severity=4, personas=[persona], sites=[cast.barcelona],
        owner=cast.rosa,
    )  # fmt: skip
    client = as_user(cast.ines)
    assert f"Reminder sent to {cast.tom}." in reminded(client, region="china")
    assert f"Reminder sent to {cast.rosa}." in reminded(client, impact=other.pk)
    # Tom was reminded of his already, Rosa of hers.
    assert "There is no one left to remind today." in reminded(client, wave=cast.wave1.pk)
    assert Notice.objects.count() == 2


@pytest.mark.parametrize("name", ["impact", "wave", "site", "stream", "region", "persona"])
def test_what_is_not_in_view_is_not_found(cast, gap, as_user, name):
    for typed in ("x", "0", "9" * 30, "999999", "\x00"):
        assert as_user(cast.ines).post(REMIND, {name: typed}).status_code == 404
    assert not Notice.objects.exists()


def test_what_is_covered_or_accepted_reminds_nobody(cast, gap, as_user, now):
    message = make_message(cast, now)
    answer_impact(message, gap)
    approve(cast, message, now)
    assert "no one was reminded" in reminded(as_user(cast.ines), impact=gap.pk)
    assert "Remind" not in shown(as_user(cast.ines).get(f"{MAP}{gap.pk}/"))
    assert not Notice.objects.filter(kind=Notice.Kind.OWNER).exists()


def test_what_is_gone_when_the_mail_leaves_is_not_in_it(cast, gap, as_user, relay):
    reminded(as_user(cast.ines))
    Impact.objects.filter(pk=gap.pk).update(accepted_at=database_now(), accepted_why="Pilot only")
    run(database_now())
    assert not relay.accepts
    assert Notice.objects.get().state == "cancelled"


def test_the_next_day_they_can_be_reminded_again(cast, gap, now):
    first = remind_of_gaps(cast.programme, [gap], cast.ines, now)
    again = remind_of_gaps(cast.programme, [gap], cast.ines, now.replace(hour=23))
    later = remind_of_gaps(cast.programme, [gap], cast.claire, now.replace(day=now.day + 1))
    assert (list(first), list(again), list(later)) == ([cast.tom], [], [cast.tom])
    assert last_reminder(cast.programme, [gap.pk]).by == str(cast.claire)
    assert last_reminder(cast.programme, [gap.pk + 1]) is None


def test_without_an_owner_the_leaders_of_the_stream_answer(cast, persona):
    stream = StreamFactory(programme=cast.programme)
    leader(cast, stream, cast.rosa)
    led = ImpactFactory(programme=cast.programme, personas=[persona], stream=stream)
    owned = ImpactFactory(
        programme=cast.programme, personas=[persona], stream=stream, owner=cast.tom
    )
    alone = ImpactFactory(programme=cast.programme, personas=[persona])
    assert owners_of([led, owned, alone]) == {
        led.pk: [cast.rosa], owned.pk: [cast.tom], alone.pk: []
    }  # fmt: skip
    User.objects.filter(pk=cast.tom.pk).update(is_active=False)
    assert owners_of([Impact.objects.get(pk=owned.pk)]) == {owned.pk: [cast.rosa]}


def test_without_anybody_the_page_says_so(cast, gap, as_user):
    Impact.objects.update(owner=None)
    page = shown(as_user(cast.ines).get(f"{MAP}{gap.pk}/"))
    assert "No one can be reminded" in page
    assert "Assign owner" in page
    assert "Assign owner" not in shown(as_user(cast.claire).get(f"{MAP}{gap.pk}/"))
    assert "There is no one left to remind today." in reminded(as_user(cast.ines))


def test_who_wants_no_mails_gets_none(cast, gap, as_user):
    User.objects.filter(pk=cast.tom.pk).update(approval_notice=User.Notice.NEVER)
    assert "There is no one left to remind today." in reminded(as_user(cast.ines))
    assert not Notice.objects.exists()


@pytest.mark.parametrize("page", [MAP, "/p/one-it/overview/", "/p/one-it/people/coverage/?days=90"])
def test_pages_that_show_gaps_remind_and_then_say_when(cast, gap, as_user, page):
    refresh_readiness(cast.programme, database_now())
    client = as_user(cast.ines)
    before = shown(client.get(page))
    assert REMIND in before
    assert "eminded on" not in before
    after = reminded(client, next=page)
    assert re.search(r"eminded on \w+ \d+ \w+ \d{4} by Ines Test", after)
    assert REMIND not in shown(as_user(cast.dora).get(page))
