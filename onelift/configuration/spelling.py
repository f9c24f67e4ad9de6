"""Variables that nobody reads, and that are nearly called as a setting is."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

# Of a shorter name, such as PORT, too many others are near: HOST, SORT.
SHORTEST = 8
NEAR = 2


def misspelt(given: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return which setting is meant by each name that is given and differs by two letters at most.

    A setting may have ``_FILE`` behind it.
    """
    names = [name for name in known if len(name) >= SHORTEST]
    settings = {*names, *(f"{name}_FILE" for name in names)}
    strangers = sorted(set(given) - settings - set(known))
    return {name: meant for name in strangers if (meant := nearest(name, settings))}


def nearest(name: str, settings: Iterable[str]) -> str | None:
    """Return the setting that is nearest to a name, if any is near."""
    found = min((distance(name.upper(), each), each) for each in settings)
    return found[1] if found[0] <= NEAR else None


def distance(one: str, other: str) -> int:
    """Return by how many letters two names differ: left out, added or changed (Levenshtein).

    Names whose lengths alone differ by more than is near are not compared.
    """
    if abs(len(one) - len(other)) > NEAR:
        return NEAR + 1
    row = list(range(len(other) + 1))
    for letter in one:
        row = list(_next(row, letter, other))
    return row[-1]


def _next(row: list[int], letter: str, other: str) -> Iterator[int]:
    left = row[0] + 1
    yield left
    for (corner, above), each in zip(pairwise(row), other, strict=True):
        left = min(left + 1, above + 1, corner + (letter != each))
        yield left
