"""What a cell names: rows of a programme by their names, in any language that they have one in."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from programmes.design.folding import folded
from programmes.models import (
    BusinessLine,
    Programme,
    Service,
    Site,
    SupportContact,
    Wave,
    WaveSite,
)
from programmes.queries.texts import column_of
from programmes.reading.cells import text_of
from programmes.scope import Scope
from stakeholders.audiences.models import Persona
from stakeholders.register.queries.impact_cells import contact_name
from stakeholders.register.queries.impact_choices import owners_for, streams_to_write

REFERENCE = re.compile(r"(?:IMP)?[\s-]*0*([0-9]{1,9})", re.IGNORECASE)
MOST_TOLD = 5


def reference_in(text: str) -> int:
    """Return the number of a reference such as ``IMP-042``.

    Raises:
        ValidationError: it is none.

    """
    if match := REFERENCE.fullmatch(text):
        return int(match[1])
    sentence = _("“%(text)s” is not a reference. Enter one such as IMP-042, or leave it empty.")
    raise ValidationError(sentence % {"text": text})


@dataclass(frozen=True)
class Named:
    """Rows by their folded names, or people by their email addresses."""

    rows: Mapping[str, Model]
    is_by_email: bool = False

    def one(self, text: str) -> Any:
        """Return the row that a cell names, None if it is empty; raises ValidationError."""
        return self._found(text) if text else None

    def several(self, text: str) -> list[Any]:
        """Return the rows that a cell names, between semicolons; raises ValidationError.

        A name may hold a semicolon itself: the longest that is known counts.
        """
        parts, found = text.split(";"), []
        while parts:
            width = next(
                (n for n in range(len(parts), 0, -1) if folded(";".join(parts[:n])) in self.rows), 1
            )
            name, parts = ";".join(parts[:width]).strip(), parts[width:]
            if name:
                found.append(self._found(name))
        return found

    def _found(self, name: str) -> Any:
        if (row := self.rows.get(folded(name))) is not None:
            return row
        known = sorted({str(row) for row in self.rows.values()})
        sentence = _("“%(name)s” is not known here. Enter a name such as: %(known)s.")
        if self.is_by_email:
            sentence = _(
                "“%(name)s” is not known here. Enter the email address of one of these: %(known)s."
            )
        if not known:
            sentence = _("“%(name)s” is not known here. Leave the cell empty.")
        raise ValidationError(sentence % {"name": name[:80], "known": "; ".join(known[:MOST_TOLD])})


def names_in(programme: Programme, scope: Scope) -> Mapping[str, Named]:
    """Return what each column may name, within the scope of who brings the file."""
    places = WaveSite.objects.within(scope)
    contacts = SupportContact.objects.within(scope).select_related("site", "programme")
    return {
        "stream": _by(streams_to_write(scope)),
        "service": _by(Service.objects.filter(programme=programme), "name"),
        "wave": _by(Wave.objects.within(scope)),
        "owner": Named(
            {folded(owner.email): owner for owner in owners_for(programme, scope)},
            is_by_email=True,
        ),
        "personas": _by(Persona.objects.within(scope), "name"),
        "business_lines": _by(BusinessLine.objects.all()),
        "sites": _by(Site.objects.filter(pk__in=places.values("site"))),
        "supports": Named({folded(contact_name(one)): one for one in contacts}),
    }


def _by(rows: Iterable[Any], column: str = "") -> Named:
    """Return rows by their names; in the reader's language before all others."""
    found: dict[str, Model] = {}
    known = list(rows)
    for row in known:
        found.setdefault(folded(str(getattr(row, column) if column else row)), row)
    for row in known if column else ():
        for code, _name in settings.LANGUAGES:
            if name := text_of(getattr(row, column_of(column, code), "")):
                found.setdefault(folded(name), row)
    return Named(found)
