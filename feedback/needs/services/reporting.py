"""Reporting what is missing: by users, and by strangers on the public page."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.needs.models import Need
from feedback.needs.services.locking import locked, values_noted
from programmes.models import Programme, Site
from programmes.services.attempt import Limit, count_attempt
from programmes.services.sent_form import take_form
from programmes.services.trail import write_change
from stakeholders.models import User

# No network address is counted: a company often has one for all. A crowd that scans a poster stays
# far below.
BY_PROGRAMME = Limit("needs of strangers", 300, 10 * 60)
# So many answers may go to one address: whoever types that of somebody else floods nobody.
BY_ADDRESS = Limit("needs with an address", 10, 24 * 60 * 60)


@dataclass(frozen=True)
class NeedData:
    """What is reported; ``address`` is where a stranger wants the answer, or empty."""

    what: str
    site: Site
    effect: str
    language: str
    address: str = ""


class TooManyError(Exception):
    """Strangers have sent so much that the page has to wait; ``seconds`` says how long."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Try again in {seconds} s")
        self.seconds = seconds


@transaction.atomic
def report(programme: Programme, data: NeedData, by: User, now: datetime) -> Need:
    """Take a report of a user, who is told of the answer."""
    need = _taken(programme, data, now, by)
    write_change(need, {}, values_noted(need), by, now)
    return need


@transaction.atomic
def report_unknown(programme: Programme, data: NeedData, nonce: str, now: datetime) -> bool:
    """Take a report of somebody who has not signed in; False if this form was taken before.

    Nothing is sent: whoever leaves an address gets an email when a person answers.

    Raises:
        TooManyError: strangers have sent too much of late. Nothing was taken.
        ValidationError: so many reports came with the same address.
    """
    digest = hashlib.sha256(f"need\n{nonce}".encode()).hexdigest()
    if not take_form(digest, now)[1]:
        return False
    if wait := count_attempt([BY_PROGRAMME.of(str(programme.pk))], now):
        raise TooManyError(wait)
    if data.address and count_attempt([BY_ADDRESS.of(data.address.lower())], now):
        text = _("Too many reports came with this address today. Leave it empty to send yours.")
        raise ValidationError({"address": text})
    _taken(programme, data, now, None)
    return True


def _taken(programme: Programme, data: NeedData, now: datetime, by: User | None) -> Need:
    return Need.objects.create(
        programme=programme,
        site=data.site,
        what=data.what,
        effect=data.effect,
        language=data.language,
        address=data.address,
        reported_at=now,
        reported_by=by,
    )


@transaction.atomic
def withdraw(need: Need, by: User, now: datetime) -> None:
    """Delete what a user has reported themselves, as long as nobody has done anything to it.

    Raises:
        ValidationError: somebody else reported it, or it was studied, answered or joined.
    """
    need = locked(need)
    is_own = need.reported_by_id == by.pk
    if not is_own or need.version or need.joined.exists():
        raise ValidationError(_("Someone is working on this need. It can no longer be removed."))
    before = values_noted(need)
    about = Need(pk=need.pk, programme=need.programme, what=need.what)
    need.delete()
    write_change(about, before, {}, by, now)
