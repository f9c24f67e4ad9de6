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
LOCK = {"postgresql": "FOR UPDATE OF contact"}
# In the order in which senders take them, so that none waits for the other for ever.
FOLLOW = """
WITH moved AS MATERIALIZED (
  SELECT contact.id, CASE WHEN person.left_on IS NULL THEN person.site_id END AS site
  FROM stakeholders_contact contact
  JOIN stakeholders_person person ON person.id = contact.person_id
  WHERE COALESCE(contact.site_id, 0)
    <> COALESCE(CASE WHEN person.left_on IS NULL THEN person.site_id END, 0)
  ORDER BY contact.programme_id, contact.person_id
  {lock}
)
UPDATE stakeholders_contact SET site_id = moved.site FROM moved
WHERE moved.id = stakeholders_contact.id
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

    def take_back(
        self, programme_id: int, person_id: int, at: datetime, before: datetime | None
    ) -> None:
        """Write down that what was sent at an instant (UTC) has not reached a person after all.

        It belongs into the transaction in which the mail is noted as come back. ``before`` is when
        the last one left that has not; None if there is none. Where something has left since,
        nothing changes.
        """
        last = self.filter(programme=programme_id, person=person_id, last_sent_at=at)
        if before is None:
            last.delete()
        else:
            last.update(last_sent_at=before)

    def follow_people(self) -> None:
        """Bring each contact to the site where its person is now.

        It belongs into the transaction in which people move, leave or return.
        """
        with connection.cursor() as cursor:
            cursor.execute(FOLLOW.format(lock=LOCK.get(connection.vendor, "")))

    def since(self, programme: Any, at: datetime) -> "ContactQuerySet":
        """Narrow to those of a programme (or its id) whom something reached since an instant."""
        return self.filter(programme=programme, last_sent_at__gte=at)

    def by_site(self) -> Counter[int]:
        """Count the active people by site id."""
        there = self.filter(site__isnull=False).order_by()
        return Counter(dict(there.values_list("site").annotate(n=Count("*"))))


class Contact(models.Model):
    """The last mail that reached a person in a programme, as far as servers say.

    A copy of what the ledger says (the latest ``ended_at`` of the rows that are sent and have not
    come back), kept by whoever ends a row so. Only what comes back moves a contact to an earlier
    mail, or takes it away. ``site`` is the person's while they are active, none when they have
    left. A contact is written with each mail, so the database checks no key of its own: programme
    and person are those of a row of the ledger.
    """

    programme = models.ForeignKey(
        "programmes.Programme",
        models.CASCADE,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    person = models.ForeignKey(
        "Person", models.CASCADE, related_name="contacts", db_index=False, db_constraint=False
    )
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
