"""A personnel file of any size, made of the demonstration's with all its oddities."""

import csv
import io
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

NUMBER, FIRST_NAME, MAIL, JOB, ENTERED_ON = 0, 2, 3, 6, 12
DATA = Path(settings.BASE_DIR) / "onelift" / "demo" / "data"


@dataclass(frozen=True)
class PersonnelFile:
    """Headings and rows; each copy of the demonstration has numbers and addresses of its own."""

    headings: list[str]
    rows: list[list[str]]

    @classmethod
    def of(cls, size: int) -> "PersonnelFile":
        """Return a file of that many rows."""
        text = (DATA / "people.csv").read_bytes().decode("utf-8-sig")
        headings, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
        rows = [row for row in rows if any(row)]
        return cls(headings, [_copied(rows, place) for place in range(size)])

    def changed(self, share: float) -> "PersonnelFile":
        """Return the same people of whom a share, always the same ones, have another job."""
        chance = random.Random(1)
        rows = [list(row) for row in self.rows]
        for row in rows:
            if chance.random() < share:
                row[JOB] = f"Senior {row[JOB]}".strip()
        return PersonnelFile(self.headings, rows)

    def as_csv(self) -> bytes:
        """Return it as personnel systems write it in France."""
        file = io.StringIO(newline="")
        csv.writer(file, delimiter=";").writerows([self.headings, *self.rows])
        return file.getvalue().encode("utf-8-sig")

    def as_xlsx(self) -> bytes:
        """Return it as a workbook with true dates."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in [self.headings, *self.rows]:
            texts = [ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row]
            sheet.append([*texts[:ENTERED_ON], _day(texts[ENTERED_ON])])
        file = io.BytesIO()
        book.save(file)
        return file.getvalue()


def _copied(rows: list[list[str]], place: int) -> list[str]:
    round_, at = divmod(place, len(rows))
    row = list(rows[at])
    if round_ and row[NUMBER]:
        row[NUMBER] = f"{round_}{row[NUMBER]}"
        row[FIRST_NAME] = rows[(place * 7) % len(rows)][FIRST_NAME]
        row[MAIL] = row[MAIL].replace("@", f".{round_}@", 1)
    return row


def _day(text: str) -> datetime | str:
    try:
        return datetime.strptime(text, "%d/%m/%Y")
    except ValueError:
        return text
