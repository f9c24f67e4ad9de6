import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.template import Context, Template
from django.utils import translation

from programmes.design.charts.canvas import text_width
from programmes.design.charts.columns import Column, ColumnWords, draw_columns
from programmes.design.charts.countdown import draw_countdown
from programmes.design.charts.dots import DotRow
from programmes.design.charts.grid import GridMark, draw_grid
from programmes.design.charts.ledger import LedgerPart, draw_bar, part_widths
from programmes.design.charts.reach import ReachRow
from programmes.design.charts.routemap import Lane, Stop
from programmes.design.charts.stack import StackPart

HOSTILE = '"><script>alert(1)</script>'
TODAY = date(2026, 11, 24)


def lane(index):
    go_live = TODAY + timedelta(days=30 * (index % 12) - 90)
    stops = [
        Stop(go_live - timedelta(days=35), HOSTILE),
        Stop(go_live, "go-live", is_go_live=True),
        Stop(go_live + timedelta(days=42), "Run"),
    ]
    return Lane(HOSTILE, HOSTILE, 600, "risk", stops, HOSTILE, go_live, "/w/")


MAKERS = {
    "chart_routemap rows today label": lane,
    "chart_countdown rows today label": lambda i: Stop(
        TODAY + timedelta(days=9 * i - 20), HOSTILE, is_go_live=i % 2 == 0
    ),
    "chart_reach rows label": lambda i: ReachRow(HOSTILE, 10, 0.4, 0.6, 0.5, HOSTILE, "/r/"),
    "chart_dots rows label 0.75": lambda i: DotRow(HOSTILE, 0.5, 0.4, 0.6, 12, 0.3, 40),
}


def drawn(tag, rows):
    source = "{% load charts %}{% " + tag + " %}"
    return Template(source).render(Context({"rows": rows, "label": HOSTILE, "today": TODAY}))


@pytest.mark.parametrize("count", [0, 1, 40])
@pytest.mark.parametrize("tag", MAKERS)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_chart_draws_any_number_of_rows_escaped_without_style(tag, count, language):
    with translation.override(language):
        html = drawn(tag, [MAKERS[tag](i) for i in range(count)])
    assert "<script" not in html
    assert "style=" not in html
    assert re.search('role="(img|group)"', html)
    assert html.count("<tr>") == count + 1
    assert "nan" not in html


@pytest.mark.parametrize("facts", [1, 2, 8])
def test_the_route_map_writes_whole_facts_and_says_that_there_are_more(facts):
    remark = " · ".join(f"{n} texts lack French" for n in range(facts))
    row = replace(lane(0), remark=remark)
    picture = drawn("chart_routemap rows today label", [row]).split("</svg>")[0]
    texts = re.findall(r">([^<]+)</text>", picture)
    begin = next(n for n, words in enumerate(texts) if words.startswith("0 texts"))
    lines = [words for words in texts[begin : begin + 2] if "lack" in words or "more" in words]
    *written, last = " ".join(lines).split(" · ")
    assert all(fact in remark.split(" · ") for fact in written)
    assert last == (
        f"{facts - len(written)} more" if facts == 8 else f"{facts - 1} texts lack French"
    )


def test_chart_mirrors_where_the_language_does():
    row = ReachRow("France", 100, 0.25)
    with translation.override("en"):
        left = drawn("chart_reach rows label", [row])
    with translation.override("ar"):
        right = drawn("chart_reach rows label", [row])
    assert '<rect x="154" y="13" width="50.5" height="10" rx="2" class="f-acc"' in left
    assert '<rect x="195.5" y="13" width="50.5" height="10" rx="2" class="f-acc"' in right


def test_hidden_group_shows_its_sentence_and_no_figure():
    html = drawn("chart_dots rows label", [DotRow("Madrid", hidden="Fewer than 5 answers")])
    assert "Fewer than 5 answers" in html
    assert "<circle" not in html


def test_only_an_interval_wholly_below_the_goal_is_red():
    maybe = drawn("chart_dots rows label 0.75", [DotRow("A", 0.6, 0.5, 0.76, 10)])
    surely = drawn("chart_dots rows label 0.75", [DotRow("A", 0.6, 0.5, 0.74, 10)])
    assert "f-bad" not in maybe
    assert "f-bad" in surely


@pytest.mark.parametrize("goal", [0.75, 0.95, 1])
def test_the_goal_keeps_its_distance_from_the_word_over_the_counts(goal):
    with translation.override("fr"):
        html = drawn(f"chart_dots rows label {goal}", [DotRow("A", 0.6, 0.5, 0.66, 10)])
    for picture in re.findall(r"<svg.*?</svg>", html, re.S):
        x, text = re.search(r'<text x="([\d.]+)"[^>]*>(objectif[^<]*)<', picture).groups()
        start = float(re.search(r'<text x="([\d.]+)"[^>]*>réponses<', picture)[1])
        start -= text_width("réponses", 11)
        assert float(x) + text_width(text, 11) / 2 <= start - 8


def test_stack_shows_shares_and_refuses_a_sixth_step():
    parts = [StackPart(f"Step {i}", count) for i, count in enumerate([31, 37, 17, 10, 5])]
    assert re.findall(r">(\d+)</text>", drawn("chart_stack rows label", parts))[:2] == ["31", "37"]
    assert drawn("chart_stack rows label", [StackPart("A", 0)])
    with pytest.raises(ValueError, match="at most 5"):
        drawn("chart_stack rows label", [StackPart("A", 1)] * 6)


def columns(*counts):
    words = ColumnWords(HOSTILE, HOSTILE, "now")
    named = [Column(f"{number} o'clock", count) for number, count in enumerate(counts)]
    return draw_columns(named, words, HOSTILE, "Hour")


def test_columns_share_one_scale_and_the_table_has_each_of_them():
    drawing = columns(0, 1000, 500, 1)
    heights = [float(h) for h in re.findall(r'height="([\d.]+)" rx', drawing.svg)]
    assert heights[0] == 0
    assert heights[1] == 2 * heights[2]
    assert heights[3] > 1, "what is not nothing is seen"
    assert [[cell.text for cell in row] for row in drawing.rows][1:3] == [
        ["1 o'clock", "1,000"],
        ["2 o'clock", "500"],
    ]
    assert "<script" not in drawing.svg


def test_columns_without_anything_say_no_peak():
    assert columns(0, 0).svg.count("<text") == 2
    assert columns().svg.count("<rect") == 0


def test_columns_are_mirrored():
    with translation.override("ar"):
        right = re.findall(r'<rect x="([\d.]+)"', columns(1, 2).svg)
    assert float(right[0]) > float(right[1])


def test_ledger_refuses_parts_that_do_not_add_up():
    parts = [LedgerPart("sent", "sent", 3), LedgerPart("failed", "failed", 1)]
    with pytest.raises(ValueError, match="3 \\+ 1 is not 5"):
        drawn("chart_ledger rows 5 label 'people'", parts)
    html = drawn("chart_ledger rows 4 label 'people'", parts[::-1])
    assert html.index("k-sent") < html.index("k-failed")


@pytest.mark.parametrize(
    "counts", [[1], [3397, 3], [1, 1, 6998], [1704, 749, 178, 588, 3, 8, 170], [1] * 40]
)
def test_part_of_a_ledger_is_never_too_small_to_see_and_the_bar_is_full(counts):
    widths = part_widths(counts, 1392, 5)
    assert min(widths) >= 5
    assert sum(widths) == pytest.approx(1392)


def test_empty_part_of_a_ledger_is_not_drawn():
    bar = draw_bar([LedgerPart("sent", "s", 2), LedgerPart("held", "h", 0)], 100, 8, 2, "two")
    assert bar.count("<rect") == 1


def test_words_of_a_countdown_never_touch():
    stops = [Stop(TODAY + timedelta(days=day), "announcement") for day in (0, 1, 2, 60)]
    svg = draw_countdown(stops, TODAY, "x").svg
    words = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" class="b c">', svg)
    rows = {y: sorted(float(x) for x, own in words if own == y) for _x, y in words}
    assert sorted(len(row) for row in rows.values()) == [1, 1, 2]
    assert all(right - left > 90 for row in rows.values() for left, right in pairwise(row))


def test_countdown_goes_as_far_as_today():
    stops = [
        Stop(TODAY - timedelta(days=10), "announce"),
        Stop(TODAY + timedelta(days=30), "go-live", True),
    ]
    svg = draw_countdown(stops, TODAY, "x").svg
    assert 'd="M8 26 L109 26" class="s-done"' in svg
    assert 'd="M109 26 L412 26" class="s-next"' in svg


@pytest.mark.parametrize("language", ["en", "ar"])
def test_names_on_the_grid_stay_apart_on_a_phone(language):
    marks = [
        GridMark(f"Stakeholder group {n}", 90 - n % 4 * 6, 45 + n * 3, None, 2, "Neutral", "x", "/")
        for n in range(8)
    ]
    with translation.override(language):
        drawing = str(draw_grid(marks, "Power and interest").narrow)
    found = re.findall(
        r'<text x="([\d.]+)" y="([\d.]+)" class="b s halo( e)?">(Stakeholder[^<]*)', drawing
    )
    boxes = []
    for x, y, ends, words in found:
        start = float(x) - text_width(words, 11) * bool(ends) * (1 if language == "en" else -1)
        start -= text_width(words, 11) * (language == "ar")
        boxes.append((start, start + text_width(words, 11), float(y)))
    assert len(boxes) == len(marks)
    for n, (left, right, y) in enumerate(boxes):
        for other_left, other_right, other_y in boxes[:n]:
            assert right <= other_left or other_right <= left or abs(y - other_y) >= 11
