"""Nothing leaves unread, stale, unsigned or early, whatever is written, reviewed and decided.

The machine knows by itself what was read, translated, decided and agreed to, and compares that
with each mail that the relay took.
"""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from communications.adaptations.services import deciding
from communications.approvals.services import approval as approvals
from communications.approvals.services.review import ReviewData, ask_review, finish_review
from communications.approvals.services.sender import add_sender, consent, revoke
from communications.approvals.services.undoing import undo_decision
from communications.messages.queries.review import text_under
from communications.messages.services.message import write_ready
from communications.messages.services.version import write_language
from communications.models import (
    AdaptationVersion,
    Approval,
    Delivery,
    Message,
    Review,
    Sender,
)
from programmes.design.substance import numbers_in
from programmes.models import Programme, Wave, fingerprint
from programmes.queries.texts import text_of
from programmes.services.plan import move_wave
from programmes.services.texts import confirm_unchanged, mark
from stakeholders.models import Role
from tests.communications.adaptations.test_voices import TEXT, VoicesMachine
from tests.examples import examples

pytestmark = pytest.mark.django_db(transaction=True)

CLAIRE, ROLE = "Claire Test, CIO", "One IT"
TEXTS = ("subject", "body")
LANGUAGES = st.sampled_from(["en", "es", "es", "zh-hans"])
# From the go-live to the message, which may leave for a little more than a day.
OFFSET, HOURS = 15, 30
SEEN: Counter[str] = Counter()


class SigningMachine(VoicesMachine):
    """Translators, reviewers, two CIOs of whom one signs, and a planner beside those of voices."""

    def __init__(self):
        Review.objects.all().delete()
        Sender.objects.all().delete()
        self.read, self.made_from, self.signed = set(), {}, set()
        self.agrees = False
        super().__init__()
        programme = self.cast.programme
        Programme.objects.filter(pk=programme.pk).update(asks_review=True)
        Role.objects.get_or_create(user=self.cast.tom, programme=programme, kind=Role.Kind.CIO)
        self.claire = add_sender(programme, CLAIRE, self.cast.claire, self.cast.ines, self.now)
        Wave.objects.filter(pk=self.cast.wave1.pk).update(
            go_live_on=self.now.date() - timedelta(days=OFFSET)
        )
        frame = {"fixed_on": None, "offset_days": OFFSET, "latest_hours": HOURS, "sender": ROLE}
        Message.objects.filter(pk=self.message.pk).update(**frame)
        self.load()
        for language in ("es", "zh-hans"):
            self.made_from[self.text(language)] = self.text("en")

    def load(self):
        self.message = Message.objects.select_related("programme").get(pk=self.message.pk)

    def text(self, language):
        self.load()
        found = text_of(self.message, language, TEXTS)
        return (language, found["subject"], found["body"])

    @initialize(
        signs=st.sampled_from(["nobody", "claire", "claire later"]), is_claire=st.booleans()
    )
    def some_are_adapted(self, signs, is_claire):
        if signs != "nobody":
            self.claire_agrees()
        self.a_sender_is_chosen(is_claire=signs == "claire")
        for place in ("site", "persona"):
            self.somebody_adapts(place, has_email=True)
        self.everything_is_asked_for(is_claire)
        self.a_sender_is_chosen(is_claire=signs.startswith("claire"))
        for language in ("en", "es", "zh-hans"):
            self.somebody_reads(language)
        self.the_core_is_approved(is_claire=True)
        self.mails_leave(is_late=True)

    def everything_is_asked_for(self, is_claire):
        for number in range(AdaptationVersion.objects.count() + 2):
            self.a_version_is_asked_for(number)
            self.a_version_is_decided_on(number, is_approved=True, is_claire=is_claire)

    # Elsewhere, see voices

    def a_plant_is_told_on_paper(self, place):
        """Leave people without email out."""

    def somebody_moves(self, number, is_away):
        """Leave people where they are."""

    def the_author_answers(self, is_agreed):
        """Leave it to the dropping of a point."""

    @rule(point=st.sampled_from([0, 1, 2]), is_agreed=st.booleans())
    def a_point_is_dropped_or_kept(self, point, is_agreed):
        super().a_point_is_dropped_or_kept(0, point, is_kept=False)
        super().the_author_answers(is_agreed)
        self.everything_is_asked_for(is_claire=True)

    # Who writes, and who reads it

    @rule(is_new_point=st.booleans())
    def the_core_is_edited(self, is_new_point):
        subject = f"{self.word()} until 22:00"
        text = {"subject": subject, "body": f"{TEXT} {subject}"}
        if is_new_point:
            points = f"{self.message.key_points}\nPoint {self.word()}"
            Message.objects.filter(pk=self.message.pk).update(key_points=points)
        self.load()
        write_language(self.message, "en", text, self.cast.ines, self.now, kind="meaning")
        mark(self.message, "en", "review", self.cast.ines, self.now)
        self.load()

    @rule(language=st.sampled_from(["es", "zh-hans"]))
    def somebody_translates(self, language):
        text = {"subject": f"{self.word()} hasta las 22:00", "body": f"{TEXT} {self.word()}"}
        write_ready(self.message, language, **text, user=self.cast.nuria, now=self.now)
        self.made_from[self.text(language)] = self.text("en")

    @rule(language=st.sampled_from(["es", "zh-hans"]))
    def a_translation_is_called_still_right(self, language):
        confirm_unchanged(self.message, language, self.cast.nuria, self.now, fields=TEXTS)
        self.made_from[self.text(language)] = self.text("en")

    @rule(language=LANGUAGES)
    def somebody_reads(self, language):
        data = ReviewData(language, "native", self.cast.rosa, self.now.date())
        asked = self.try_to(ask_review, self.message, data, self.cast.ines)
        if asked:
            seen = fingerprint(text_under(asked))
            finish_review(asked, self.cast.rosa, seen, self.now)
            self.read.add(self.text(language))

    # Who signs

    def moment(self):
        self.now += timedelta(seconds=1)

    @rule(is_claire=st.booleans())
    def a_sender_is_chosen(self, is_claire):
        Message.objects.filter(pk=self.message.pk).update(sender=CLAIRE if is_claire else ROLE)
        self.load()

    @rule()
    def claire_agrees(self):
        self.moment()
        consent(Sender.objects.get(), self.cast.claire, self.now)
        self.agrees = True

    @rule()
    def claire_revokes(self):
        self.moment()
        revoke(Sender.objects.get(), self.cast.claire, self.now)
        self.moment()
        self.agrees, self.signed = False, set()

    # Who decides

    def decider(self, is_claire):
        return self.cast.claire if is_claire else self.cast.tom

    @rule(
        number=st.sampled_from([0, 1, 2]),
        is_approved=st.sampled_from([True, True, False]),
        is_claire=st.booleans(),
    )
    def a_version_is_decided_on(self, number, is_approved, is_claire):
        waiting = list(AdaptationVersion.objects.waiting().order_by("pk"))
        if waiting:
            version, by = waiting[number % len(waiting)], self.decider(is_claire)
            if not is_approved:
                self.try_to(deciding.refuse, version, by, "No")
            elif self.try_to(deciding.approve, version, by, version.fingerprint):
                self.approved.add(version.fingerprint)

    @rule(is_claire=st.booleans())
    def the_core_is_approved(self, is_claire):
        self.try_to(approvals.ask, self.message, self.cast.ines)
        for asked in Approval.objects.waiting():
            self.check_frozen(asked)
            if self.try_to(approvals.approve, asked, self.decider(is_claire), asked.fingerprint):
                self.approved.add(asked.fingerprint)
                self.signed.add(asked.pk)

    def check_frozen(self, asked):
        """Nothing is shown for decision that nobody read, or that is made from another English."""
        texts = {code: (code, *t.values()) for code, t in asked.frozen.languages.items()}
        for code, (_code, *words) in texts.items():
            assert (code, *words) in self.read
            if code != "en" and asked.asked_at == self.now:
                assert self.made_from[code, *words] == texts["en"]

    @rule(is_undone=st.booleans())
    def the_core_is_taken_back(self, is_undone):
        for core in Approval.objects.standing():
            if is_undone:
                self.try_to(undo_decision, core, core.decided_by)
            else:
                approvals.withdraw(core, self.cast.tom, "No", self.now)

    # Who moves, and what leaves

    @rule(days=st.sampled_from([-1, 0, 0, 1]))
    def the_go_live_moves(self, days):
        wave = Wave.objects.get(pk=self.cast.wave1.pk)
        move_wave(wave, self.now.date() + timedelta(days=days - OFFSET), self.now)

    @rule(is_revoked=st.booleans(), agrees_again=st.booleans(), days=st.sampled_from([0, 0, 1]))
    def a_site_comes_later(self, is_revoked, agrees_again, days):
        """What was sent to all gets new recipients, as with a site that is added."""
        self.somebody_new_is_told()
        self.now += timedelta(days=2)
        if is_revoked:
            self.claire_revokes()
        if agrees_again:
            self.claire_agrees()
        self.the_go_live_moves(days)
        self.somebody_new_is_told()

    @rule()
    def somebody_new_is_told(self):
        """Somebody new is told what everybody was."""
        self.somebody_is_hired()
        self.mails_leave(is_late=True)

    @rule(is_claire=st.booleans())
    def all_of_it_is_put_in_order(self, is_claire):
        for number in range(2):
            self.a_text_is_called_still_right(number)
        self.everything_is_asked_for(is_claire)
        for language in ("en", "es"):
            self.somebody_reads(language)
        self.the_core_is_approved(is_claire)
        self.somebody_new_is_told()

    def teardown(self):
        self.claire_signs_what_tom_approved()
        self.a_site_comes_later(is_revoked=True, agrees_again=False, days=0)
        self.a_site_comes_later(is_revoked=False, agrees_again=True, days=0)
        super().teardown()

    def claire_signs_what_tom_approved(self):
        self.the_go_live_moves(0)
        self.claire_agrees()
        self.a_sender_is_chosen(is_claire=False)
        self.the_core_is_edited(is_new_point=False)
        self.all_of_it_is_put_in_order(is_claire=False)
        self.a_sender_is_chosen(is_claire=True)
        self.the_core_is_approved(is_claire=True)
        self.somebody_new_is_told()

    def check(self, row, subject):
        super().check(row, subject)
        frozen, adapted = row.approval.frozen, row.adapted
        self.check_moment(row)
        self.check_name(row)
        if adapted is None:
            words = frozen.languages[row.language]
            assert (row.language, words["subject"], words["body"]) in self.read
        else:
            self.check_points(frozen, adapted.frozen, row.language)
        others = Delivery.objects.filter(person=row.person, state="sent")
        assert others.count() == 1

    def check_moment(self, row):
        live_on = Wave.objects.get(pk=self.cast.wave1.pk).go_live_on
        assert self.now.date() >= live_on + timedelta(days=OFFSET)

    def check_name(self, row):
        SEEN[row.approval.frozen.sender] += 1
        if row.approval.frozen.sender == CLAIRE:
            assert self.agrees
            assert row.approval_id in self.signed
            assert row.approval.decided_by == self.cast.claire
            assert row.adapted is None or row.adapted.decided_by == self.cast.claire

    def check_points(self, core, adapted, language):
        """A key point is in the text with its numbers, or the author agreed to leave it out."""
        said = " ".join(adapted.languages[language].values())
        dropped = {one.point: one for one in adapted.dropped}
        for point in core.key_points.splitlines():
            if one := dropped.get(point):
                assert one.agreed_by == "Ines Test"
            else:
                assert set(numbers_in(point)) <= set(numbers_in(said))

    def winner(self, row):
        """Return it as voices do, without what another CIO approved under another name."""
        core = Approval.objects.standing().get()
        hidden = []
        if core.frozen.sender == CLAIRE:
            standing = AdaptationVersion.objects.standing().exclude(decided_by=self.cast.claire)
            hidden = [one.pk for one in standing if one.frozen.sender != CLAIRE]
        found = AdaptationVersion.objects.filter(pk__in=hidden)
        found.update(state="withdrawn")
        won = super().winner(row)
        found.update(state="approved")
        return won


def test_nothing_leaves_unread_stale_unsigned_or_early(cast, now, relay):
    SigningMachine.cast, SigningMachine.start, SigningMachine.relay = cast, now, relay
    run_state_machine_as_test(
        SigningMachine,
        settings=settings(
            max_examples=examples(32),
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert SEEN[CLAIRE]
    assert SEEN[ROLE]
