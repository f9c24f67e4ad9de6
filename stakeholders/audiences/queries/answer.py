"""What the floors above say of their actions, so that impacts can be seen to be answered.

Each floor that has actions has a function ``(programme, scope) -> list[ImpactAnswer]``; all of them
are asked in ``onelift.dashboards.impacts.queries.answered``, which says when an impact is answered.
"""

from dataclasses import dataclass

from programmes.models import WaveSite
from stakeholders.audiences.models.rule import Rule


@dataclass(frozen=True)
class ImpactAnswer:
    """An action on the plan that informs people about impacts, or that helps them.

    Attributes:
        kind: what it is, such as ``message``; with ``pk`` it names the action.
        title: of the action, as its reader may read it.
        state: how far it is, a key of ``programmes.design.marks.STATUSES``.
        impacts: the ids of the impacts that it answers.
        rule: whom it is for (see ``stakeholders.audiences.models.rule``): it answers an impact only
            where its audience is.
        is_approved: whether it will happen, or has happened; a draft closes nothing.
        url: the address of its page, empty where the reader has none.
        unlink: the name of the address that says that it answers an impact no longer, which takes
            programme, impact and ``pk``; empty where that is said elsewhere.

    """

    kind: str
    pk: int
    title: str
    state: str
    impacts: frozenset[int]
    rule: Rule
    is_approved: bool
    url: str = ""
    unlink: str = ""

    @property
    def key(self) -> tuple[str, int]:
        return self.kind, self.pk

    def may_mean(self, place: WaveSite, persona: int, lines: tuple[int, ...]) -> bool:
        """Tell whether it leaves in people of a persona and of business lines at a site.

        Without lines, all of the persona are asked about.
        """
        named = self.rule.business_lines
        has_lines = not (named and lines) or bool(set(named) & set(lines))
        return has_lines and self.rule.names(place) and self.rule.leaves_room_for(persona)
