"""Telling those who decide or answer that something waits, as often as each of them wants."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from communications.approvals.models import Notice, Question
from communications.approvals.rendering.notice import render_notice, render_questions, render_test
from communications.dispatches.services.batch import logo_of
from communications.mailroom.channels.mail import Letter
from communications.mailroom.models import Reason, State
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.mailroom.services.kind import MailBatch, MailKind, register
from communications.mailroom.services.ledger import Claim
from communications.mailroom.services.replanning import cancel, revive
from communications.messages.models import Approval
from communications.messages.rendering.language import language_tag
from communications.messages.rendering.letter import Filled
from programmes.models import Programme
from stakeholders.models import Role, User

DAILY_HOUR_UTC = 6


def announce(programme: Programme, now: datetime) -> None:
    """Plan a mail to each CIO of the programme: at once, with tomorrow's, or none."""
    plan_notices(deciders_of(programme), programme, Notice.Kind.DECIDE, now)


def announce_question(question: Question, now: datetime) -> None:
    """Plan a mail to those who may answer a question, as often as each of them wants."""
    programme = question.approval.message.programme
    plan_notices(answerers_of(question), programme, Notice.Kind.ANSWER, now)


def deciders_of(programme: Programme) -> QuerySet[User]:
    return holders(programme, Role.Kind.CIO)


def answerers_of(question: Question) -> QuerySet[User]:
    """Return those who asked for the decision or wrote it; if they are gone, all managers."""
    version, manager = question.approval, Role.Kind.PROGRAMME_MANAGER
    programme = version.message.programme
    writers = holders(programme, manager, Role.Kind.COMMUNICATION_TEAM)
    authors = writers.filter(pk__in=[version.asked_by_id, version.message.written_by_id])
    return authors if authors.exists() else holders(programme, manager)


def holders(programme: Programme, *kinds: str) -> QuerySet[User]:
    """Return the active users with one of some roles in a programme."""
    found = User.objects.filter(roles__programme=programme, roles__kind__in=kinds, is_active=True)
    return found.distinct()


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
    if not waiting_in(programme):
        notices = Notice.objects.filter(programme=programme).exclude(kind=Notice.Kind.TEST)
        cancel(notices, "", now)


def waiting_in(programme: Programme) -> list[Approval]:
    """Return the versions that wait for a decision."""
    waiting = Approval.objects.waiting().filter(message__programme=programme)
    return list(waiting.select_related("message", "asked_by"))


class Notices(MailKind[Notice]):
    """The mails to those who decide, answer or try a message; they come before dispatches."""

    model = Notice

    def read(self, claim: Claim, now: datetime) -> "NoticeBatch":
        """Read the notices of a claim."""
        rows = Notice.objects.filter(fence=claim.fence, state=State.CLAIMED)
        return NoticeBatch(list(rows.select_related("user", "programme").order_by("due_at", "pk")))


register(Notices())


class NoticeBatch(MailBatch[Notice]):
    """Some notices. What each lists is looked up once, when its mail is made."""

    SKIPPED_AS = State.CANCELLED

    def __init__(self, rows: list[Notice]) -> None:
        self.rows = rows
        self.titles: dict[int, list[str]] = {}

    def reason_to_skip(self, notice: Notice) -> str:
        """Return why nothing is told: nothing waits any more, or who asked for a test has left."""
        self.titles[notice.pk] = titles_of(notice)
        if self.titles[notice.pk]:
            return ""
        return Reason.LEFT if notice.kind == Notice.Kind.TEST else Reason.DECIDED

    def address(self, notice: Notice) -> None:
        """Note the user's address and language; a test is in the language of its message."""
        notice.address = notice.user.email
        if notice.kind != Notice.Kind.TEST:
            notice.language = notice.user.language
        notice.message_id = notice.message_id or f"<notice.{notice.pk}@{HOST}>"

    def letter(self, notice: Notice, now: datetime) -> Letter:
        """Return the mail of a notice."""
        return notice_letter(notice, self.titles[notice.pk], now)


def titles_of(notice: Notice) -> list[str]:
    """Return the titles of what waits for the user of a notice now, or of what they test."""
    if notice.kind == Notice.Kind.TEST:
        return [notice.text["subject"]] if notice.user.is_active else []
    if notice.kind == Notice.Kind.DECIDE:
        return [str(each.message) for each in waiting_in(notice.programme)]
    asked = Question.objects.open().filter(approval__message__programme=notice.programme)
    found = asked.select_related("approval__message__programme")
    mine = [each for each in found if notice.user in answerers_of(each)]
    return [str(each.approval.message) for each in mine]


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
    address = f"{settings.PUBLIC_URL}/p/{programme.slug}/decisions/"
    render = render_notice if notice.kind == Notice.Kind.DECIDE else render_questions
    return render(programme, language, titles, address)
