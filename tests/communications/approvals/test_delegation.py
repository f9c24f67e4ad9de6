"""Who decides for a CIO who is away: from day to day, under their own name, never on their own."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from communications.approvals.services import approval as approvals
from communications.approvals.services.delegation import delegate, take_back
from communications.approvals.services.undoing import undo_decision
from communications.desk.queries.trail import trail_of
from communications.messages.services.refusal import RefusedError
from communications.models import Approval
from stakeholders.accounts.access import deciders_in, principal_of, scope_of
from stakeholders.accounts.services.delegation import Absence
from stakeholders.models import Delegation, Role, User
from tests.clock import NOW
from tests.communications.desk.test_message_pages import flat
from tests.communications.making import make_message, run
from tests.factories import ProgrammeFactory

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = "Asia/Tokyo"
DECISIONS, APPROVALS = "/p/one-it/decisions/", "/p/one-it/approvals/"


def absence(now, first=0, last=3):
    today = now.astimezone(ZoneInfo(ZONE)).date()
    return Absence(today + timedelta(days=first), today + timedelta(days=last), ZONE)


def words(client, path):
    return flat(client.get(path).content.decode())


@pytest.fixture
def away(cast, now):
    return delegate(cast.programme, cast.claire, cast.tom, absence(now), now)


def test_a_delegate_approves_under_their_own_name_for_the_cio(cast, away, now, as_user):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    page = as_user(cast.tom).get(DECISIONS).content.decode()
    assert f"{APPROVALS}{asked.pk}/approve/" in page
    assert "You decide on behalf of Claire Test" in page
    data = {"fingerprint": asked.fingerprint, "next": DECISIONS}
    page = as_user(cast.tom).post(f"{APPROVALS}{asked.pk}/approve/", data, follow=True)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_for) == ("approved", cast.tom, cast.claire)
    said = trail_of(asked.message)[0].sentence
    assert said == "Tom Test approved version 1 on behalf of Claire Test"
    entry = LogEntry.objects.filter(object_pk=str(asked.pk), actor=cast.tom).latest("pk")
    assert entry.changes_dict["decided_for"] == ["", "Claire Test"]
    assert "for Claire Test" in " ".join(page.content.decode().split())


def test_a_cio_of_two_programmes_ends_a_delegation_in_its_own_alone(cast, away, as_user):
    two = ProgrammeFactory(slug="two")
    Role.objects.create(user=cast.claire, programme=two, kind=Role.Kind.CIO)
    client = as_user(cast.claire)
    ends = [
        reverse("dashboards:delegation-end", args=[slug, away.pk]) for slug in ("two", "one-it")
    ]
    assert client.post(ends[0]).status_code == 404
    away.refresh_from_db()
    assert away.ended_at is None
    assert client.post(ends[1]).status_code == 302
    away.refresh_from_db()
    assert away.ended_at is not None


def test_a_cio_decides_for_nobody_else(cast, away, now):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    approvals.approve(asked, cast.claire, asked.fingerprint, now)
    assert asked.decided_for is None


def test_a_delegate_decides_on_nothing_of_their_own(cast, now, as_user):
    delegate(cast.programme, cast.claire, cast.ines, absence(now), now)
    asked = approvals.ask(make_message(cast, now), cast.tom, now)
    page = as_user(cast.ines).get(DECISIONS).content.decode()
    assert f"{APPROVALS}{asked.pk}/approve/" not in page
    for verb, words in ((approvals.approve, asked.fingerprint), (approvals.refuse, "No")):
        with pytest.raises(RefusedError, match="You wrote this message"):
            verb(asked, cast.ines, words, now)
    as_user(cast.ines).post(
        f"{APPROVALS}{asked.pk}/together/", {"seen": f"{asked.pk}:{asked.fingerprint}"}
    )
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_the_last_day_counts_in_the_zone_of_the_cio_and_no_minute_more(cast, away, now):
    last = absence(now).until_on
    ends = away.ends_at.astimezone(ZoneInfo(ZONE))
    assert (ends.date(), ends.hour) == (last + timedelta(days=1), 0)
    instants = [away.ends_at - timedelta(seconds=1), away.ends_at]
    assert [principal_of(cast.tom, cast.programme, at) for at in instants] == [cast.claire, None]
    assert cast.tom in deciders_in(cast.programme, instants[0])
    assert cast.tom not in deciders_in(cast.programme, instants[1])


def test_what_is_over_or_to_come_opens_nothing(cast, away, now, as_user):
    day = timedelta(days=1)
    for shift in (-9 * day, 9 * day):
        Delegation.objects.update(starts_at=now + shift, ends_at=now + shift + 3 * day)
        assert not scope_of(cast.tom, cast.programme).may("approval.decide")
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    answer = as_user(cast.tom).post(f"{APPROVALS}{asked.pk}/approve/", {})
    assert answer.status_code == 403


def test_a_cio_without_the_role_lends_nothing(cast, away):
    assert scope_of(cast.tom, cast.programme).may("approval.decide")
    Role.objects.filter(user=cast.claire).delete()
    assert not scope_of(cast.tom, cast.programme).may("approval.decide")


def test_it_opens_decisions_alone_and_only_there(cast, away):
    scope = scope_of(cast.tom, cast.programme)
    lent = {"approval.decide", "update.open"}
    Delegation.objects.all().delete()
    assert scope.actions - scope_of(cast.tom, cast.programme).actions == lent


def test_it_ends_early_with_a_mail_to_both(cast, away, now, as_user, relay, wait):
    run(now + timedelta(minutes=1))
    told = [(a.recipient, a.message["Subject"]) for a in relay.accepts]
    words = "Tom Test decides for Claire Test"
    assert sorted(told) == [(cast.claire.email, words), (cast.tom.email, words)]
    page = as_user(cast.claire).get(DECISIONS).content.decode()
    assert f"{DECISIONS}delegates/{away.pk}/end/" in page
    wait(minutes=1)
    as_user(cast.claire).post(f"{DECISIONS}delegates/{away.pk}/end/")
    away.refresh_from_db()
    assert away.ended_by == cast.claire
    assert not scope_of(cast.tom, cast.programme).may("approval.decide")
    run(NOW + timedelta(minutes=2))
    assert len(relay.accepts) == 4
    assert not take_back(away, cast.claire, now)


def test_no_two_overlap(cast, away, now):
    with pytest.raises(ValidationError, match="You already have a delegate"):
        delegate(cast.programme, cast.claire, cast.ines, absence(now, 1, 2), now)
    values = {"programme": cast.programme, "given_by": cast.claire, "user": cast.ines}
    days = {"from_on": away.from_on, "until_on": away.until_on, "time_zone": ZONE}
    spans = {"starts_at": away.starts_at, "ends_at": away.ends_at, "made_at": now}
    with pytest.raises(IntegrityError), transaction.atomic():
        Delegation.objects.create(**values, **days, **spans)


def test_what_is_over_makes_room_for_another(cast, away, now):
    Delegation.objects.update(starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=1))
    later = delegate(cast.programme, cast.claire, cast.ines, absence(now), now)
    assert Delegation.objects.filter(ended_at=None).get() == later


@pytest.mark.parametrize(
    ("who", "first", "last", "words"),
    [
        ("tom", 3, 1, "Enter a day that is neither past"),
        ("tom", -3, -1, "Enter a day that is neither past"),
        ("tom", 0, 300, "six months"),
        ("rosa", 0, 1, "Choose a programme manager"),
        ("otto", 0, 1, "Choose a programme manager"),
        ("claire", 0, 1, "Choose a programme manager"),
    ],
)
def test_a_delegation_that_makes_no_sense_is_refused(cast, now, who, first, last, words):
    with pytest.raises(ValidationError, match=words):
        delegate(cast.programme, cast.claire, getattr(cast, who), absence(now, first, last), now)
    assert not Delegation.objects.exists()


def test_the_page_names_a_delegate_in_the_zone_of_the_cio(cast, now, as_user):
    cast.claire.time_zone = ZONE
    cast.claire.save()
    day = absence(now).from_on
    data = {"user": cast.tom.pk, "from_on": day.isoformat(), "until_on": day.isoformat()}
    page = as_user(cast.claire).post(f"{DECISIONS}delegate/", data, follow=True)
    assert "Tom Test decides for you until" in page.content.decode()
    made = Delegation.objects.get()
    assert (made.time_zone, made.ends_at - made.starts_at) == (ZONE, timedelta(days=1))
    assert as_user(cast.ines).get(f"{DECISIONS}delegate/").status_code == 403


def test_a_last_day_before_the_first_is_said_beside_it(cast, now, as_user):
    first, last = absence(now, 3).from_on, absence(now, 1).from_on
    data = {"user": cast.tom.pk, "from_on": first.isoformat(), "until_on": last.isoformat()}
    form = as_user(cast.claire).post(f"{DECISIONS}delegate/", data).context["form"]
    assert form.errors == {"until_on": ["“To” must not be before “From”."]}
    assert not Delegation.objects.exists()


def test_the_history_of_the_cio_keeps_what_was_decided_for_them(cast, away, now):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    approvals.approve(asked, cast.tom, asked.fingerprint, now)
    undo_decision(asked, cast.tom, now)
    assert Approval.objects.get().decided_for is None


def test_the_cio_undoes_what_a_delegate_approved_for_them(cast, away, now, as_user):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    approvals.approve(asked, cast.tom, asked.fingerprint, now)
    undo = f"{APPROVALS}{asked.pk}/undo/"
    for page in (DECISIONS, "/p/one-it/overview/", f"/p/one-it/messages/{asked.message_id}/"):
        assert undo in as_user(cast.claire).get(page).content.decode(), page
    overview = as_user(cast.claire).get("/p/one-it/overview/").content.decode()
    assert "Tom Test on your behalf" in overview
    assert "Undone." in as_user(cast.claire).post(undo, follow=True).content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_for) == ("waiting", None, None)
    entry = LogEntry.objects.filter(object_pk=str(asked.pk), actor=cast.claire).latest("pk")
    assert entry.changes_dict == {
        "state": ["approved", "waiting"],
        "decided_by": ["Tom Test", ""],
        "decided_for": ["Claire Test", ""],
    }
    trail = as_user(cast.dora).get("/p/one-it/audit/").content.decode()
    assert "Decided by" in trail


def test_another_cio_or_a_late_one_undoes_nothing_of_a_delegate(cast, away, now, as_user):
    other = User.objects.create_user("cleo@onelift.example", "x", first_name="Cleo")
    Role.objects.create(user=other, programme=cast.programme, kind=Role.Kind.CIO)
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    approvals.approve(asked, cast.tom, asked.fingerprint, now)
    undo = f"{APPROVALS}{asked.pk}/undo/"
    assert undo not in as_user(other).get(DECISIONS).content.decode()
    with pytest.raises(RefusedError, match="You can only undo your own decision"):
        undo_decision(asked, other, now)
    with pytest.raises(RefusedError, match="too late"):
        undo_decision(asked, cast.claire, now + timedelta(minutes=6))
    assert Approval.objects.get().state == "approved"


def test_an_undone_decision_stays_in_the_histories_as_undone(cast, away, now, as_user):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    approvals.approve(asked, cast.tom, asked.fingerprint, now)
    client = as_user(cast.claire)
    client.post(f"{APPROVALS}{asked.pk}/undo/")
    message = words(client, f"/p/one-it/messages/{asked.message_id}/")
    assert "Tom Test approved version 1 on behalf of Claire Test" in message
    assert "Claire Test undid the approval of version 1" in message
    assert "Approved" not in message.split("Claire Test undid")[1].split("asked for")[0]
    listed = words(client, DECISIONS).split("Decided")[1]
    assert "Tom Test for Claire Test" in listed
    assert "Approved. You undid it on" in listed
    assert "/undo/" not in client.get(DECISIONS).content.decode()
    theirs = words(as_user(cast.ines), DECISIONS).split("Decided")[1]
    assert "Approved. Claire Test undid it on" in theirs


def test_a_refusal_that_was_undone_keeps_its_reason_in_the_history(cast, now, as_user):
    asked = approvals.ask(make_message(cast, now), cast.ines, now)
    approvals.refuse(asked, cast.claire, "Too early", now)
    undo_decision(asked, cast.claire, now)
    approvals.approve(asked, cast.claire, asked.fingerprint, now + timedelta(minutes=1))
    page = words(as_user(cast.claire), f"/p/one-it/messages/{asked.message_id}/")
    for said in (
        "Claire Test refused version 1",
        "Too early",
        "Claire Test undid the refusal of version 1",
        "Claire Test approved version 1",
    ):
        assert said in page
    listed = words(as_user(cast.claire), DECISIONS).split("Decided")[1]
    assert listed.count("Version 1") == 2
