"""What a file would do to those who are known: comparing, before anything is written."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from stakeholders.importing.models.importrun import MAX_LEAVERS_PERCENT
from stakeholders.importing.reading.files import Table
from stakeholders.importing.reading.person_facts import PersonFacts
from stakeholders.importing.reading.report import Report
from stakeholders.importing.reading.rows import KEPT_LANGUAGE, Reading, Remark

SHARED_MAIL, UNKNOWN_MANAGER = "shared_mail", "unknown_manager"


class Change(NamedTuple):
    """A person as known, and as the file has them; ``fields`` names what differs."""

    before: PersonFacts
    after: PersonFacts
    fields: tuple[str, ...]


@dataclass
class Plan:
    """What a file would do, before anything is written.

    Attributes:
        table: the file; its rows are spent.
        reading: what was found in it.
        new_lines: names of business lines that are met for the first time.
        is_part: whether the file tells of some people only, so that nobody leaves by it.
        known: how many people are active now.
        created: people to add.
        changes: people to update, with what changes, by personnel number.
        unchanged: how many are as the file says.
        leavers: active people who are not in the file, by personnel number.
        spared: how many active people stay as they are because their row is rejected.

    """

    table: Table
    reading: Reading
    new_lines: list[str]
    is_part: bool = False
    known: int = 0
    created: list[PersonFacts] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    leavers: list[PersonFacts] = field(default_factory=list)
    spared: int = 0

    @property
    def needs_confirmation(self) -> bool:
        """Tell whether more than a tenth of the known people would leave."""
        return len(self.leavers) * 100 > self.known * MAX_LEAVERS_PERCENT

    @property
    def returning(self) -> list[Change]:
        """Return the changes of people who had left."""
        return [change for change in self.changes if "left_on" in change.fields]

    @property
    def report(self) -> Report:
        """Return the plan in numbers and remarks."""
        return Report(
            rows=self.reading.rows,
            created=len(self.created),
            updated=len(self.changes),
            unchanged=self.unchanged,
            leavers=len(self.leavers),
            returned=len(self.returning),
            rejected_rows=self.reading.rejected,
            noted_rows=self.reading.notes,
            kind=self.table.kind,
            encoding=self.table.encoding,
            delimiter=self.table.delimiter,
        )

    @cached_property
    def observed(self) -> list[Remark]:
        """Return what is taken as it stands but should be known."""
        return list(self._observe())

    def _observe(self) -> Iterator[Remark]:
        """Yield what is taken as it stands but should be known.

        That is two people with one address, of whom each gets mails of their own, and managers
        whom a file of everybody does not name.
        """
        people = self.reading.people.values()
        mails = Counter(map(str.casefold, map(attrgetter("email"), people)))
        shared = {mail for mail, n in mails.items() if n > 1}
        managers = set() if self.is_part else set(map(attrgetter("manager_number"), people))
        unknown = managers - self.reading.seen - {""}
        # Most files have neither: then nobody is looked at one by one.
        for person in people if shared or unknown else ():
            if person.email.casefold() in shared:
                yield self._remark(SHARED_MAIL, person, person.email)
            if person.manager_number in unknown:
                yield self._remark(UNKNOWN_MANAGER, person, person.manager_number)

    def _remark(self, reason: str, person: PersonFacts, value: str) -> Remark:
        number = person.personnel_number
        return Remark(self.reading.lines[number], reason, number, value[:200], [])

    def compare(self, known_people: Iterable[PersonFacts], chosen: Collection[str] = ()) -> None:
        """Tell new people, changed ones and leavers apart; who is unchanged is only counted.

        Args:
            known_people: everybody, those who have left too.
            chosen: personnel numbers of those whose language was chosen by hand: it is kept, and
                a row that says another is noted.

        """
        told = [
            name for name in PersonFacts._fields if name in self.table.columns or name == "left_on"
        ]
        new = dict(self.reading.people)
        for before in known_people:
            self.known += before.left_on is None
            row = new.pop(before.personnel_number, None)
            if row is not None:
                if row.language != before.language and before.personnel_number in chosen:
                    row = self._with_kept_language(before, row, told)
                self._compare_one(before, row, told)
            elif before.left_on is None:
                self._compare_missing(before)
        self.created = list(new.values())
        self.changes.sort(key=lambda change: change.before.personnel_number)
        self.leavers.sort()

    def _compare_missing(self, before: PersonFacts) -> None:
        if before.personnel_number in self.reading.seen:
            self.spared += 1
        elif not self.is_part:
            self.leavers.append(before)

    def _with_kept_language(
        self, before: PersonFacts, row: PersonFacts, told: list[str]
    ) -> PersonFacts:
        """Return a row with the language that was chosen by hand, and note the file's."""
        if "language" in told:
            self.reading.notes.append(self._remark(KEPT_LANGUAGE, row, row.language))
        return row._replace(language=before.language)

    def _compare_one(self, before: PersonFacts, row: PersonFacts, told: list[str]) -> None:
        after = before if row == before else _updated(before, row, told)
        if after == before:
            self.unchanged += 1
            return
        pairs = zip(PersonFacts._fields, before, after, strict=True)
        self.changes.append(Change(before, after, tuple(n for n, old, new in pairs if old != new)))


def _updated(before: PersonFacts, row: PersonFacts, told: list[str]) -> PersonFacts:
    """Return a known person as a row has them; what it does not tell stays as it is."""
    given = {name: getattr(row, name) for name in told}
    if row.entered_on is None:
        given["entered_on"] = before.entered_on
    if row.email.casefold() == before.email.casefold():
        given["email"] = before.email
    return before._replace(**given)
