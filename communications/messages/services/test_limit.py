"""How many tests of channels and messages one person may send."""

from datetime import datetime, timedelta

from auditlog.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from communications.messages.models import Channel, Message
from communications.messages.models.act import Act
from programmes.services.trail import write_entry
from stakeholders.models import User

TESTS_AN_HOUR = 10


@transaction.atomic
def count_test(tested: Channel | Message, user: User, now: datetime) -> None:
    """Write into the audit trail that somebody tests a channel or a message.

    Raises:
        ValidationError: the user has tested ten of its kind within the hour.
    """
    User.objects.select_for_update().get(pk=user.pk)  # one at a time, so that ten stay ten
    tests = LogEntry.objects.get_for_model(type(tested)).filter(
        actor=user, additional_data__act=Act.TEST, timestamp__gt=now - timedelta(hours=1)
    )
    if tests.count() >= TESTS_AN_HOUR:
        raise ValidationError(_("You have sent ten tests in the last hour. Try again later."))
    write_entry(tested, LogEntry.Action.ACCESS, user, now, said={"act": Act.TEST})
