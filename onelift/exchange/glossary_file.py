"""The glossary as a table: a row a term, a column a language, in files and back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from programmes.design.folding import folded
from programmes.models import Term
from programmes.queries.terms import word_in
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.reading.cells import Cell, text_of
from programmes.reading.limits import MEGABYTE, Most
from programmes.reading.refusal import ImportRefusedError
from programmes.services.value import RowError
from stakeholders.importing.reading.files import read_table
from stakeholders.importing.reading.headings import doubled
from stakeholders.importing.reading.manner import FOUND_OUT

# It is read and written while somebody waits for the page.
GLOSSARY_FILE = Most(512 * 1024, 10 * MEGABYTE, rows=2000, columns=50)
ENGLISH, NOTE = "english", "meaning"
LONGEST = {NOTE: Term._meta.get_field("note").max_length or 0}
LONGEST_WORD = Term._meta.get_field("word").max_length or 0


@dataclass(frozen=True)
class FileTerm:
    """One row of a file: its number there, the term, and what it says by the name of a column."""

    number: int
    english: str
    cells: Mapping[str, str]

    @property
    def words(self) -> dict[str, str]:
        """Return the words by language; an empty cell says nothing."""
        return {name: word for name, word in self.cells.items() if word and name != NOTE}


def headings_of(languages: Iterable[str]) -> list[str]:
    """Return the headings of a glossary; English comes first."""
    return [ENGLISH, NOTE, *(code for code in languages if code != SOURCE_LANGUAGE)]


def rows_of(terms: Iterable[Term], languages: Sequence[str]) -> Iterator[list[str]]:
    """Yield the cells of terms below these headings."""
    codes = headings_of(languages)[2:]
    for term in terms:
        words = [word_in(term, code) for code in codes]
        yield [word_in(term, SOURCE_LANGUAGE), term.note, *words]


def read_terms(content: bytes, languages: Sequence[str]) -> tuple[list[FileTerm], list[RowError]]:
    """Return the rows of a file, and what is wrong with others.

    Args:
        content: a CSV file or a workbook.
        languages: the codes of the programme, which are headings.

    Raises:
        ImportRefusedError: the file as a whole cannot be read.

    """
    known = {name: frozenset([folded(name)]) for name in headings_of(languages)}
    table = read_table(content, known, [ENGLISH], FOUND_OUT, GLOSSARY_FILE, str)
    if twice := doubled(table.headings, known):
        text = _("Columns with the same meaning: %(headings)s. Keep one, remove the others.")
        raise ImportRefusedError(text % {"headings": ", ".join(f"“{one}”" for one in twice)})
    rows: dict[str, FileTerm] = {}
    wrong = list[RowError]()
    for number, cells in table.rows:
        row = _row(number, table.values(cells))
        if reason := _refusal(row, rows):
            wrong.append(RowError(number, reason))
        else:
            rows[folded(row.english)] = row
    return list(rows.values()), wrong


def _row(number: int, cells: Mapping[str, Cell]) -> FileTerm:
    texts = {name: " ".join(text_of(cell).split()) for name, cell in cells.items()}
    return FileTerm(number, texts.pop(ENGLISH, ""), texts)


def _refusal(row: FileTerm, rows: Mapping[str, FileTerm]) -> str:
    """Return why a row cannot be taken; empty if it can."""
    if not folded(row.english):
        return _("Enter the term in English.")
    if folded(row.english) in rows:
        return _("“%(term)s” is in the file twice.") % {"term": row.english}
    for name, text in {ENGLISH: row.english, **row.cells}.items():
        if len(text) > (most := LONGEST.get(name, LONGEST_WORD)):
            words = {"name": name, "n": len(text), "most": most}
            return _("“%(name)s” has %(n)s characters. Shorten it to at most %(most)s.") % words
    return ""
