"""What one user may see and do in one programme, in plan words.

``stakeholders.access`` computes a Scope from roles; every queryset that a view touches is
narrowed with ``.within(scope)``, and every view names the action it performs.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Scope:
    """The part of one programme that a user's roles open.

    Attributes:
        programme_ids: programmes in which the user has any role.
        regions: ids of the regions whose people, sites and figures are in view; None is all.
        actions: words such as ``wave.write`` (see ``stakeholders.access.ACTIONS``).

    """

    programme_ids: frozenset[int] = frozenset()
    regions: frozenset[int] | None = frozenset()
    actions: frozenset[str] = field(default_factory=frozenset)

    def may(self, action: str) -> bool:
        """Tell whether the roles allow this action in this programme."""
        return action in self.actions

    @property
    def is_everywhere(self) -> bool:
        """Tell whether all regions are in view."""
        return self.regions is None


NOBODY = Scope()
# For commands, the clock and the pump, which act for the organisation and not for a user.
EVERYTHING = Scope(regions=None)
