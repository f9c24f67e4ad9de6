"""What the streams work towards, as a lane on top of the regions."""

from collections.abc import Sequence

from communications.dispatches.queries.weeks import Weeks
from programmes.models import Milestone
from programmes.scope import Scope


def milestones_in(scope: Scope, weeks: Weeks) -> Sequence[Milestone]:
    """Return the milestones of the streams in view to be done in some weeks, by day."""
    if not scope.may("stream.read"):
        return []
    present = Milestone.objects.within(scope).present()
    dated = present.filter(done_on=None, due_on__range=(weeks.first, weeks.last))
    return list(dated.select_related("stream").order_by("due_on", "pk"))
