"""What one user may see and do in one programme, in plan words.

``stakeholders.access`` computes a Scope from roles; every queryset that a view touches is
narrowed with ``.within(scope)``, and every view names the action it performs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scope:
    """The part of one programme that a user's roles open.

    Attributes:
        programme_ids: programmes in which the user has any role.
        regions: ids of the regions whose people, sites and figures are in view; None is all.
        streams: ids of the streams whose plan the user writes; None is all.
        languages: codes of those whose texts the user writes; None is all.
        user_id: the user, whose own objectives are in view.
        reads_drafts: whether messages are in view that nobody has approved.
        actions: words such as ``wave.write`` (see ``stakeholders.access.ACTIONS``).

    """

    programme_ids: frozenset[int] = frozenset()
    regions: frozenset[int] | None = frozenset()
    streams: frozenset[int] | None = frozenset()
    languages: frozenset[str] | None = frozenset()
    user_id: int | None = None
    reads_drafts: bool = True
    actions: frozenset[str] = field(default_factory=frozenset)

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
    def is_everywhere(self) -> bool:
        """Tell whether all regions are in view."""
        return self.regions is None


NOBODY = Scope()
# For commands, the clock and the pump, which act for the organisation and not for a user.
EVERYTHING = Scope(regions=None, streams=None, languages=None)
