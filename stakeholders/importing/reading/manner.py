"""How a file of people or sites is to be read: what is settled or found out, and how much."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from programmes.reading.limits import MEGABYTE, Most

PEOPLE_FILE = Most(100 * MEGABYTE, 400 * MEGABYTE, rows=250_000, columns=200)
# It is imported while somebody waits for the page: so many sites take some 10 seconds.
SITES_FILE = Most(MEGABYTE, 10 * MEGABYTE, rows=5_000, columns=50)


@dataclass(frozen=True)
class Manner:
    """How a file is to be read.

    Attributes:
        encoding: of a CSV file, such as ``cp1250``; empty is found out.
        delimiter: of a CSV file; empty is found out.
        line: on which the headings stand; 0 for none, None is found out.
        month_first: whether the month stands before the day in dates; None is found out.
        is_part: whether the file tells of some people only, so that who is missing has not left;
            None is found out.
        columns: what each column becomes, by position (a name of ``Facts``, or empty to leave it
            out); None is found out.

    """

    encoding: str = ""
    delimiter: str = ""
    line: int | None = None
    month_first: bool | None = None
    is_part: bool | None = None
    columns: tuple[str, ...] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values for JSON."""
        return asdict(self)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Manner":
        """Return what ``as_dict`` made."""
        columns = plain.get("columns")
        return cls(**{**plain, "columns": None if columns is None else tuple(columns)})


FOUND_OUT = Manner()
