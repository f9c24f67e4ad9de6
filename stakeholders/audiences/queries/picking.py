"""Who is meant by a pasted list of personnel numbers and mail addresses."""

import re
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Lower

from stakeholders.people.models import Person

BETWEEN = re.compile(r"[\s,;<>\"]+")
AT_A_TIME = 500


@dataclass(frozen=True)
class Picked:
    """The active people found, the words that mean nobody, and those that mean several."""

    people: list[Person]
    unknown: list[str]
    several: list[str]


def picked_in(text: str, programme: int) -> Picked:
    """Return which people of a programme (its id) the numbers and addresses in a text mean.

    Whatever stands between them does not matter.
    """
    words = list(dict.fromkeys(word for word in BETWEEN.split(text.replace("\x00", "")) if word))
    found: dict[str, set[Person]] = defaultdict(set)
    for start in range(0, len(words), AT_A_TIME):
        for person, key in _matching(words[start : start + AT_A_TIME], programme):
            found[key].add(person)
    meant = [found.get(word) or found.get(word.lower(), set()) for word in words]
    one = [next(iter(people)) for people in meant if len(people) == 1]
    return Picked(
        people=list(dict.fromkeys(one)),
        unknown=[word for word, people in zip(words, meant, strict=True) if not people],
        several=[word for word, people in zip(words, meant, strict=True) if len(people) > 1],
    )


def _matching(words: list[str], programme: int) -> list[tuple[Person, str]]:
    """Return people with the word that names them: a number as it is, an address in lower case."""
    people = Person.objects.of(programme).active().annotate(address=Lower("email"))
    addresses = [word.lower() for word in words if "@" in word]
    rows = people.filter(Q(personnel_number__in=words) | Q(address__in=addresses)).order_by()
    found = []
    for person in rows:
        found += [(person, person.personnel_number), (person, person.email.lower())]
    return found
