"""What a personnel file and the database both say of a person, in one form, to be compared."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from programmes.design.folding import folded
from programmes.reading.cells import text_of


class Workplace(NamedTuple):
    """A site as far as a row needs it."""

    id: int
    name: str
    language: str


class PersonFacts(NamedTuple):
    """All that personnel files tell of a person, under the names that ``Person`` has for it.

    ``business_line`` is a name, since a line may be new; it is empty where there is none.
    """

    personnel_number: str
    last_name: str
    first_name: str
    email: str
    language: str
    site: Workplace
    business_line: str
    job: str
    employer: str
    manager_number: str
    entered_on: date | None
    left_on: date | None


class Places:
    """Finds a site by its name, whatever its case, accents and blanks."""

    def __init__(self, places: Iterable[Workplace]) -> None:
        self.exact = {text_of(place.name): place for place in places}
        spelled = Counter(map(folded, self.exact))
        self.alike = {
            folded(name): place for name, place in self.exact.items() if spelled[folded(name)] == 1
        }

    def find(self, name: str) -> Workplace | None:
        """Return the site of that name; two that differ in accents alone need them typed."""
        return self.exact.get(name) or self.alike.get(folded(name) or name)


class BusinessLines:
    """Finds the spelling of a business line; ``new`` has those met for the first time."""

    def __init__(self, names: Iterable[str]) -> None:
        self.spelled = {folded(name) or name: name for name in names}
        self.new: list[str] = []

    def named(self, name: str) -> str:
        """Return a name as it is known, or as it stands where it is new; no name is no line."""
        key = folded(name) or name
        if key and key not in self.spelled:
            self.spelled[key] = name
            self.new.append(name)
        return self.spelled.get(key, "")
