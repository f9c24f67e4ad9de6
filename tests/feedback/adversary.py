"""Whoever has all tables, files, logs and backups, and no key: whom can they name, with what?

The adversary also knows in which order people answered, as a colleague may who has looked around.
A claim is a person with an answer; nothing is claimed on a guess.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.apps import apps
from django.db import connection

from communications.models import Delivery, PersonalLink
from feedback.models import (
    Answer,
    Comment,
    HeldAnswer,
    Invitation,
    SpentMark,
    WaitingComment,
)
from stakeholders.models import Person

Row = dict[str, Any]
Claim = tuple[int, tuple[int, int]]
ANSWERED = {
    model._meta.db_table for model in (HeldAnswer, Answer, WaitingComment, Comment, SpentMark)
}
# From the column of a row to the table in which its value names a row, up to the person.
WAYS = {
    "link_id": PersonalLink._meta.db_table,
    "delivery_id": Delivery._meta.db_table,
    "person_id": Person._meta.db_table,
}
LONG = 8


def read_tables() -> dict[str, list[Row]]:
    """Return all rows of all tables, with what each database keeps of them unseen."""
    hidden = "rowid AS place" if connection.vendor == "sqlite" else "xmin, ctid AS place"
    tables = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            name = model._meta.db_table
            cursor.execute(f'SELECT {hidden}, * FROM "{name}"')
            columns = [column[0] for column in cursor.description]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
            tables[name] = rows
    return tables


def place(row: Row) -> Any:
    """Return where a row lies in its table; rows that came later lie behind."""
    where = row["place"]
    return where if isinstance(where, int) else tuple(map(int, where.strip("()").split(",")))


def age(row: Row) -> int:
    """Return a number that grows with the transaction that wrote a row."""
    return int(row.get("xmin", 0)) or row["place"]


@dataclass
class Look:
    """What is seen at one moment: the tables, and all bytes of files, logs and backups."""

    tables: dict[str, list[Row]]
    raw: bytes = b""
    _people: dict[str, dict[Any, int]] = field(default_factory=dict)

    def person_of(self, table: str, row: Row) -> int | None:
        """Return the person to whom a row leads, over as many others as it takes."""
        if table == Person._meta.db_table:
            return row["id"]
        for column, target in WAYS.items():
            if row.get(column) is not None:
                return self._known(target).get(row[column])
        return None

    def _known(self, table: str) -> dict[Any, int]:
        if table not in self._people:
            rows = {row["id"]: self.person_of(table, row) for row in self.tables[table]}
            self._people[table] = {key: person for key, person in rows.items() if person}
        return self._people[table]

    def rows_of_people(self) -> Iterator[tuple[str, Row, int]]:
        """Yield each row that leads to a person, with its table."""
        for table, rows in self.tables.items():
            for row in rows if table not in ANSWERED else []:
                if person := self.person_of(table, row):
                    yield table, row, person

    def people_by_value(self) -> dict[str, set[int]]:
        """Return who can be meant by a value, or by what anybody computes of it without a key."""
        found: dict[str, set[int]] = defaultdict(set)
        for _table, row, person in self.rows_of_people():
            for value in telling(row):
                digest = hashlib.sha256(value.encode()).hexdigest()
                for made in (value, value[:32], digest, digest[:32]):
                    found[made].add(person)
        return found

    def groups(self) -> dict[int, set[int]]:
        """Return who was invited in each segment."""
        found: dict[int, set[int]] = defaultdict(set)
        for row in self.tables[Invitation._meta.db_table]:
            person = self.person_of(Invitation._meta.db_table, row)
            if person:
                found[row["segment_id"]].add(person)
        return found

    def answers(self, *models: Any) -> list[Row]:
        rows = [row for model in models for row in self.tables[model._meta.db_table]]
        return sorted(rows, key=lambda row: (row["segment_id"], place(row)))


def telling(row: Row) -> Iterator[str]:
    """Yield the values of a row that stand for it: long ones, and its transaction."""
    for column, value in row.items():
        text = str(value).replace("-", "") if column != "place" else ""
        if column == "xmin":
            yield f"transaction {text}"
        elif len(text) >= LONG and not text.isdigit():
            yield text


def said(row: Row) -> tuple[int, int]:
    """Return what an answer says; in these tests no two say the same."""
    return row["csat"], row["nps"]


def words(row: Row) -> str:
    """Return what a comment says, or is sealed as."""
    return str(row.get("text", row.get("sealed")))


def _more(before: Look, after: Look, value: Any, *models: Any) -> list[Any]:
    """Return what a later look has beyond an earlier one, whatever keys the rows have."""
    counts = [
        Counter(value(row) for model in models for row in look.tables[model._meta.db_table])
        for look in (after, before)
    ]
    return list((counts[0] - counts[1]).elements())


class Adversary:
    """Collects looks; ``claims`` is all that follows from them.

    Looks come in pairs: while answers are held, and when they have been moved.
    """

    def __init__(self, first: Look) -> None:
        self.first, self.pairs, self.order = first, list[tuple[Look, Look]](), list[int]()

    def look(self, held: Look, moved: Look, order: list[int]) -> None:
        """Take in two looks, and who has answered up to then, in the order in which they did."""
        self.pairs.append((held, moved))
        self.order = list(order)

    def claims(self) -> set[Claim]:
        found = self.by_value() | self.by_change() | self.by_order()
        return found | self.by_bytes() | self.by_group()

    def by_value(self) -> set[Claim]:
        """A value that an answer, or its mark, shares with one person alone."""
        claims: set[Claim] = set()
        for held, moved in self.pairs:
            claims |= self._shared(held, HeldAnswer) | self._shared(moved, Answer)
            claims |= self._marked(held)
        return claims

    def _shared(self, look: Look, model: Any) -> set[Claim]:
        owners = look.people_by_value()
        rows = look.tables[model._meta.db_table]
        found = ((owners.get(value, set()), row) for row in rows for value in telling(row))
        return {(min(people), said(row)) for people, row in found if len(people) == 1}

    def _marked(self, look: Look) -> set[Claim]:
        """Marks that name a person, beside the answers that came with them."""
        owners = look.people_by_value()
        marks = [row for row in look.tables[SpentMark._meta.db_table] if row["nonce_hash"]]
        marks.sort(key=age)
        came = sorted(look.tables[HeldAnswer._meta.db_table], key=age)
        claims = set()
        for mark, answer in zip(marks, came, strict=True):
            for value in telling(mark):
                if len(people := owners.get(value, set())) == 1:
                    claims.add((min(people), said(answer)))
        return claims

    def by_change(self) -> set[Claim]:
        """Rows of people that change when somebody answers, beside the answers that came."""
        claims: set[Claim] = set()
        looks = [self.first, *(look for pair in self.pairs for look in pair)]
        for before, after in pairwise(looks):
            changed = _changed(before, after)
            for segment, invited in after.groups().items():
                came = after.tables[HeldAnswer._meta.db_table]
                came = sorted((r for r in came if r["segment_id"] == segment), key=age)
                people = [person for person in changed if person in invited]
                # SQLite does not say in which order rows were changed, so that only one is sure.
                is_sure = len(came) == 1 or any("xmin" in row for row in came)
                if is_sure and len(people) == len(came):
                    claims |= set(zip(people, map(said, came), strict=True))
        return claims

    def by_order(self) -> set[Claim]:
        """Answers that lie in their table as they came: who is third said what came third.

        Later answers may fill room between earlier ones, so that only those of one look are told
        apart by their places. Earlier ones must lie as they did, or places tell nothing.
        """
        claims: set[Claim] = set()
        for segment, invited in self.pairs[-1][1].groups().items():
            before, came = list[tuple[int, int]](), list[tuple[int, int]]()
            for _held, moved in self.pairs:
                lying = [said(row) for row in moved.answers(Answer) if row["segment_id"] == segment]
                if [each for each in lying if each in before] != before:
                    return set()
                came += [each for each in lying if each not in before]
                before = lying
            own = [person for person in self.order if person in invited]
            claims |= set(zip(own, came, strict=True))
        return claims

    def by_group(self) -> set[Claim]:
        """Answers in a group in which one person alone was asked."""
        return {
            (min(invited), said(answer))
            for invited, answer in self._candidates()
            if len(invited) == 1
        }

    def fewest(self) -> int:
        """Return of how many people at least each answer can be, by its group."""
        return min(len(invited) for invited, _answer in self._candidates())

    def _candidates(self) -> Iterator[tuple[set[int], Row]]:
        for look in (look for pair in self.pairs for look in pair):
            groups = look.groups()
            for answer in look.answers(HeldAnswer, Answer):
                yield groups.get(answer["segment_id"], set()), answer

    def by_bytes(self) -> set[Claim]:
        """A name of a person's link within a few bytes of what came with one answer."""
        claims: set[Claim] = set()
        for look in (look for pair in self.pairs for look in pair):
            for table, row, person in look.rows_of_people():
                if table != PersonalLink._meta.db_table:
                    continue
                near = _around(look.raw, str(row["token_hash"]).encode())
                for answer in look.tables[HeldAnswer._meta.db_table]:
                    if answer["comment"].encode() in near:
                        claims.add((person, said(answer)))
        return claims

    def told_together(self) -> set[tuple[tuple[int, int], str]]:
        """Answers beside what was said with them: in one row, or alone between two looks."""
        joined = set()
        for held, _moved in self.pairs:
            for row in held.tables[HeldAnswer._meta.db_table]:
                joined.add((said(row), row["comment"]))
        looks = [moved for _held, moved in self.pairs]
        for before, after in pairwise(looks):
            answers = _more(before, after, said, Answer)
            texts = _more(before, after, words, WaitingComment, Comment)
            if len(answers) == len(texts) == 1:
                joined.add((*answers, *texts))
        return joined

    def remains(self) -> list[str]:
        """Return the keys of held answers that are still found once these have been moved."""
        keys = (
            (str(row["id"]), moved.raw)
            for held, moved in self.pairs
            for row in held.tables[HeldAnswer._meta.db_table]
        )
        spelt = ((key, (key.encode(), key.replace("-", "").encode()), raw) for key, raw in keys)
        return [key for key, ways, raw in spelt if any(way in raw for way in ways)]


def _changed(before: Look, after: Look) -> list[int]:
    """Return the people of whom a row differs, in the order in which these were written."""
    rows = {(table, row.get("id")): row for table, row, _person in before.rows_of_people()}
    news = [
        (age(row), person)
        for table, row, person in after.rows_of_people()
        if rows.get((table, row.get("id"))) != row
    ]
    return list(dict.fromkeys(person for _age, person in sorted(news)))


def _around(raw: bytes, name: bytes, reach: int = 400) -> bytes:
    places = []
    start = raw.find(name)
    while start >= 0:
        places.append(raw[max(0, start - reach) : start + reach])
        start = raw.find(name, start + 1)
    return b" ".join(places)
