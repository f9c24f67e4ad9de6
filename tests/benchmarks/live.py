"""The page of a dispatch and its lists, at a hundredth of the rows and at all: the same price."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import F, Sum, Value
from django.db.models.functions import Mod
from django.urls import reverse

from communications.dispatches.models.dispatch import DeliveryQuerySet
from communications.dispatches.services.in_doubt import note
from communications.models import Bounce, Delivery, Dispatch, State
from programmes.database.clock import database_now
from stakeholders.models import HeadCount
from tests.benchmarks.crowd import Crowd, fill_crowd
from tests.benchmarks.measure import Figure, Goal, in_turns, report
from tests.benchmarks.overview import Board
from tests.benchmarks.plans import asked_by
from tests.benchmarks.stage import Stage, analyse
from tests.communications.making import approve, make_message

RATIO = 1.5
# Of the largest sites, so that both dispatches are at all of them, in all states. Ten mails a
# person are what only a benchmark sends: the rows are what counts.
SITES, COPIES, SHARE = 30, 10, 100
# What stands in the ledger while a dispatch is under way, of a thousand rows from and to.
STANDS: dict[tuple[int, int], dict[str, object]] = {
    (0, 500): {"state": State.SENT, "language": "en"},
    (500, 515): {"state": State.FAILED, "reason": "550 5.1.1 no such user"},
    (515, 530): {"state": State.SKIPPED, "reason": "left"},
    (530, 540): {"state": State.IN_DOUBT, "reason": "cut"},
    (540, 560): {"reason": "451 4.7.1 try later", "attempts": 1},
}
# What two senders may have moved since the pump has merged: claims of 200 mails, for 20 seconds.
MOVES, AT_ONCE = 200, 200
BLOCKS = re.compile(r"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?")


def main(stage: Stage) -> bool:
    """Measure two dispatches under way, one with a hundred times the rows of the other."""
    crowd = fill_crowd(stage)
    small, large = (under_way(crowd, share) for share in (SHARE, 1))
    analyse()
    for dispatch in (small, large):
        move_on(dispatch)
    few, many = (boards_of(crowd, dispatch) for dispatch in (small, large))
    sides = {f"{n} {title}": b[title].open for n, b in enumerate((few, many)) for title in b}
    figures = {name: Figure(values) for name, values in in_turns(sides, stage.runs).items()}
    rows = f"{small.deliveries.count():,} and {large.deliveries.count():,} rows"
    outcomes = [
        compared(f"{title}, {rows}", few[title], many[title], figures, title, stage)
        for title in few
    ]
    return all(outcomes)


def under_way(crowd: Crowd, share: int) -> Dispatch:
    """Return a dispatch half of whose mails have left: one row of ``share`` that there may be."""
    now = database_now()
    sites = HeadCount.objects.values("site").annotate(n=Sum("heads")).order_by("-n")[:SITES]
    wanted = {"fixed_on": now.date(), "latest_hours": 240, "sites": [s["site"] for s in sites]}
    message = make_message(crowd, now - timedelta(hours=1), **wanted)
    approval = approve(crowd, message, now - timedelta(hours=1))
    dispatch = Dispatch.objects.create(message=message, started_at=now)
    people = approval.frozen.rule.people()
    if share > 1:
        people = people.annotate(rest=Mod(F("pk"), Value(share // COPIES))).filter(rest=0)
    values = {"dispatch_id": dispatch.pk, "site_id": F("site"), "approval_id": approval.pk}
    values |= {"state": State.PLANNED, "due_at": now, "latest_at": now + timedelta(days=10)}
    for copy in range(COPIES if share == 1 else 1):
        Delivery.objects.insert_from(people, values | {"channel": f"mail{copy}"})
    fill(dispatch, now)
    return dispatch


def fill(dispatch: Dispatch, now: datetime) -> None:
    """Let the mails of a dispatch fare as ``STANDS`` says; of what was sent some came back."""
    rows = Delivery.objects.filter(dispatch=dispatch).annotate(rest=Mod(F("pk"), Value(1000)))
    for (begin, end), values in STANDS.items():
        is_over = {"ended_at": now} if "state" in values else {"next_try_at": now + timedelta(1)}
        rows.filter(rest__gte=begin, rest__lt=end).update(**values, **is_over)
    returned = rows.filter(rest__lt=5).values_list("pk", "site")
    said = {"dispatch": dispatch, "kind": "soft", "received_at": now}
    Bounce.objects.bulk_create(
        Bounce(delivery_id=pk, site_id=site, **said) for pk, site in returned
    )
    for mail in rows.filter(rest__gte=530, rest__lt=540)[:50]:
        note(mail, "delivered", None, now)


def move_on(dispatch: Dispatch) -> None:
    """Move mails as senders do, and leave the tally as it is then."""
    waiting = Delivery.objects.filter(dispatch=dispatch, state=State.PLANNED, attempts=0)
    pks = list(waiting.order_by("due_at").values_list("pk", flat=True)[: MOVES * AT_ONCE])
    for begin in range(0, len(pks) // 2, AT_ONCE):
        moved: DeliveryQuerySet = Delivery.objects.filter(pk__in=pks[begin : begin + AT_ONCE])
        moved.update(state=State.SENT, ended_at=database_now(), language="en")


def boards_of(crowd: Crowd, dispatch: Dispatch) -> dict[str, Board]:
    """Return the pages of a dispatch, each for the role that sees most of it."""

    def address(name: str, query: str = "") -> str:
        return reverse(f"communications:{name}", args=[crowd.programme.slug, dispatch.pk]) + query

    return {
        title: Board(title, reader, address(*where))
        for title, reader, *where in (
            ("The live page", crowd.ines, "dispatch-show"),
            ("The live page of a region", crowd.rosa, "dispatch-show"),
            ("Its mails, by site", crowd.claire, "delivery-list", "?part=sent"),
            ("Its mails, by name", crowd.ines, "delivery-list"),
            ("Its mails held, by name", crowd.ines, "delivery-list", "?part=held"),
        )
    }


def compared(
    title: str, few: Board, many: Board, figures: Mapping[str, Figure], name: str, stage: Stage
) -> bool:
    """Print a page of the larger dispatch beside that of the smaller."""
    ours, peer = figures[f"1 {name}"], figures[f"0 {name}"]
    for board, size in ((few, "fewer"), (many, "more")):
        sql = Figure(tuple(board.sql[-stage.runs :]))
        print(f"\n  {f'SQL of {size}, {board.queries} queries':<46}{sql}  {blocks(board):,} blocks")
    is_live = "live" in title
    goals = (Goal(f"at most {RATIO} ×", ours.median <= RATIO * peer.median),) if is_live else ()
    return report(title, ours, peer=("a hundredth of the rows", peer), goals=goals)


def blocks(board: Board) -> int:
    """Return how many blocks of 8 KB the statements of a page read."""
    found = 0
    for statement in asked_by({board.title: board.open}):
        plan = statement.plan() if statement.sql.startswith("SELECT") else []
        match = next((m for line in plan if (m := BLOCKS.search(line))), None)
        found += sum(int(n or 0) for n in match.groups()) if match else 0
    return found // 3
