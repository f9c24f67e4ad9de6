import re
from datetime import date, timedelta

from programmes.design.charts.curve import Curve, CurvePoint, Flag, draw_curve

MONDAY = date(2026, 11, 2)
WEEK = timedelta(weeks=1)


def point(week, share, low, high):
    return CurvePoint(MONDAY + week * WEEK, share, low, high, 40, "/results/")


def drawn(points, flags=(), today=date(2027, 1, 1)):
    return draw_curve(Curve(points, flags, 0.75, today), "How it went")


def words(svg):
    return re.findall(r"<text[^>]*>([^<]+)</text>", svg)


def test_a_week_clearly_below_the_goal_is_a_red_diamond_with_its_share():
    fine, low = point(0, 0.7, 0.6, 0.76), point(1, 0.6, 0.5, 0.74)
    svg = drawn([low, point(2, 0.7, 0.6, 0.76)]).svg
    assert svg.count("f-bad") == 1
    assert re.search(r'<text[^>]*class="bad c halo"[^>]*>60%<', svg)
    assert "f-bad" not in drawn([fine]).svg


def test_the_running_week_is_dashed_and_no_other():
    points = [point(0, 0.7, 0.6, 0.8), point(1, 0.8, 0.7, 0.9), point(2, 0.7, 0.6, 0.8)]
    for today, dashed in ((MONDAY + 2 * WEEK, 1), (MONDAY + 3 * WEEK, 0)):
        ways = re.findall(r'class="s-acc"( stroke-dasharray)?', drawn(points, today=today).svg)
        assert (len(ways), sum(map(bool, ways))) == (2, dashed)


def test_go_lives_are_flags_that_never_collide():
    points = [point(0, 0.7, 0.6, 0.8), point(5, 0.7, 0.6, 0.8)]
    flags = [Flag(MONDAY + timedelta(days=n), f"Wave {n}") for n in (1, 2, 3)]
    svg = drawn(points, [*flags, Flag(MONDAY + 7 * WEEK, "Later")]).svg
    said = [word for word in words(svg) if word.startswith("Wave")]
    assert said == ["Wave 1", "Wave 2"]
    tops = re.findall(r'<rect x="[\d.]+" y="([\d.]+)"', svg)
    assert len(set(tops)) == 2
    assert "Later" not in svg


def test_a_go_live_shortly_before_the_first_answers_is_shown():
    points = [point(0, 0.7, 0.6, 0.8), point(2, 0.7, 0.6, 0.8)]
    assert "Pilot" in words(drawn(points, [Flag(MONDAY - WEEK, "Pilot")]).svg)
    assert "Pilot" not in words(drawn(points, [Flag(MONDAY - 20 * WEEK, "Pilot")]).svg)


def test_the_table_says_the_same_the_last_week_first():
    drawing = drawn([point(0, 0.7, 0.6, 0.8), point(1, 0.61, 0.5, 0.7)])
    rows = [[cell.text for cell in row] for row in drawing.rows]
    assert rows == [["W46", "61%", "50% to 70%", "40"], ["W45", "70%", "60% to 80%", "40"]]
    assert drawing.rows[0][0].url == "/results/"


def test_a_single_week_stands_in_the_middle_without_a_line():
    svg = drawn([point(0, 0.8, 0.7, 0.9)]).svg
    assert "s-acc" not in svg
    assert "f-band" not in svg
    assert "80%" in words(svg)
