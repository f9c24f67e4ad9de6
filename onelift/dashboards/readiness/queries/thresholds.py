"""What the rules of readiness ask for, whatever the wave."""

from dataclasses import dataclass
from typing import Any

from onelift.dashboards.readiness.queries.board import steps_in_words
from programmes.models import Programme
from programmes.queries.readiness import ReadinessRule, all_rules
from programmes.queries.wave_readiness import Setting, settings_of


@dataclass(frozen=True)
class ThresholdRow:
    """A rule, and what somebody set or else what it asks for by itself."""

    rule: ReadinessRule
    setting: Setting
    is_own: bool

    @property
    def steps(self) -> str:
        """Return all that is asked for, day by day."""
        return steps_in_words(self.setting.steps)

    @property
    def owner(self) -> Any:
        """Return who owns the rule, or nobody."""
        return self.setting.owner


def threshold_rows(programme: Programme) -> list[ThresholdRow]:
    """Return each rule once, in one query."""
    found = settings_of(programme)
    return [
        ThresholdRow(rule, found.get(rule.key) or Setting(rule.steps), rule.key in found)
        for rule in all_rules()
    ]
