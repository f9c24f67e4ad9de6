"""Telling those who decide or answer that something waits, as often as each of them wants."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from communications.approvals.models import Notice, Question, Reminder
from communications.approvals.models.reminder import REVIEW
from communications.approvals.queries.review import titles_about_texts
from communications.approvals.queries.waiting import for_decider, title_of, waiting_in
from communications.approvals.rendering.notice import (
    render_consent,
    render_delegation,
    render_gap_owner,
    render_handed,
    render_notice,
    render_owner,
    render_questions,
    render_reminder,
    render_test,
)
from communications.approvals.rendering.review import ABOUT_TEXTS, addressed, render_about_texts
from communications.approvals.services.gaps import IMPACTS, gaps_named
from communications.approvals.services.owners import missing_of
from communications.dispatches.models.reason import NotSent
from communications.dispatches.services.batch import logo_of
from communications.mailroom.channels.mail import Letter
from communications.mailroom.models import State
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.mailroom.services.kind import MailBatch, MailKind, register
from communications.mailroom.services.ledger import Claim
from communications.mailroom.services.replanning import cancel, revive
from communications.messages.models import AdaptationVersion, DroppedPoint
from communications.messages.rendering.language import language_tag
from communications.messages.rendering.letter import Filled
from programmes.models import Programme, StreamUpdate
from programmes.queries.decisions import CONSENT, NEED, Asking, Matter, all_matters
from programmes.scope import EVERYTHING
from stakeholders.accounts.access import deciders_in, scope_of
from stakeholders.accounts.queries.role import holders
from stakeholders.accounts.rendering import in_own_language_of
from stakeholders.models import Delegation, Role, User

DAILY_HOUR_UTC = 6
# The kinds of what waits for the answer of somebody who decides nothing else.
ANSWERED = {Notice.Kind.HANDED: NEED, Notice.Kind.AGREE: CONSENT}
# What is told whatever waits.
TOLD = (Notice.Kind.TEST, Notice.Kind.LEND)


def announce(programme: Programme, now: datetime) -> None:
    """Plan a mail to each who decides in the programme: at once, with tomorrow's, or none."""
    plan_notices(deciders_in(programme, now), programme, Notice.Kind.DECIDE, now)


def announce_question(question: Question, now: datetime) -> None:
    """Plan a mail to those who may answer a question, as often as each of them wants."""
    programme = question.approval.message.programme
    plan_notices(answerers_of(question), programme, Notice.Kind.ANSWER, now)


def announce_delegation(delegation: Delegation, now: datetime) -> None:
    """Plan a mail to delegate and CIO at once: who decides for whom, from when to when."""
    for user in (delegation.user, delegation.given_by):
        text = {
            "delegate": str(delegation.user),
            "principal": str(delegation.given_by),
            "from_on": delegation.from_on.isoformat(),
            "until_on": delegation.until_on.isoformat(),
            "ended": bool(delegation.ended_at),
        }
        Notice.objects.update_or_create(
            user=user,
            programme=delegation.programme,
            kind=Notice.Kind.LEND,
            due_at=now,
            defaults={"text": text},
        )


def announce_hand_over(need: StreamUpdate, to: User, now: datetime) -> None:
    """Plan a mail to whoever is to answer a need now, as often as they want."""
    user = User.objects.filter(pk=to.pk, is_active=True)
    plan_notices(user, need.stream.programme, Notice.Kind.HANDED, now)


def matters_in(programme: Programme, now: datetime) -> list[Matter]:
    """Return all that waits in a programme, whoever decides."""
    return all_matters(Asking(programme, replace(EVERYTHING, programme=programme.pk), now))


def answerers_of(question: Question) -> QuerySet[User]:
    """Return those who asked for the decision or wrote it; if they are gone, all managers."""
    version, manager = question.approval, Role.Kind.PROGRAMME_MANAGER
    programme = version.message.programme
    writers = holders(programme, manager, Role.Kind.COMMUNICATION_TEAM)
    authors = writers.filter(pk__in=[version.asked_by_id, version.message.written_by_id])
    return authors if authors.exists() else holders(programme, manager)


def plan_notices(
    users: QuerySet[User], programme: Programme, kind: Notice.Kind, now: datetime
) -> None:
    """Plan a mail to each, at once or with tomorrow's, but to those who want none."""
    for user in users.exclude(approval_notice=User.Notice.NEVER):
        at_once = user.approval_notice == User.Notice.AT_ONCE
        due_at = now if at_once else next_morning(now)
        notice, _made = Notice.objects.get_or_create(
            user=user, programme=programme, kind=kind, due_at=due_at
        )
        # One that was called off, when all was decided, is needed again.
        revive(Notice.objects.filter(pk=notice.pk))


def next_morning(now: datetime) -> datetime:
    """Return the next 06:00 UTC."""
    today = now.astimezone(UTC).replace(hour=DAILY_HOUR_UTC, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)


def call_off(programme: Programme, now: datetime) -> None:
    """Cancel what is planned if nothing waits any more."""
    is_asked = DroppedPoint.objects.waiting().filter(adaptation__message__programme=programme)
    if not waiting_in(programme) and not is_asked.exists():
        kinds = [Notice.Kind.DECIDE, Notice.Kind.ANSWER]
        notices = Notice.objects.filter(programme=programme, kind__in=kinds)
        cancel(notices, "", now)


class Notices(MailKind[Notice]):
    """The mails to those who decide, answer or try a message; they come before dispatches."""

    model = Notice

    def read(self, claim: Claim, now: datetime) -> "NoticeBatch":
        """Read the notices of a claim."""
        rows = Notice.objects.filter(fence=claim.fence, state=State.CLAIMED)
        found = rows.select_related("user", "programme").order_by("due_at", "pk")
        return NoticeBatch(list(found), now)


register(Notices())


class NoticeBatch(MailBatch[Notice]):
    """Some notices. What each lists is looked up once, when its mail is made."""

    SKIPPED_AS = State.CANCELLED

    def __init__(self, rows: list[Notice], now: datetime) -> None:
        self.rows, self.now = rows, now
        self.titles: dict[int, list[str]] = {}

    def reason_to_skip(self, notice: Notice) -> str:
        """Return why nothing is told: nothing waits any more, or who asked for a test has left."""
        self.titles[notice.pk] = titles_of(notice, self.now)
        if self.titles[notice.pk]:
            return ""
        return NotSent.LEFT if notice.kind in TOLD else NotSent.DECIDED

    def address(self, notice: Notice) -> None:
        """Note the user's address and language; a test is in the language of its message."""
        notice.address = notice.user.email
        if notice.kind != Notice.Kind.TEST:
            notice.language = notice.user.language
        notice.message_id = notice.message_id or f"<notice.{notice.pk}@{HOST}>"

    def letter(self, notice: Notice, now: datetime) -> Letter:
        """Return the mail of a notice."""
        return notice_letter(notice, self.titles[notice.pk], now)


def titles_of(notice: Notice, now: datetime) -> list[str]:
    """Return the titles of what waits for the user of a notice now, or of what they test."""
    if notice.kind in ABOUT_TEXTS:
        return titles_in_own_language(notice)
    if notice.kind == Notice.Kind.LEND:
        return [notice.text["delegate"]] if notice.user.is_active else []
    if notice.kind == Notice.Kind.REMIND:
        return reminded_titles(notice, now)
    if notice.kind in ANSWERED:
        return answered_titles(notice, now)
    if notice.kind == Notice.Kind.OWNER:
        return owned_titles(notice, now)
    if notice.kind == Notice.Kind.TEST:
        return [notice.text["subject"]] if notice.user.is_active else []
    if notice.kind == Notice.Kind.DECIDE:
        return titles_to_decide(notice)
    asked = Question.objects.open().filter(approval__message__programme=notice.programme)
    questions = asked.select_related("approval__message__programme")
    mine = [each for each in questions if notice.user in answerers_of(each)]
    return [str(each.approval.message) for each in mine]


def titles_to_decide(notice: Notice) -> list[str]:
    """Return the titles of what waits for the decision of a user, and for no answer."""
    back = set(Question.objects.open().values_list("approval", flat=True))
    found = waiting_in(notice.programme)
    open_now = [one for one in found if isinstance(one, AdaptationVersion) or one.pk not in back]
    with in_own_language_of(notice.user):
        mine = for_decider(open_now, notice.programme, notice.user)
        return [title_of(one) for one in mine]


def titles_in_own_language(notice: Notice) -> list[str]:
    """Return what a user is told of texts to read, of comments, or of their name as sender."""
    keys = reminded_keys(notice) if notice.kind == Notice.Kind.AGAIN else []
    with in_own_language_of(notice.user):
        return list(titles_about_texts(notice, keys))


def reminded_keys(notice: Notice) -> list[int]:
    """Return the ids of the reviews that a user was reminded of."""
    rows = Reminder.objects.filter(programme=notice.programme, user=notice.user, kind=REVIEW)
    return [int(key) for key in rows.values_list("key", flat=True)]


def owned_titles(notice: Notice, now: datetime) -> list[str]:
    """Return what is missing of what a user owns: impacts, or what rules of readiness ask for."""
    if IMPACTS in notice.text:
        return gaps_named(notice) if notice.user.is_active else []
    with in_own_language_of(notice.user):
        return missing_of(notice, now)


def reminded_titles(notice: Notice, now: datetime) -> list[str]:
    """Return the titles of what a user was reminded of and still waits for them."""
    rows = Reminder.objects.filter(programme=notice.programme, user=notice.user)
    reminded = set(rows.values_list("kind", "key"))
    scope = scope_of(notice.user, notice.programme)
    with in_own_language_of(notice.user):
        found = matters_in(notice.programme, now)
        return [m.title for m in found if (m.kind, m.key) in reminded and m.is_for(scope)]


def answered_titles(notice: Notice, now: datetime) -> list[str]:
    """Return the titles of what was handed to a user, or asked of them, and still waits."""
    kind = ANSWERED[Notice.Kind(notice.kind)]
    with in_own_language_of(notice.user):
        found = matters_in(notice.programme, now)
        return [m.title for m in found if m.kind == kind and notice.user_id in m.answerers]


def notice_letter(notice: Notice, titles: list[str], now: datetime) -> Letter:
    """Return the mail of a notice."""
    programme, user, filled = notice.programme, notice.user, filled_of(notice, titles)
    return Letter(
        message_id=notice.message_id,
        date=now,
        sender_name=notice.text.get("sender", programme.name),
        sender_address=SENDER_ADDRESS,
        recipient_name=str(user),
        recipient_address=notice.address,
        language=language_tag(notice.language),
        subject=filled.subject,
        text=filled.text,
        html=filled.html,
        headers={"X-OneLift-Notice": str(notice.pk)},
        images={"logo": logo_of(programme)} if programme.logo else {},
    )


def filled_of(notice: Notice, titles: list[str]) -> Filled:
    """Return what a notice says, in its language."""
    programme, language = notice.programme, notice.language
    if notice.kind == Notice.Kind.TEST:
        return render_test(programme, language, notice.text)
    if notice.kind in ABOUT_TEXTS:
        page = settings.PUBLIC_URL + addressed(programme, notice.kind)
        return render_about_texts(notice, titles, page)
    address = f"{settings.PUBLIC_URL}/p/{programme.slug}/decisions/"
    if notice.kind == Notice.Kind.OWNER and IMPACTS in notice.text:
        page = f"{settings.PUBLIC_URL}/p/{programme.slug}/people/impacts/?gaps=1"
        return render_gap_owner(programme, language, titles, page)
    if notice.kind == Notice.Kind.OWNER:
        page = f"{settings.PUBLIC_URL}/p/{programme.slug}/waves/{notice.text['wave']}/readiness/"
        return render_owner(programme, language, titles, page)
    if notice.kind == Notice.Kind.LEND:
        return render_delegation(programme, language, notice.text, address)
    if notice.kind == Notice.Kind.REMIND:
        return render_reminder(programme, language, titles, f"{address}?for=me")
    if notice.kind in ANSWERED:
        render = render_handed if notice.kind == Notice.Kind.HANDED else render_consent
        return render(programme, language, titles, f"{address}?for=me")
    render = render_notice if notice.kind == Notice.Kind.DECIDE else render_questions
    return render(programme, language, titles, address)
