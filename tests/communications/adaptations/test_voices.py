"""Nothing leaves but what was approved, to its own people, whatever is written and decided."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from communications.adaptations.queries.points import points_of
from communications.adaptations.services import deciding
from communications.adaptations.services.points import agree, ask_consent, disagree, drop_points
from communications.adaptations.services.writing import (
    AdaptationData,
    call_ready,
    confirm_adapted,
    create_adaptation,
    write_adapted,
)
from communications.approvals.services import approval as approvals
from communications.messages.models.adapted import AdaptedCriteria
from communications.messages.queries.adaptation import most_specific_first, source_of_core
from communications.messages.queries.wording import alike
from communications.messages.services.message import write_ready
from communications.messages.services.refusal import RefusedError
from communications.models import (
    Adaptation,
    AdaptationVersion,
    Approval,
    Delivery,
    DroppedPoint,
    Message,
    State,
)
from programmes.models import BusinessLine
from stakeholders.models import Contact, Person
from tests.communications.adaptations.making import make_core, make_persona
from tests.communications.making import run
from tests.examples import examples
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)

PLACES = st.sampled_from(["site", "region", "persona", "line", "persona at site", "line in region"])
NUMBERS = st.sampled_from([0, 1, 2])
MINUTES = timedelta(minutes=6)
SEEN: Counter[str] = Counter()
TEXT = "Desde el 14 de diciembre, hasta las 22:00. Llama al 5050."


class VoicesMachine(RuleBasedStateMachine):
    """Writers, an author, a CIO, a personnel office and a sender over one message."""

    cast = start = relay = None

    def __init__(self):
        super().__init__()
        for model in (Delivery, AdaptationVersion, Adaptation, Approval, Message, Contact):
            model.objects.all().delete()
        self.now, self.words, self.seen = self.start, 0, len(self.relay.accepts)
        self.approved, self.agreed = set(), set()
        Person.objects.filter(site=self.cast.barcelona).update(left_on=self.start.date())
        for _each in range(3):
            PersonFactory(site=self.cast.barcelona, language="es")
        self.message = make_core(self.cast, self.now, latest_hours=900)
        self.places = self.some_places()

    def some_places(self):
        line, _made = BusinessLine.objects.get_or_create(name="Labs")
        here = Person.objects.active().filter(site=self.cast.barcelona)
        Person.objects.filter(pk__in=here[:2]).update(business_line=line)
        self.words += 1
        slug = f"shift-{self.message.pk}-{self.words}"
        persona = make_persona(self.cast, here[1:3], slug)
        site, region = {"site": self.cast.barcelona}, {"region": self.cast.iberia}
        return {
            "site": site,
            "region": region,
            "persona": {"persona": persona},
            "line": {"business_line": line},
            "persona at site": {"persona": persona, **site},
            "line in region": {"business_line": line, **region},
        }

    @initialize(places=st.lists(PLACES, min_size=2, unique=True), is_approved=st.booleans())
    def some_are_adapted(self, places, is_approved):
        for place in places:
            self.somebody_adapts(place, has_email=True)
        for number in range(len(places)):
            self.a_version_is_asked_for(number)
            self.a_version_is_decided_on(number, is_approved=is_approved)
        self.the_core_is_approved()

    def word(self):
        self.words += 1
        return f"Texto {'abcdefghij'[self.words % 10]}{'x' * (self.words // 10)}"

    def one(self, number):
        found = list(Adaptation.objects.with_places().order_by("pk"))
        return found[number % len(found)] if found else None

    # Who writes

    @rule(is_new_point=st.booleans())
    def the_core_is_edited(self, is_new_point):
        subject = f"{self.word()} until 22:00"
        write_ready(self.message, "en", subject, f"{TEXT} {subject}", self.cast.ines, self.now)
        if is_new_point:
            points = f"{self.message.key_points}\nPoint {self.word()}"
            Message.objects.filter(pk=self.message.pk).update(key_points=points)
        self.message = Message.objects.get(pk=self.message.pk)
        for language in ("es", "zh-hans"):
            text = {"subject": f"{subject} {language}", "body": TEXT}
            write_ready(self.message, language, **text, user=self.cast.ines, now=self.now)

    @rule(place=PLACES, has_email=st.sampled_from([True, True, False]))
    def somebody_adapts(self, place, has_email):
        data = {"business_line": None, **self.places[place]}
        if self.message.adaptations.filter(**parts_of(data)).exists():
            return
        made = create_adaptation(
            self.message, AdaptationData(**data, has_email=has_email), self.cast.nuria, self.now
        )
        self.write(made)

    @rule(place=PLACES)
    def a_plant_is_told_on_paper(self, place):
        """Adapt for people without email, leave a point out, and approve it with the core."""
        known = set(Adaptation.objects.values_list("pk", flat=True))
        self.somebody_adapts(place, has_email=False)
        if made := Adaptation.objects.with_places().exclude(pk__in=known).first():
            dropped = {points_of(made)[-1].text: self.word()}
            drop_points(made, dropped, self.cast.nuria, self.now)
            self.try_to(ask_consent, made)
            self.the_author_answers(is_agreed=True)
            if version := self.try_to(deciding.ask, made, self.cast.nuria):
                self.approve(version)
            self.the_core_is_approved()

    @rule(number=NUMBERS)
    def a_text_is_written(self, number):
        if adaptation := self.one(number):
            self.write(adaptation)

    def write(self, adaptation):
        form = "email" if adaptation.has_email else "poster"
        name = "subject" if adaptation.has_email else "headline"
        lines = {"first": TEXT, **dict.fromkeys(("second", "third", "action"), "")}
        rest = {"body": TEXT} if adaptation.has_email else lines
        text = {name: self.word(), **rest}
        write_adapted(adaptation, form, "es", text, self.cast.nuria, self.now)
        call_ready(adaptation, form, "es", self.cast.nuria, self.now)

    @rule(number=NUMBERS)
    def a_text_is_called_still_right(self, number):
        if adaptation := self.one(number):
            form = "email" if adaptation.has_email else "poster"
            confirm_adapted(adaptation, form, "es", self.cast.nuria, self.now)

    @rule(number=NUMBERS, point=NUMBERS, is_kept=st.booleans())
    def a_point_is_dropped_or_kept(self, number, point, is_kept):
        if adaptation := self.one(number):
            points = [one.text for one in points_of(adaptation)]
            dropped = {} if is_kept else {points[point % len(points)]: self.word()}
            drop_points(adaptation, dropped, self.cast.nuria, self.now)
            self.try_to(ask_consent, adaptation)

    @rule(is_agreed=st.booleans())
    def the_author_answers(self, is_agreed):
        for point in DroppedPoint.objects.waiting():
            if is_agreed:
                agree(point, self.cast.ines, self.now)
                self.agreed.add((point.adaptation_id, point.point, point.reason))
            else:
                disagree(point, self.cast.ines, "No", self.now)

    # Who decides

    def try_to(self, verb, *args):
        try:
            return verb(*args, self.now)
        except RefusedError:
            return None

    @rule(number=NUMBERS)
    def a_version_is_asked_for(self, number):
        if adaptation := self.one(number):
            self.try_to(deciding.ask, adaptation, self.cast.nuria)

    @rule(number=NUMBERS, is_approved=st.sampled_from([True, True, False]))
    def a_version_is_decided_on(self, number, is_approved):
        waiting = list(AdaptationVersion.objects.waiting().order_by("pk"))
        if waiting:
            version = waiting[number % len(waiting)]
            if is_approved:
                self.approve(version)
            else:
                deciding.refuse(version, self.cast.claire, "No", self.now)

    def approve(self, version):
        refused = self.refusal_of(deciding.approve, version, self.cast.claire, version.fingerprint)
        assert not refused or "Approve the message first" in refused
        if not refused:
            self.approved.add(version.fingerprint)

    def refusal_of(self, verb, *args):
        try:
            verb(*args, self.now)
        except RefusedError as refusal:
            return str(refusal)
        return ""

    @rule(number=NUMBERS, is_undone=st.booleans())
    def a_version_is_taken_back(self, number, is_undone):
        standing = list(AdaptationVersion.objects.standing().order_by("pk"))
        if standing:
            version = standing[number % len(standing)]
            if is_undone:
                self.undo(version)
            else:
                deciding.withdraw(version, self.cast.claire, "No", self.now)

    def undo(self, version):
        """Take a decision back: in its five minutes nobody was told what depends on it."""
        refused = self.refusal_of(deciding.undo, version, self.cast.claire)
        assert "already been sent" not in refused
        SEEN["undone"] += not refused

    @rule()
    def the_core_is_approved(self):
        if asked := self.try_to(approvals.ask, self.message, self.cast.ines):
            approvals.approve(asked, self.cast.claire, asked.fingerprint, self.now)
            self.approved.add(asked.fingerprint)

    # Who moves, and what leaves

    @rule(number=NUMBERS, is_away=st.booleans())
    def somebody_moves(self, number, is_away):
        people = list(Person.objects.active().order_by("-pk")[:3])
        person = people[number]
        person.site = self.cast.shanghai if is_away else self.cast.barcelona
        person.save()

    @rule()
    def somebody_is_hired(self):
        line = BusinessLine.objects.get(name="Labs")
        PersonFactory(site=self.cast.barcelona, language="es", business_line=line)

    @rule(is_late=st.booleans())
    def mails_leave(self, is_late):
        self.now += MINUTES if is_late else timedelta(seconds=70)
        run(self.now)
        self.check_what_left()

    def check_what_left(self):
        new, self.seen = self.relay.accepts[self.seen :], len(self.relay.accepts)
        rows = Delivery.objects.select_related("adapted__adaptation", "approval", "person")
        for mail in new:
            if mail.message["X-OneLift-Dispatch"]:
                row = rows.get(message_id=mail.message["Message-ID"])
                self.check(row, mail.message["Subject"])
        skipped = rows.filter(state=State.SKIPPED, reason="adapted", ended_at=self.now)
        assert all(not self.winner(row).frozen.has_email for row in skipped)
        for row in skipped:
            self.check_settled(row)
        SEEN["without email"] += len(skipped)

    def check(self, row, subject):
        core, version = row.approval, row.adapted
        assert core.state == "approved"
        assert core.fingerprint in self.approved
        self.check_settled(row)
        winner = self.winner(row)
        SEEN["adapted" if version else "core"] += 1
        if version is None:
            assert subject == core.frozen.languages[row.language]["subject"]
            assert winner is None or "zh" in row.person.language
            return
        assert version.fingerprint == version.frozen.fingerprint
        assert version.state == "approved"
        assert version.fingerprint in self.approved
        assert version.frozen.source in self.sources_of(core)
        assert subject == version.frozen.languages[row.language]["subject"]
        assert version == winner
        assert version.frozen.has_email

    def check_settled(self, row):
        """Demand that no decision that can still be undone has to do with a person."""
        since = self.now - timedelta(minutes=5)
        for version in AdaptationVersion.objects.standing().filter(decided_at__gt=since):
            given = version.adaptation.versions.once_given().exclude(state="withdrawn")
            person = Person.objects.filter(pk=row.person_id)
            assert not any(person.filter(one.frozen.criteria.condition()).exists() for one in given)

    def winner(self, row):
        """Return the version that means a person and outweighs all others, asked one by one."""
        sources = self.sources_of(Approval.objects.standing().get())
        found = [v for v in AdaptationVersion.objects.standing() if v.frozen.source in sources]
        person = Person.objects.filter(pk=row.person_id)
        own = [v for v in found if person.filter(v.frozen.criteria.condition()).exists()]
        return max(own, key=lambda v: (v.frozen.criteria.weight, -v.adaptation_id), default=None)

    def sources_of(self, core):
        """Return the cores that say the same as one: test_history.py proves which do."""
        return alike(self.message.pk, source_of_core(core.frozen))

    def teardown(self):
        self.mails_leave(is_late=True)
        for version in AdaptationVersion.objects.all():
            for one in version.frozen.dropped:
                assert (version.adaptation_id, one.point, one.reason) in self.agreed
                assert one.agreed_by == "Ines Test"
                SEEN["dropped"] += 1


def parts_of(data):
    names = ("region", "site", "business_line", "persona")
    return {name: data.get(name) for name in names}


def walk_where_each_thing_happens(machine):
    """Take one walk by hand, since few random ones meet all that is to be seen."""
    machine.a_plant_is_told_on_paper("persona at site")
    machine.somebody_adapts("site", has_email=True)
    machine.a_version_is_asked_for(1)
    for is_taken_back in (True, False):
        machine.a_version_is_decided_on(0, is_approved=True)
        machine.mails_leave(is_late=False)
        if is_taken_back:
            machine.a_version_is_taken_back(1, is_undone=True)
    machine.mails_leave(is_late=True)
    machine.teardown()


def test_nothing_leaves_unapproved_stale_or_to_others(cast, now, relay):
    VoicesMachine.cast, VoicesMachine.start, VoicesMachine.relay = cast, now, relay
    walk_where_each_thing_happens(VoicesMachine())
    seen = ("core", "adapted", "without email", "dropped", "undone")
    assert all(SEEN[what] for what in seen), SEEN
    run_state_machine_as_test(
        VoicesMachine,
        settings=settings(
            max_examples=examples(60),
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        ),
    )


KEYS = st.one_of(st.none(), st.integers(1, 3))


@st.composite
def criteria(draw):
    parts = {name: draw(KEYS) for name in ("region", "site", "business_line")}
    if parts["site"]:
        parts["region"] = None
    return AdaptedCriteria(**parts)


@settings(max_examples=examples(400))
@given(voices=st.lists(st.tuples(st.integers(1, 99), criteria()), unique_by=lambda v: v[0]))
def test_the_order_is_one_and_what_names_more_comes_first(voices):
    ordered = most_specific_first(voices)
    assert sorted(v[0] for v in ordered) == sorted(v[0] for v in voices)
    assert most_specific_first(reversed(voices)) == ordered
    for (first, one), (second, other) in pairwise(ordered):
        named = [sum(part is not None for part in parts(each)) for each in (one, other)]
        assert named[0] >= named[1]
        if named[0] == named[1]:
            mine, theirs = ([p is not None for p in parts(m)] for m in (one, other))
            assert mine >= theirs
            assert mine > theirs or first < second


def parts(one):
    return (one.persona, one.site, one.business_line, one.region)
