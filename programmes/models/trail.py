"""What the audit trail says that somebody has seen or taken along."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kept(models.TextChoices):
    """What is kept of persons, under the key by which the audit trail notes who saw it."""

    PERSON = "person", _("the record of a person")
    PEOPLE = "people", _("the list of people")
    ADDRESSES = "addresses", _("addresses that do not work")
    DELIVERIES = "deliveries", _("mails, person by person")
    REGISTER = "register", _("the register of stakeholders")
    IMPACTS = "impacts", _("impacts")
    OBJECTIVES = "objectives", _("personal objectives")
    REJECTED = "rejected", _("rejected lines of a personnel file")
    TRAIL = "trail", _("the audit trail")


# The keys of an entry's additional data: what was seen, what was taken along as a file, and the
# id of the programme in which that was, by which it is told whose trail the entry belongs to.
SEEN, TAKEN, PROGRAMME = "seen", "taken", "programme"
