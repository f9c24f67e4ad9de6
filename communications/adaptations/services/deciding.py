"""Asking for the approval of an adaptation, deciding, withdrawing: by itself, undoing nothing else.

Who may decide, once and on what, is the same as for a message: see ``approvals.services.deciding``.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from communications.adaptations.queries.checks import checks_of
from communications.adaptations.queries.forms import (
    EMAIL,
    FIELDS,
    frames_of,
    holders_of,
    statuses_of,
    unread_of,
    written_of,
)
from communications.adaptations.queries.page import texts_by_form
from communications.adaptations.queries.points import (
    Point,
    frozen_points,
    not_agreed,
    points_of,
)
from communications.adaptations.services.checking import (
    check_approvable,
    check_core,
    check_criteria,
)
from communications.adaptations.services.following import follow, follow_undo, ledger_of
from communications.approvals.services.deciding import (
    check_own_and_fresh,
    decide,
    end_approval,
    hold,
    note,
    open_again,
)
from communications.approvals.services.notice import announce, call_off
from communications.approvals.services.undoing import stood_before
from communications.desk.queries.text_checks import refusals_of
from communications.mailroom.services.replanning import take_back
from communications.messages.models import Adaptation, AdaptationVersion, Message
from communications.messages.models.adaptation import core_of
from communications.messages.models.adapted import AdaptedContent
from communications.messages.services.refusal import RefusedError
from programmes.design import formats
from programmes.queries.texts import READY, writers_of
from programmes.services.publishing import approve_text, take_approval_back
from stakeholders.models import User

OPEN = (AdaptationVersion.State.WAITING, AdaptationVersion.State.APPROVED)


def content_of(adaptation: Adaptation) -> AdaptedContent:
    """Return what an approval freezes: its criteria, what they are told, what is left out.

    Only texts that are in review or approved, and made from the core's English of now, are in it;
    where the programme asks for that, only those that somebody has reviewed.
    """
    statuses, holders = statuses_of(adaptation), holders_of(adaptation)
    unread = unread_of(adaptation, statuses)
    texts = {
        form: {
            code: dict(one.text)
            for code, one in found.items()
            if one.state in READY and code not in unread[form]
        }
        for form, found in statuses.items()
    }
    return AdaptedContent(
        criteria=adaptation.criteria(),
        has_email=adaptation.has_email,
        languages=texts.pop(EMAIL, {}),
        forms={form: found for form, found in texts.items() if found},
        frames=frames_of(holders, {form for form, found in texts.items() if found}),
        dropped=frozen_points(points_of(adaptation)),
        source=core_of(adaptation.message),
        sender=adaptation.message.sender,
    )


@transaction.atomic
def ask(adaptation: Adaptation, user: User, now: datetime) -> AdaptationVersion:
    """Freeze an adaptation as it is and let it wait for a decision; return the version.

    Raises:
        RefusedError: a text is not ready, a key point is dropped without consent, or exactly this
            waits or stands already.
    """
    adaptation = locked(adaptation)
    content = content_of(adaptation)
    check_askable(adaptation, content)
    adaptation.versions.waiting().update(state=AdaptationVersion.State.REPLACED)
    last = adaptation.versions.aggregate(last=Max("version"))["last"] or 0
    version = AdaptationVersion.objects.create(
        adaptation=adaptation,
        version=last + 1,
        content=content.to_json(),
        fingerprint=content.fingerprint,
        asked_by=user,
        asked_at=now,
        writers=sorted(authors_of(adaptation)),
    )
    Adaptation.objects.filter(pk=adaptation.pk).update(editors=[])
    note(version, "", user, now)
    announce(version.programme, now)
    return version


def locked(adaptation: Adaptation) -> Adaptation:
    """Return an adaptation and its message as the database has them, until the transaction ends."""
    Message.objects.select_for_update(no_key=True).get(pk=adaptation.message_id)
    Adaptation.objects.select_for_update().get(pk=adaptation.pk)
    found: Adaptation = Adaptation.objects.with_places().get(pk=adaptation.pk)
    return found


def check_askable(adaptation: Adaptation, content: AdaptedContent) -> None:
    """Raise RefusedError unless there is something new to decide, and nothing is left open."""
    points = points_of(adaptation)
    if reason := next(reasons_against(adaptation, content, points), None):
        raise RefusedError(reason)
    same = adaptation.versions.filter(fingerprint=content.fingerprint, state__in=OPEN).first()
    if same:
        raise RefusedError(
            _("Nothing has changed since version %(version)s.") % {"version": same.version}
        )


def reasons_against(
    adaptation: Adaptation, content: AdaptedContent, points: list[Point]
) -> Iterator[str]:
    """Yield why an adaptation cannot be asked for yet, and what to do."""
    statuses = statuses_of(adaptation)
    written = written_of(statuses)
    if not written:
        yield _("Write a text first.")
    if open_texts := [one.words for one in written if one.status.state not in READY]:
        yield _("Mark these texts as ready first: %(texts)s.") % {
            "texts": formats.enumeration(open_texts)
        }
    if _lacks_reviews(content, unread_of(adaptation, statuses)):
        yield _("No one has reviewed these texts. Ask someone to read them first.")
    if content.has_email and not content.languages:
        yield _("Write the email, or choose not to send one.")
    if dropped := not_agreed(points):
        yield _("No one has agreed to leave out “%(point)s”.") % {"point": dropped[0].point}
    for one in written:
        checks = checks_of(adaptation, points, one.form, one.language, one.status.text)
        if wrong := refusals_of(checks):
            yield f"{one.words}: {wrong[0].title}. {wrong[0].detail}"


def _lacks_reviews(content: AdaptedContent, unread: Mapping[str, Sequence[str]]) -> bool:
    """Tell whether nothing is left of what its people get first, for want of a review."""
    if content.has_email:
        return bool(unread[EMAIL]) and not content.languages
    return any(unread.values()) and not content.forms


def authors_of(adaptation: Adaptation) -> set[int]:
    """Return the ids of those who wrote its texts, or chose its people, since it was approved."""
    given = adaptation.versions.once_given().aggregate(last=Max("version"))["last"] or 0
    asked = adaptation.versions.filter(version__gt=given)
    written = writers_of(holders_of(adaptation).values())
    return {*written, *adaptation.editors, *asked.named_writers()}


@transaction.atomic
def approve(
    version: AdaptationVersion, user: User, fingerprint: str, now: datetime
) -> AdaptationVersion:
    """Let exactly this be told in place of the core, and of the version that stood before.

    Raises:
        RefusedError: the user wrote or asked for it, it shows another content, it is decided, its
            people have changed, or its core must be approved first.
    """
    version.adaptation = locked(version.adaptation)
    check_approvable(version, user, fingerprint)
    check_criteria(version, version.adaptation)
    check_core(version)
    version.adaptation.versions.standing().update(state=AdaptationVersion.State.REPLACED)
    decide(version, AdaptationVersion.State.APPROVED, user, "", now)
    approve_texts(version, user, now)
    follow(version, now)
    call_off(version.programme, now)
    return version


def approve_texts(version: AdaptationVersion, user: User, now: datetime) -> None:
    """Call approved what of the texts is still as it was frozen."""
    holders = holders_of(version.adaptation)
    for form, texts in texts_by_form(version.frozen).items():
        if holder := holders.get(form):
            for code, text in texts.items():
                approve_text(holder, code, text, user, now, fields=FIELDS[form])


@transaction.atomic
def refuse(version: AdaptationVersion, user: User, reason: str, now: datetime) -> AdaptationVersion:
    """Send a version back with a reason.

    Raises:
        RefusedError: it is decided already, or the user wrote it.
    """
    check_approvable(version, user, version.fingerprint)
    decide(version, AdaptationVersion.State.REFUSED, user, reason, now)
    call_off(version.programme, now)
    return version


@transaction.atomic
def withdraw(
    version: AdaptationVersion, user: User, reason: str, now: datetime
) -> AdaptationVersion:
    """Let its people get the core again, from now on.

    Raises:
        RefusedError: it is not approved.
    """
    end_approval(version, user, reason, now)
    take_back(ledger_of(version), now)
    return version


@transaction.atomic
def undo(version: AdaptationVersion, user: User, now: datetime) -> AdaptationVersion:
    """Take a decision of the last minutes back, as if it had not been made.

    Raises:
        RefusedError: too late, something was sent already, or another version waits.
    """
    hold(version, version.adaptation.message_id)
    check_own_and_fresh(version, user, now)
    versions, decided = version.adaptation.versions.all(), version.state
    if version.adaptation.versions.waiting().exists():
        raise RefusedError(_("A newer version is in review. Decide on that one."))
    if ledger_of(version).filter(adapted=version).exists():
        raise RefusedError(_("Emails have already been sent. Withdraw the approval instead."))
    before, decided_at = stood_before(version, versions), version.decided_at
    if decided == AdaptationVersion.State.APPROVED:
        undo_texts(version, now)
    open_again(version, user, now)
    if before and decided == AdaptationVersion.State.APPROVED:
        versions.filter(pk=before.pk).update(state=AdaptationVersion.State.APPROVED)
    follow_undo(version, decided_at, now)
    return version


def undo_texts(version: AdaptationVersion, now: datetime) -> None:
    """Put the texts back in review that this version had approved first."""
    given = version.adaptation.versions.once_given().filter(version__lt=version.version)
    before = given.order_by("-version").first()
    kept = texts_by_form(before.frozen) if before else {}
    holders = holders_of(version.adaptation)
    for form, texts in texts_by_form(version.frozen).items():
        if holder := holders.get(form):
            take_approval_back(holder, texts, kept.get(form, {}), now)
