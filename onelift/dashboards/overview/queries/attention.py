"""What the overview knows, as the facts of which the heaviest is its title."""

from onelift.dashboards.attention.queries.known import Known, Waiting, WaveAhead
from onelift.dashboards.overview.queries.overview import Overview
from onelift.dashboards.overview.queries.rows import answers_url
from onelift.dashboards.overview.queries.wave_lines import WaveLine
from programmes.models import Programme
from programmes.queries.decisions import Card
from programmes.scope import Scope


def known_of(programme: Programme, scope: Scope, board: Overview) -> Known:
    """Return what a board has asked for already, without a query."""
    return Known(
        slug=programme.slug,
        scope=scope,
        today=board.today,
        people=board.live.all_people,
        waves=[
            _wave(line, board, scope) for line in board.lines if line.state_on(board.today) != "run"
        ],
        states=board.states,
        waiting=[_waiting(card) for card in board.decisions],
        resisting=board.resisting,
        satisfied=board.asked.total,
        goal_percent=board.asked.goal_percent,
        answers_url=answers_url(programme.slug, board.asked.survey),
        interruption=board.interruption,
        halted=board.halted,
    )


def _wave(line: WaveLine, board: Overview, scope: Scope) -> WaveAhead:
    """Return a wave; what its rules counted is of all regions, so it is for who sees all.

    They count all impacts, too; who reads a part of these gets the figure of that part.
    """
    pk, rows = line.wave.pk, board.states[line.wave.pk].rows if scope.is_everywhere else []
    counted = {row.key: row.judged.fact.people for row in rows}
    gaps = counted.get("impacts", 0) if scope.may("register.all") else board.own_gaps.get(pk, 0)
    return WaveAhead(
        wave=line.wave,
        live_on=[place.live_on for place in line.places],
        people=line.people,
        uninformed=counted.get("informed", 0),
        unanswered=gaps,
    )


def _waiting(card: Card) -> Waiting:
    people = max((getattr(part, "people", 0) for part in card.parts), default=0)
    return Waiting(card.matter.title, card.matter.due_on, people)
