"""Charts, drawn on the server: ``{% load charts %}``, each with the table that says the same.

Each takes rows (see ``programmes.design.charts``) and ``label``, which says what is seen.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from programmes.design.charts.bullet import Bullet, draw_bullet
from programmes.design.charts.canvas import Drawing
from programmes.design.charts.columns import Column, ColumnWords, draw_columns
from programmes.design.charts.countdown import draw_countdown
from programmes.design.charts.course import Course, draw_course
from programmes.design.charts.curve import Curve, draw_curve
from programmes.design.charts.dots import DotRow, draw_dots
from programmes.design.charts.grid import GridMark, draw_grid, draw_ladder, draw_stand_alone
from programmes.design.charts.lanes import PlanLane
from programmes.design.charts.ledger import LedgerPart, draw_bar, in_order
from programmes.design.charts.milestones import Mark, draw_milestones
from programmes.design.charts.reach import ReachRow, draw_reach
from programmes.design.charts.routemap import Lane, Stop, draw_routemap
from programmes.design.charts.rule_bar import draw_rule_bar
from programmes.design.charts.stack import StackPart, draw_stack
from programmes.design.charts.timeline import draw_plan, width_of_day

register = template.Library()

LEDGER_SIZE = {"width": 1392.0, "height": 14.0, "least": 5.0}
SMALL_SIZE = {"width": 150.0, "height": 8.0, "least": 1.4}


def _figure(drawing: Drawing, label: str, caption: str) -> dict[str, Any]:
    return {"drawing": drawing, "label": label, "caption": caption}


@register.inclusion_tag("components/chart_routemap.html")
def chart_routemap(
    lanes: Sequence[Lane], today: date, label: str, caption: str = ""
) -> dict[str, Any]:
    """Draw where each wave stands; on a phone the lanes are a list."""
    return {**_figure(draw_routemap(lanes, today, label), label, caption), "lanes": lanes}


@register.inclusion_tag("components/chart_plan.html")
def chart_plan(
    lanes: Sequence[PlanLane], first: date, weeks: int, today: date, label: str
) -> dict[str, Any]:
    """Draw what happens in each region week by week; the list of the page says the same."""
    svg = draw_plan(lanes, first, weeks, today, label)
    return {"svg": svg, "label": label, "step": f"{width_of_day(weeks):.3f}"}


@register.inclusion_tag("components/chart.html")
def chart_countdown(
    stops: Sequence[Stop], today: date, label: str, caption: str = ""
) -> dict[str, Any]:
    """Draw the dates of one wave on a line, with today."""
    return _figure(draw_countdown(stops, today, label), label, caption)


@register.inclusion_tag("components/chart.html")
def chart_reach(rows: Sequence[ReachRow], label: str, caption: str = "") -> dict[str, Any]:
    """Draw how many of each group were reached, against the goal."""
    return _figure(draw_reach(rows, label), label, caption)


@register.inclusion_tag("components/chart.html")
def chart_dots(
    rows: Sequence[DotRow],
    label: str,
    goal: float | None = None,
    caption: str = "",
    *,
    narrow: bool = False,
) -> dict[str, Any]:
    """Draw shares of groups with their intervals, and hidden groups with their sentence.

    ``narrow`` draws for a third of a page as for a phone, so that words stay readable.
    """
    drawing = draw_dots(rows, goal, label)
    if narrow and drawing.narrow:
        drawing = replace(drawing, svg=SafeString(drawing.narrow), narrow="")
    return _figure(drawing, label, caption)


@register.inclusion_tag("components/chart.html")
def chart_stack(
    parts: Sequence[StackPart], label: str, left: str = "", right: str = "", caption: str = ""
) -> dict[str, Any]:
    """Draw how answers are spread over the steps of a scale, best first."""
    return _figure(draw_stack(parts, label, left, right), label, caption)


@register.inclusion_tag("components/chart_ledger.html")
def chart_ledger(
    parts: Sequence[LedgerPart], total: int, label: str, unit: str, total_url: str = ""
) -> dict[str, Any]:
    """Draw one bar whose parts add up to the total, and say each part below it.

    Raises:
        ValueError: if the parts do not add up.

    """
    ordered = in_order(parts, total)
    return {
        "bar": draw_bar(ordered, **LEDGER_SIZE, label=label),
        "parts": ordered,
        "total": total,
        "total_url": total_url,
        "unit": unit,
    }


@register.inclusion_tag("components/ledger_bar.html")
def ledger_bar(parts: Sequence[LedgerPart], label: str) -> dict[str, SafeString]:
    """Draw the small bar of one row of a table, whose numbers stand beside it."""
    total = sum(part.count for part in parts)
    return {"bar": draw_bar(in_order(parts, total), **SMALL_SIZE, label=label)}


@register.inclusion_tag("components/chart_bullet.html")
def chart_bullet(bullet: Bullet) -> dict[str, Any]:
    """Draw one value against its target in a row of a table, with both in words beside it."""
    return {"bar": draw_bullet(bullet), "bullet": bullet}


@register.inclusion_tag("components/chart.html")
def chart_course(course: Course, today: date, label: str, caption: str = "") -> dict[str, Any]:
    """Draw what an objective stood at from day to day, with its target."""
    return _figure(draw_course(course, today, label), label, caption)


@register.inclusion_tag("components/chart.html")
def chart_curve(curve: Curve, label: str, caption: str = "") -> dict[str, Any]:
    """Draw a share from week to week with its goal and what happened on the way."""
    return _figure(draw_curve(curve, label), label, caption)


@register.inclusion_tag("components/chart.html")
def chart_columns(
    columns: Sequence[Column], words: ColumnWords, label: str, heading: str, caption: str = ""
) -> dict[str, Any]:
    """Draw a count for each step of time; ``heading`` names the steps in the table."""
    return _figure(draw_columns(columns, words, label, heading), label, caption)


@register.inclusion_tag("components/chart_milestones.html", takes_context=True)
def chart_milestones(
    context: Context, marks: Sequence[Mark], today: date, label: str, finish: str = ""
) -> dict[str, Any]:
    """Draw the milestones around today on a line; on a phone they are a list.

    ``finish`` is the template of what marks one (``mark``) as done; empty for who may not.
    """
    drawing = draw_milestones(marks, today, label)
    around: Any = context.flatten()
    return {**around, **_figure(drawing, label, ""), "marks": marks, "finish": finish}


@register.inclusion_tag("components/chart.html")
def chart_grid(marks: Sequence[GridMark], label: str, caption: str = "") -> dict[str, Any]:
    """Draw stakeholders by power and interest, each a link."""
    return _figure(draw_grid(marks, label), label, caption)


@register.simple_tag
def chart_ladder(now: int, wanted: int, label: str) -> SafeString:
    """Draw a stand and the one that is wanted; the label says both in words."""
    return draw_ladder(now, wanted, label)


@register.simple_tag
def stand_mark(stand: int) -> SafeString:
    """Draw the mark of one stand (see ``GridMark``), with its word beside it."""
    return draw_stand_alone(stand)


@register.simple_tag
def rule_bar(value: float | None, percent: int, state: str, label: str) -> SafeString:
    """Draw the share that a rule of readiness found against the one it asks for."""
    return draw_rule_bar(value, percent, state, label)
