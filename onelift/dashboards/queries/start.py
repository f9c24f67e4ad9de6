"""What a programme without a wave still lacks."""

from dataclasses import dataclass

from programmes.models import Programme, Site
from programmes.scope import Scope
from stakeholders.models import HeadCount, Role


@dataclass(frozen=True)
class FirstSteps:
    """How far the start is: what was brought in, and which roles nobody has yet."""

    sites: int
    people: int
    messages: int
    roles: list[tuple[str, int]]

    @property
    def now(self) -> int:
        """Return the step to take: 1 people, 2 the first wave; the message comes third."""
        return 2 if self.people else 1

    @property
    def is_alone(self) -> bool:
        """Tell whether one user has the only role."""
        return sum(count for _kind, count in self.roles) <= 1


def first_steps(programme: Programme, scope: Scope) -> FirstSteps:
    """Return how far a programme without a wave is (four queries)."""
    given = list(Role.objects.filter(programme=programme).values_list("kind", flat=True))
    return FirstSteps(
        sites=Site.objects.within(scope).count(),
        people=HeadCount.objects.within(scope).people(),
        messages=programme.messages.count(),
        roles=[(str(label), given.count(kind)) for kind, label in Role.Kind.choices],
    )
