"""When people were last told something: what boards read instead of the whole ledger."""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import connection, models
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

NOTE = """
INSERT INTO stakeholders_contact (programme_id, person_id, site_id, last_sent_at)
SELECT %s, id, CASE WHEN left_on IS NULL THEN site_id END, %s
FROM stakeholders_person WHERE id = %s
ON CONFLICT (programme_id, person_id)
DO UPDATE SET last_sent_at = excluded.last_sent_at, site_id = excluded.site_id
WHERE stakeholders_contact.last_sent_at < excluded.last_sent_at
"""
FOLLOW = """
UPDATE stakeholders_contact SET site_id = found.site
FROM (
  SELECT id, CASE WHEN left_on IS NULL THEN site_id END AS site FROM stakeholders_person
) found
WHERE found.id = stakeholders_contact.person_id
AND COALESCE(stakeholders_contact.site_id, 0) <> COALESCE(found.site, 0)
"""


class ContactQuerySet(models.QuerySet["Contact"]):
    """Words on contacts."""

    def note(self, programme_id: int, person_id: int, at: datetime) -> None:
        """Write down that something of a programme reached a person at an instant (UTC).

        It belongs into the transaction in which the row of the ledger becomes ``sent``. A later
        instant that is known already stays.
        """
        instant = connection.ops.adapt_datetimefield_value(at)
        with connection.cursor() as cursor:
            cursor.execute(NOTE, [programme_id, instant, person_id])

    def follow_people(self) -> None:
        """Bring each contact to the site where its person is now.

        It belongs into the transaction in which people move, leave or return.
        """
        with connection.cursor() as cursor:
            cursor.execute(FOLLOW)

    def since(self, programme: Any, at: datetime) -> "ContactQuerySet":
        """Narrow to those of a programme (or its id) whom something reached since an instant."""
        return self.filter(programme=programme, last_sent_at__gte=at)

    def by_site(self) -> Counter[int]:
        """Count the active people by site id."""
        there = self.filter(site__isnull=False).order_by()
        return Counter(dict(there.values_list("site").annotate(n=Count("*"))))


class Contact(models.Model):
    """The last mail that a server took for a person in a programme.

    A copy of what the ledger says (the latest ``ended_at`` of the rows that are sent), kept by
    whoever ends a row so. What is sent stays so: contacts are added and move forward, no more.
    ``site`` is the person's while they are active, none when they have left.
    """

    programme = models.ForeignKey(
        "programmes.Programme", models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey("Person", models.CASCADE, related_name="contacts", db_index=False)
    site = models.ForeignKey(
        "programmes.Site",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    last_sent_at = models.DateTimeField()

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [models.UniqueConstraint("programme", "person", name="last_contact_once")]
        indexes = [
            models.Index("programme", "person", "last_sent_at", name="contact_of_person"),
            models.Index("programme", "site", "last_sent_at", name="contact_at_site"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.last_sent_at}"
