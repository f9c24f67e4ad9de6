"""What a personnel file brought, in numbers and rows."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from stakeholders.importing.reading.rows import NOTES, Remark


@dataclass(frozen=True)
class Report:
    """The outcome of one file. Every row is imported, rejected or a duplicate.

    Attributes:
        rows: rows that are not blank.
        imported: people created, updated and unchanged.
        leavers: people who were active and are not in the file.
        returned: people among the updated who had left.
        rejected_rows: rows not taken, with line, reason, personnel number and the value at fault.
        noted_rows: duplicates, unknown languages and bad dates, in the same form.

    """

    rows: int
    created: int
    updated: int
    unchanged: int
    leavers: int
    returned: int
    rejected_rows: list[Remark]
    noted_rows: list[Remark]
    kind: str
    encoding: str
    delimiter: str

    @property
    def imported(self) -> int:
        """Return how many people of the file are now as the file says."""
        return self.created + self.updated + self.unchanged

    @property
    def rejected(self) -> dict[str, int]:
        """Return how many rows were rejected for each reason that occurred."""
        return dict(Counter(remark.reason for remark in self.rejected_rows))

    @property
    def notes(self) -> dict[str, int]:
        """Return how many rows have each note; of those on rows alone, also what none has."""
        return dict.fromkeys(NOTES, 0) | Counter(remark.reason for remark in self.noted_rows)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain values for JSON, the counts first."""
        lists = {"rejected_rows", "noted_rows"}
        plain = {name: value for name, value in asdict(self).items() if name not in lists}
        return {
            **plain,
            "imported": self.imported,
            "rejected": self.rejected,
            "notes": self.notes,
            "rejected_rows": [remark.told() for remark in self.rejected_rows],
            "noted_rows": [remark.told() for remark in self.noted_rows],
        }
