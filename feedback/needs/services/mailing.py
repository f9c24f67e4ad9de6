"""The emails about needs, as the outbox sends them: to whom, and what each says."""

from datetime import datetime

from django.conf import settings
from django.db.models.functions import Lower
from django.urls import reverse

from communications.dispatches.services.batch import logo_of
from communications.mailroom.channels.mail import Letter
from communications.mailroom.services.identity import HOST, SENDER_ADDRESS
from communications.mailroom.services.kind import MailBatch, MailKind, register
from communications.mailroom.services.ledger import Claim
from communications.messages.rendering import language_tag
from communications.messages.rendering.letter import Filled
from communications.models import NotSent, State
from feedback.needs.models import Need, NeedAnswer, NeedMail
from feedback.needs.rendering.mail import render_answer, render_owner
from feedback.needs.services.forgetting import forget
from stakeholders.models import Person

Kind = NeedMail.Kind


class NeedMails(MailKind[NeedMail]):
    """The emails about needs; they come before dispatches."""

    model = NeedMail
    rank = 1

    def read(self, claim: Claim, now: datetime) -> "NeedBatch":
        """Read the emails of a claim."""
        related = ("need__programme", "need__site", "need__joined_to__answered_by")
        rows = NeedMail.objects.filter(fence=claim.fence, state=State.CLAIMED)
        rows = rows.select_related(*related, "need__answered_by", "user")
        return NeedBatch(list(rows.order_by("due_at", "pk")))

    def note_sent(self, row: NeedMail, at: datetime) -> None:
        """Forget the address of a stranger."""
        forget([row.need_id])


register(NeedMails())


class NeedBatch(MailBatch[NeedMail]):
    """Some emails about needs; answers and people who get none are read once for all of them."""

    SKIPPED_AS = State.CANCELLED

    def __init__(self, rows: list[NeedMail]) -> None:
        self.rows = rows
        leads = {row.need.lead.pk for row in rows}
        found = NeedAnswer.objects.filter(need__in=leads)
        self.texts = {(one.need_id, one.language): one.text for one in found}
        self.refusing = _refusing({row.need.address.lower() for row in rows if row.need.address})

    def reason_to_skip(self, row: NeedMail) -> str:
        """Return why nobody is told: they left, must not be written to, or it is not so now."""
        need, user = row.need, row.user
        if user is None and not need.address:
            return NotSent.NO_EMAIL
        if user is not None and not user.is_active:
            return NotSent.LEFT
        if user is None and need.address.lower() in self.refusing:
            return NotSent.DO_NOT_CONTACT
        return "" if _is_true(row) else NotSent.DECIDED

    def address(self, row: NeedMail) -> None:
        """Note the address; an answer is in the language of the report, the rest in the user's."""
        row.address = row.user.email if row.user else row.need.address
        is_own = row.kind == Kind.OWNER and row.user
        row.language = row.user.language if is_own and row.user else row.need.language
        row.message_id = row.message_id or f"<need.{row.pk}@{HOST}>"

    def letter(self, row: NeedMail, now: datetime) -> Letter:
        """Return the email of a row that was addressed."""
        programme, filled = row.need.programme, self._filled(row)
        return Letter(
            message_id=row.message_id,
            date=now,
            sender_name=programme.name,
            sender_address=SENDER_ADDRESS,
            recipient_name=str(row.user or ""),
            recipient_address=row.address,
            language=language_tag(row.language),
            subject=filled.subject,
            text=filled.text,
            html=filled.html,
            headers={"X-OneLift-Need": str(row.need_id)},
            images={"logo": logo_of(programme)} if programme.logo else {},
        )

    def note_sent(self, row: NeedMail, at: datetime) -> None:
        """Forget the address of a stranger, in the transaction that writes that it left."""
        forget([row.need_id])

    def _filled(self, row: NeedMail) -> Filled:
        page = page_of(row.need) if row.user else ""
        if row.kind == Kind.OWNER:
            return render_owner(row, row.language, page)
        return render_answer(row.need, row.language, self._text(row.need), page)

    def _text(self, need: Need) -> str:
        """Return the answer in the reporter's language, else in that of the need it answers."""
        lead = need.lead
        own = self.texts.get((lead.pk, need.language))
        return own or self.texts.get((lead.pk, lead.language), "")


def _is_true(row: NeedMail) -> bool:
    """Tell whether what an email tells is still so."""
    if row.kind == Kind.OWNER:
        return row.need.owner_id == row.user_id and row.need.stage == Need.Stage.STUDIED
    return row.need.stage == Need.Stage.ANSWERED


def _refusing(addresses: set[str]) -> set[str]:
    """Return which of some addresses belong to people who must not be contacted."""
    found = Person.objects.annotate(typed=Lower("email")).filter(typed__in=addresses)
    return set(found.filter(is_do_not_contact=True).values_list("typed", flat=True))


def page_of(need: Need) -> str:
    """Return the address of the page of a need."""
    path = reverse("feedback:need-show", args=[need.programme.slug, need.pk])
    return f"{settings.PUBLIC_URL}{path}"
