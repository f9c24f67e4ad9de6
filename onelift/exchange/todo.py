"""What of the to-do of a week is a text to write: messages, adaptations, channels, the rest."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onelift.exchange.desk import Desk
from onelift.exchange.queries.text_list import TextRow, text_rows
from programmes.design.formats import language_name
from programmes.queries.texts import SOURCE_LANGUAGE
from programmes.queries.todo import Thing, TodoSource, Week, register


class Texts(TodoSource):
    """Texts in somebody's own languages that people read within the week; writing one says so.

    Who writes all languages has the list of texts instead: here it would hide the rest.
    """

    key, action = "text", "text.write"

    def things(self, week: Week) -> Iterator[Thing]:
        """Yield what is to write and due, in the fixed number of queries of the list."""
        codes = (code for code in week.programme.languages if code != SOURCE_LANGUAGE)
        languages = week.scope.writable(codes)
        if week.scope.languages is None or not languages:
            return
        for row in text_rows(Desk(week.programme, week.scope, week.now), languages):
            if row.is_to_write and row.due_on and row.due_on <= week.last_on:
                yield _thing(row, row.due_on)

    def tick(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it open: only its page says that a text is ready."""

    def undo(self, thing: Thing, week: Week, by: Any) -> None:
        """Leave it done."""


def _thing(row: TextRow, due_on: date) -> Thing:
    words = _("Write the %(language)s text of “%(title)s”")
    return Thing(
        source=Texts.key,
        key=f"{row.kind.key}-{row.pk}-{row.language}",
        what=words % {"language": language_name(row.language), "title": row.title},
        where=str(row.kind.label),
        due_on=due_on,
        url=row.url,
        may_undo=False,
        button=_("Write"),
    )


register(Texts())
