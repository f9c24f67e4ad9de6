"""What the page of a message asks of the roof: how many of its people will wait."""

from communications.dispatches.queries.forecast import register
from onelift.dashboards.plan.queries.waiting import people_waiting

register(people_waiting)
