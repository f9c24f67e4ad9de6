"""What an action is about, in words."""

from dataclasses import dataclass

from programmes.models import Service
from programmes.scope import Scope
from stakeholders.register.models import Impact
from stakeholders.register.models.about import About


@dataclass(frozen=True)
class AboutWords:
    """The impacts, services and stage that an action is about; ``others``: some are not."""

    impacts: list[Impact]
    others: bool
    services: list[Service]
    stage: str

    def __bool__(self) -> bool:
        return bool(self.impacts or self.others or self.services or self.stage)


def about_words(action: About, scope: Scope) -> AboutWords:
    """Return what an action is about within a scope, in three queries."""
    own = Impact.objects.present().filter(pk__in=action.answers.values("pk"))
    impacts = list(own.within(scope))
    stage = action.get_stage_display() if action.stage else ""
    return AboutWords(
        impacts=impacts,
        others=own.exclude(pk__in=[impact.pk for impact in impacts]).exists(),
        services=list(action.services.all()),
        stage=str(stage),
    )
