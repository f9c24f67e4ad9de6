"""What is sent from the pages of an import: a file, and how it is to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programmes.reading.limits import too_large
from stakeholders.importing.models.reason import FIELDS
from stakeholders.importing.reading.columns import LEFT_OUT, OPEN
from stakeholders.importing.reading.manner import PEOPLE_FILE, Manner

Choice = tuple[str, str | Promise]

ENCODINGS: Sequence[Choice] = (
    ("utf-8-sig", _("UTF-8 with byte order mark")),
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("cp1252", _("Windows-1252, Western Europe")),
    ("cp1250", _("Windows-1250, Central Europe")),
    ("cp1251", _("Windows-1251, Cyrillic")),
    ("mac_roman", _("Mac Roman")),
    ("gb18030", _("GB18030, Chinese")),
    ("big5", _("Big5, Chinese")),
    ("shift_jis", _("Shift-JIS, Japanese")),
    ("euc_kr", _("EUC-KR, Korean")),
)
DELIMITERS: Sequence[Choice] = (
    (";", _("Semicolon")),
    (",", _("Comma")),
    ("\t", _("Tab")),
    ("|", _("Vertical bar")),
)
DATES: Sequence[Choice] = (("dmy", _("Day, month, year")), ("mdy", _("Month, day, year")))
MISSING: Sequence[Choice] = (
    ("left", _("Mark as left")),
    ("stay", _("Keep: the file is partial")),
)
MOST_HEADING_LINES = 10


def becomes_choices() -> list[Choice]:
    """Return what a column may become."""
    fields = [(name, word) for name, word in FIELDS.items() if name != "left_on"]
    return [(OPEN, _("Choose a field")), (LEFT_OUT, _("Do not import")), *fields]


class UploadForm(forms.Form):
    """A personnel file."""

    file = forms.FileField(
        label=_("Personnel file"),
        help_text=_("CSV or XLSX, with French or English headings."),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Export it again."),
        },
    )

    def __init__(self, request: HttpRequest) -> None:
        is_sent = request.method == "POST"
        super().__init__(request.POST if is_sent else None, request.FILES if is_sent else None)
        if getattr(request, "is_upload_too_large", False):
            self.fields["file"].error_messages["required"] = too_large(PEOPLE_FILE)


def manner_of(data: Mapping[str, str], saved: Manner) -> Manner:
    """Return how a file is to be read, given what was chosen on the page.

    What each column becomes belongs to the reading in which its choice was made: it counts no
    more when another encoding, delimiter or line of headings is chosen.
    """
    if "missing" not in data:
        return saved
    manner = replace(
        saved,
        encoding=_one_of(data.get("encoding"), ENCODINGS),
        delimiter=_one_of(data.get("delimiter"), DELIMITERS),
        line=_line(data.get("line", "")),
        month_first={"dmy": False, "mdy": True}.get(data.get("dates", "")),
        is_part={"left": False, "stay": True}.get(data["missing"]),
    )
    is_same = data.get("read") == reading_key(manner)
    return replace(manner, columns=_columns(data) if is_same else None)


def reading_key(manner: Manner) -> str:
    """Return what the columns of a reading depend on."""
    return f"{manner.encoding}{manner.delimiter}{manner.line}"


def _columns(data: Mapping[str, str]) -> tuple[str, ...] | None:
    allowed = {value for value, _word in becomes_choices()}
    chosen: list[str] = []
    while (word := data.get(f"c{len(chosen)}")) is not None:
        chosen.append(word if word in allowed else OPEN)
    return tuple(chosen) or None


def _one_of(value: Any, choices: Sequence[Choice]) -> str:
    return value if value in {allowed for allowed, _word in choices} else ""


def _line(text: str) -> int | None:
    is_line = text.isascii() and text.isdecimal() and len(text) < 6
    return int(text) if is_line else None


def number_of(text: str) -> int | None:
    """Return a whole number that a link or a tick sends; None for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= 9
    return int(text) if is_number else None
