"""How many people are alike in what boards count them by: read instead of everybody."""

from typing import Any

from django.db import connection, models
from django.db.models import Sum

from programmes.models.organisation import sites_of_people
from programmes.scope import Scope

# Rows that stand for the same people, or for nobody, become one row or none. What another
# transaction merges just now is left to it.
MERGE = """
WITH same AS (
  SELECT id, heads, COUNT(*) OVER (
    PARTITION BY site, language, business_line, employer, job
  ) AS number FROM stakeholders_headcount
), mine AS (
  SELECT id FROM stakeholders_headcount
  WHERE id IN (SELECT id FROM same WHERE number > 1 OR heads = 0)
  FOR UPDATE SKIP LOCKED
), gone AS (
  DELETE FROM stakeholders_headcount WHERE id IN (SELECT id FROM mine)
  RETURNING site, language, business_line, employer, job, heads
)
INSERT INTO stakeholders_headcount (site, language, business_line, employer, job, heads)
SELECT site, language, business_line, employer, job, SUM(heads) FROM gone
GROUP BY site, language, business_line, employer, job HAVING SUM(heads) <> 0
"""


class HeadCountQuerySet(models.QuerySet["HeadCount"]):
    """Words on head counts; their conditions may name any of the columns, as those on people."""

    def within(self, scope: Scope) -> "HeadCountQuerySet":
        """Narrow to the people of the programme who work in the regions in view."""
        if scope.regions is None and scope.programme is None:
            return self
        return self.filter(site__in=sites_of_people(scope).values("pk"))

    def by(self, *columns: str) -> list[dict[str, Any]]:
        """Count the people by some columns, as ``people``; what nobody has is not told."""
        return list(self._counted(*columns).values(*columns, "people"))

    def rows_by(self, *columns: str) -> list[tuple[Any, ...]]:
        """Return the same as rows, the number of people last: quicker, where cells are many."""
        return list(self._counted(*columns).values_list(*columns, "people"))

    def _counted(self, *columns: str) -> "HeadCountQuerySet":
        counted = self.order_by().values(*columns).annotate(people=Sum("heads"))
        found: HeadCountQuerySet = counted.filter(people__gt=0)
        return found

    def people(self) -> int:
        """Return how many people there are."""
        found: int = self.aggregate(n=Sum("heads", default=0))["n"]
        return found

    def merge(self) -> None:
        """Make one row of those that have piled up for the same people; no count changes.

        On SQLite, where one connection writes at a time, they do not pile up.
        """
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(MERGE)


class HeadCount(models.Model):
    """Some of the active people who share all of these columns: all of them are the sum of rows.

    The database keeps it by the triggers of ``models.counting``, whoever writes people; nobody
    else writes here. ``heads`` is less than zero where people have left. The columns are no
    relations: rows for places where nobody works any more keep nothing from being deleted.
    """

    site = models.BigIntegerField()
    language = models.CharField(max_length=12)
    business_line = models.BigIntegerField(null=True)
    employer = models.CharField(max_length=80)
    job = models.CharField(max_length=160)
    heads = models.IntegerField()

    objects = HeadCountQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                "site", "language", "business_line", "employer", "job", name="head_count_of"
            )
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.language} {self.job}: {self.heads}"
