"""The drawing of the plan: each label whole, on a line of its own, within the drawing."""

import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from programmes.design.charts.lanes import START, WIDTH, Calendar, Mark, PlanLane
from programmes.design.charts.packing import LONGEST_LABEL, cut, packed, packed_together
from programmes.design.charts.timeline import draw_plan

FIRST, TODAY = date(2026, 11, 9), date(2026, 11, 24)
CALENDAR = Calendar(FIRST, 18)


def mark(n, label="Ten minutes this week", row="message", *, is_settled=True, **more):
    letter = "T" if row == "message" else ""
    return Mark(
        FIRST + timedelta(days=n), row, label, letter, "draft", is_settled, f"{label}, said", **more
    )


def lane(*marks, name="Iberia", **more):
    return PlanLane(name, "Wave 1", "3 people", marks, {}, **more)


def drawn(*lanes):
    return draw_plan(lanes, FIRST, 18, TODAY, "Plan")


@pytest.mark.parametrize("weeks", [6, 18, 36])
def test_no_two_labels_overlap_and_none_leaves_the_drawing(weeks):
    calendar = Calendar(FIRST, weeks)
    rows = ("message", "survey", "event", "date", "milestone")
    marks = [
        mark(n * 5 % (weeks * 7), f"{n} words that say what it is"[: 12 + n % 29], rows[n % 5])
        for n in range(40)
    ]
    found = packed(marks, calendar)
    assert len(found.placed) + found.folded == 40
    for one in found.placed:
        assert one.label == one.mark.label
        assert START - 1 <= one.start < one.end <= WIDTH
        for other in found.placed:
            if other is not one and other.line == one.line:
                assert one.end < other.start or other.end < one.start


def test_a_label_is_whole_up_to_forty_letters():
    short, long = "x" * LONGEST_LABEL, "y" * (LONGEST_LABEL + 1)
    svg = drawn(lane(mark(0, short), mark(30, long)))
    assert f">{short}</text>" in svg
    assert f">{'y' * 39}…</text>" in svg
    assert LONGEST_LABEL == 40


def test_at_the_end_a_label_stands_before_its_mark_and_a_flag_is_whole():
    svg = drawn(lane(mark(124, "What changes for you on 30 March"), mark(122, "Hand-over", "date")))
    label = re.search(r'<text x="(\d+)" y="\d+" class="e">What changes', svg)
    shape = re.search(r'<use href="#messageT-on" x="(\d+)"', svg)
    assert int(label[1]) < int(shape[1]) <= WIDTH - 14
    flag = re.search(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)"[^>]*class="g-ink"', svg)
    assert float(flag[1]) + float(flag[2]) <= WIDTH
    assert ">Hand-over</text>" in svg


def test_more_than_nine_lines_fold_what_is_over_first():
    over = [mark(0, is_over=True) for _n in range(4)]
    found = packed([*over, *(mark(1) for _n in range(9))], CALENDAR)
    assert (found.lines, found.folded) == (9, 4)
    assert not any(one.mark.is_over for one in found.placed)
    svg = drawn(lane(*over, *(mark(1) for _n in range(9)), more_url="?view=list&region=iberia"))
    assert 'href="?view=list&amp;region=iberia"><title>Iberia, 4 more</title>' in svg


def test_six_crowded_regions_keep_to_a_page():
    crowded = [lane(*(mark(1) for _n in range(12)), name=f"Region {n}") for n in range(6)]
    found = packed_together(crowded, CALENDAR)
    assert sum(own.lines for own in found) <= 43
    height = float(re.search(r'viewBox="0 0 1362 (\d+)', drawn(*crowded))[1])
    # What stands above and below the drawing takes 380 at most.
    assert height <= 1250 - 380


def test_what_is_over_is_grey_and_what_is_open_is_not_filled():
    svg = drawn(lane(mark(0, is_over=True), mark(20), mark(40, is_settled=False)))
    classes = re.findall(r'<use href="#messageT-\w+"[^>]*?(?: class="([\w-]+)")?/>', svg)
    assert classes == ["", "st-next", "f-mute"]
    assert re.search(r'class="m">Ten minutes', svg)


def test_marks_say_what_moves_them_and_what_keeps_them():
    svg = drawn(
        lane(
            mark(20, url="../messages/1/", moves=True),
            mark(40, url="../messages/2/", stays="sent"),
            mark(60, "Go-live", "date", url="../waves/1/move/", is_dated_by_keys=True),
        )
    )
    assert '<a href="../messages/1/" data-moves="2026-11-29"><title>' in svg
    assert '<a href="../messages/2/" data-stays="sent"><title>' in svg
    assert '<a href="../waves/1/move/" data-dated="2027-01-08"><title>' in svg
    assert "<title>Ten minutes this week, said</title>" in svg


def test_the_timeline_is_mirrored_where_one_reads_from_the_right():
    left = drawn(lane(mark(0, "Pulse", "survey", url="/x/")))
    with translation.override("ar"):
        right = drawn(lane(mark(0, "Pulse", "survey", url="/x/")))
    at = r'<use href="#survey-on" x="([\d.]+)"'
    x, mirrored = (float(re.search(at, svg)[1]) for svg in (left, right))
    assert mirrored == pytest.approx(WIDTH - x - 14)


def test_a_long_label_keeps_the_name_of_its_placeholder_whole():
    label = cut("Ten minutes this week, ready for ‹go-live date›")
    assert label == "Ten minutes this week, r… ‹go-live date›"
    assert len(label) == LONGEST_LABEL
    assert cut("What changes for you on ‹go-live date›") == "What changes for you on ‹go-live date›"
