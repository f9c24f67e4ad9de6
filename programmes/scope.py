"""What one user may see and do in one programme, in plan words.

``stakeholders.accounts.access`` computes a Scope from roles; every queryset that a view touches is
narrowed with ``.within(scope)``, and every view names the action it performs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db.models import Q


@dataclass(frozen=True)
class Scope:
    """The part of one programme, or of the installation, that a user's roles open.

    Attributes:
        programme_ids: programmes in view: those that the user may open and, on the pages of the
            installation, those that the user may give sites to.
        opens: programmes whose pages the user may open.
        programme: id of the programme whose people, plan and texts are in view. None is the whole
            organisation: for the pages of the installation, for commands and for the clock.
        regions: ids of the regions whose people, sites and figures are in view; None is all.
        streams: ids of the streams whose plan the user writes; None is all.
        languages: codes of those whose texts the user writes; None is all.
        user_id: the user, whose own objectives are in view.
        reads_drafts: whether messages are in view that nobody has approved.
        actions: words such as ``wave.write`` (see ``stakeholders.accounts.access.ACTIONS``).
        installation: what the user may do on the pages of the installation, from wherever.

    """

    programme_ids: frozenset[int] = frozenset()
    programme: int | None = None
    regions: frozenset[int] | None = frozenset()
    streams: frozenset[int] | None = frozenset()
    languages: frozenset[str] | None = frozenset()
    user_id: int | None = None
    reads_drafts: bool = True
    actions: frozenset[str] = field(default_factory=frozenset)
    opens: frozenset[int] = frozenset()
    installation: frozenset[str] = frozenset()

    def here(self, path: str = "programme") -> Q:
        """Return the condition that a row belongs to the programme in view; ``path`` leads there.

        Where the whole organisation is in view, each row does; where nothing is, none.
        """
        if self.programme is not None:
            return Q(**{path: self.programme})
        return Q(pk__in=()) if self.regions == frozenset() else Q()

    def may(self, action: str) -> bool:
        """Tell whether the roles allow this action in this programme."""
        return action in self.actions

    def writes(self, stream: int | None, action: str = "stream.write") -> bool:
        """Tell whether the user writes a stream; None is what belongs to the programme itself.

        With the action ``register.write`` it is the stream's part of the register.
        """
        may = self.may(action)
        return may and (self.streams is None or (stream is not None and stream in self.streams))

    def translates(self, language: str) -> bool:
        """Tell whether the user writes the texts of a language."""
        may = self.may("text.write")
        return may and (self.languages is None or language in self.languages)

    def writable(self, languages: Iterable[str]) -> list[str]:
        """Narrow languages to those whose texts the user writes."""
        return [code for code in languages if self.translates(code)]

    @property
    def led(self) -> frozenset[int]:
        """Return the ids of the streams that bring texts into view, beside those of the regions.

        Nothing for who sees all texts of the programme, or leads no stream.
        """
        sees_all = self.streams is None or (self.regions is None and self.reads_drafts)
        return frozenset() if sees_all or self.streams is None else self.streams

    @property
    def of_plan(self) -> "Scope":
        """Return the same without the limit to own streams: what boards count and plans name."""
        return replace(self, streams=None)

    @property
    def is_everywhere(self) -> bool:
        """Tell whether all regions are in view."""
        return self.regions is None


NOBODY = Scope()
# For commands, the clock and the pump, which act for the organisation and not for a user.
EVERYTHING = Scope(regions=None, streams=None, languages=None)
