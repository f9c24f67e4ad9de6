"""Ten adaptations in twelve languages: planning and making the mails, against the same without."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from django.conf import settings

from communications.adaptations.services import deciding
from communications.adaptations.services.writing import (
    AdaptationData,
    call_ready,
    create_adaptation,
    write_adapted,
)
from communications.dispatches.services.batch import read_batch
from communications.dispatches.services.planning import plan_due
from communications.mailroom.channels.mail import build
from communications.mailroom.services import ledger
from communications.models import Delivery, Message, State
from programmes.database.clock import database_now
from programmes.models import BusinessLine, Region, Site
from stakeholders.models import Persona
from tests.benchmarks.crowd import Crowd, fill_crowd
from tests.benchmarks.measure import Figure, Goal, in_turns, report, seconds
from tests.benchmarks.planning import due_message, empty
from tests.benchmarks.stage import Stage, analyse

ADAPTATIONS, BATCH, BATCHES = 10, 500, 10
PLANNING, SENDING = 1.2, 1.1


def main(stage: Stage) -> bool:
    """Measure one message without adaptations and one with ten, in turns."""
    crowd = fill_crowd(stage)
    plain, adapted = due_message(crowd), due_message(crowd)
    count = sum(adapt(crowd, adapted, data) for data in islice(criteria(), ADAPTATIONS))
    for message in (plain, adapted):
        message.approvals.update(state="withdrawn")
    analyse()
    planned = in_turns({"plain": plan(plain), "adapted": plan(adapted)}, stage.runs)
    made = in_turns({"plain": make(plain), "adapted": make(adapted)}, stage.runs)
    told = Delivery.objects.exclude(adapted=None).count()
    assert told, "nobody got an adaptation"
    words = f"{count} adaptations in {len(settings.LANGUAGES)} languages"
    return all(
        [
            compared(f"Planning with {words}", planned, PLANNING),
            compared(f"Making and claiming mails with {words}", made, SENDING),
        ]
    )


def compared(title: str, found: dict[str, tuple[float, ...]], most: float) -> bool:
    """Print how long it takes with adaptations, and how many times as long as without."""
    ours, without = Figure(found["adapted"]), Figure(found["plain"])
    ratio = ours.median / without.median
    goal = Goal(f"at most {most} × without", ratio <= most)
    print(f"\n  {'ratio to the same without adaptations':<46}{ratio:.2f}")
    return report(title, ours, peer=("without adaptations", without), goals=(goal,))


def criteria() -> Iterator[AdaptationData]:
    """Yield different people to adapt for: of sites, regions, business lines and personas."""
    sites = Site.objects.order_by("name")[:3]
    regions = Region.objects.order_by("name")[:2]
    lines = BusinessLine.objects.order_by("name")[:2]
    personas = Persona.objects.order_by("pk")[:2]
    yield from (AdaptationData(site=site) for site in sites)
    yield from (AdaptationData(region=region) for region in regions)
    yield from (AdaptationData(business_line=line) for line in lines)
    yield from (AdaptationData(persona=persona) for persona in personas)
    pairs: Any = chain((site, line) for site in sites for line in lines)
    yield from (AdaptationData(site=site, business_line=line) for site, line in pairs)


def adapt(crowd: Crowd, message: Message, data: AdaptationData) -> int:
    """Write one adaptation in all languages and approve it; return 1."""
    # Longer ago than the minutes in which it can be undone, and no email waits for them.
    now, user = database_now() - timedelta(minutes=30), crowd.ines
    made = create_adaptation(message, data, user, now)
    for code, _name in settings.LANGUAGES:
        text = {"subject": f"{made}", "body": "{{ first_name }}, the desk at {{ site }}."}
        write_adapted(made, "email", code, text, user, now)
        call_ready(made, "email", code, user, now)
    version = deciding.ask(made, user, now)
    deciding.approve(version, crowd.claire, version.fingerprint, now)
    return 1


def plan(message: Message) -> Callable[[], float]:
    """Return how to plan a message that has no row yet, timed, as the only one that is due."""

    def measure() -> float:
        empty(message)
        message.approvals.update(state="approved")
        took = seconds(lambda: plan_due(database_now()))
        message.approvals.update(state="withdrawn")
        return took

    return measure


def make(message: Message) -> Callable[[], float]:
    """Return how to claim and make some thousand mails of a message, and begin them, timed."""

    def measure() -> float:
        rows = Delivery.objects.filter(dispatch__message=message)
        rows.update(state=State.PLANNED, fence="", lease_until=None, adapted=None)
        message.approvals.update(state="approved")
        took = seconds(lambda: [make_batch(message) for _ in range(BATCHES)])
        message.approvals.update(state="withdrawn")
        return took

    return measure


def make_batch(message: Message) -> None:
    """Claim a batch, make its mails and write down that their bodies begin."""
    now = database_now()
    ready = Delivery.objects.filter(dispatch__message=message, state=State.PLANNED)
    claim = ledger.claim(ready.order_by("pk"), BATCH, now)
    batch = read_batch(claim, now) if claim else None
    if claim is None or batch is None:
        return
    for row in batch.rows:
        if not batch.reason_to_skip(row):
            batch.address(row)
            build(batch.letter(row, now))
    batch.begin(claim, batch.rows, now)
