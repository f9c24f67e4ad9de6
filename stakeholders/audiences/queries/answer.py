"""What the floors above say of their actions, so that impacts can be seen to be answered.

Each floor that plans actions has a function ``(programme, scope) -> list[Answer]``; the board of
impacts asks all of them (``onelift.dashboards.impacts.queries.impacts.ANSWERERS``).
"""

from dataclasses import dataclass

from stakeholders.audiences.models.rule import Rule


@dataclass(frozen=True)
class ImpactAnswer:
    """An action on the plan that answers impacts.

    Attributes:
        title: of the action, as its reader may read it.
        state: how far it is, a key of ``programmes.design.marks.STATUSES``.
        route: the name of the address of its page, which takes programme and ``pk``.
        take_back: the name of the address that says that it answers an impact no longer.
        impacts: the ids of the impacts that it answers.
        rule: whom it is for (see ``stakeholders.audiences.models.rule``): it answers an impact only
            where its audience is.

    """

    pk: int
    title: str
    state: str
    route: str
    take_back: str
    impacts: frozenset[int]
    rule: Rule
