"""An adversary: it solves the linear system that published figures make of single answers."""

from collections.abc import Hashable, Iterable
from fractions import Fraction

Figure = frozenset[Hashable]


def classes_of(figures: Iterable[Figure]) -> list[frozenset[Hashable]]:
    """Return the answers that no figure tells apart; each derivable sum is a sum of whole ones."""
    figures = list(figures)
    answers = frozenset().union(*figures)
    classes: dict[frozenset[int], set[Hashable]] = {}
    for answer in answers:
        mark = frozenset(i for i, figure in enumerate(figures) if answer in figure)
        classes.setdefault(mark, set()).add(answer)
    return [frozenset(members) for members in classes.values()]


def derivable(figures: Iterable[Figure], wanted: Figure) -> bool:
    """Tell whether the sum over ``wanted`` follows from the figures, by elimination."""
    figures = list(figures)
    columns = sorted(frozenset().union(*figures, wanted), key=repr)
    rows = [[Fraction(column in figure) for column in columns] for figure in figures]
    target = [Fraction(column in wanted) for column in columns]
    for position in range(len(columns)):
        pivot = next((row for row in rows if row[position]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows = [_minus(row, pivot, position) for row in rows]
        target = _minus(target, pivot, position)
    return not any(target)


def _minus(row: list[Fraction], pivot: list[Fraction], position: int) -> list[Fraction]:
    factor = row[position] / pivot[position]
    return [a - factor * b for a, b in zip(row, pivot, strict=True)] if factor else row
