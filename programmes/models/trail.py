"""What the audit trail says of a row, and of what somebody has seen or taken along."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kept(models.TextChoices):
    """What is kept of persons, under the key by which the audit trail notes who saw it."""

    PERSON = "person", _("the record of a person")
    PEOPLE = "people", _("the list of people")
    ADDRESSES = "addresses", _("addresses that do not work")
    DELIVERIES = "deliveries", _("emails, person by person")
    REGISTER = "register", _("the stakeholder register")
    IMPACTS = "impacts", _("impacts")
    OBJECTIVES = "objectives", _("personal objectives")
    REJECTED = "rejected", _("rejected rows of a personnel file")
    TRAIL = "trail", _("the audit trail")


# The keys of an entry's additional data: what was seen, what was taken along as a file, and the
# id of the programme in which that was, by which it is told whose trail the entry belongs to; and
# the reason that somebody gave.
SEEN, TAKEN, PROGRAMME, WHY = "seen", "taken", "programme", "why"

# The columns and relations whose values before and after the trail keeps, of rows that are changed
# in several places: on a page, in the administration, by a file. Texts have states of their own.
NOTED: Mapping[str, tuple[str, ...]] = {
    "programmes.Programme": (
        *("name", "starts_on", "ends_on", "languages", "mails_a_week", "is_once_per_address"),
        *("has_link_counts", "asks_review", "accent", "accent_strong", "accent_soft", "logo"),
    ),
    "programmes.Region": ("name", "slug"),
    "programmes.Site": (
        *(
            "name",
            "latin_name",
            "country",
            "subdivision",
            "region_id",
            "time_zone",
            "language",
            "weekend_days",
        ),
        "is_pilot",
    ),
    "programmes.BusinessLine": ("name",),
    "programmes.Wave": ("name", "go_live_on", "handed_over_on", "sites"),
    "programmes.Service": ("stream_id", "offset_days", "fixed_on"),
    "programmes.Stream": ("name", "purpose"),
    "programmes.Blackout": ("name", "first_on", "last_on", "region_id"),
    "programmes.SupportContact": (
        *("site_id", "phone", "mail", "link", "days", "opens_at", "closes_at"),
    ),
}
