import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import translation

from programmes.design.charts.milestones import GAP, Mark, draw_milestones
from programmes.design.charts.packing import label_width

TODAY = date(2026, 12, 3)
LONG = "Agreement with the works councils of all seventeen sites on the new phones signed"
UNBROKEN = "Datenschutzfolgenabschätzungsvereinbarung mit den Betriebsräten"


def labels_of(svg):
    """Yield x, y, words and half the width of each text below the line."""
    for x, y, words in re.findall(r'<text x="([\d.-]+)" y="([\d.]+)"[^>]*>([^<]*)<', svg):
        if float(y) > 50:
            yield float(x), float(y), unescape(words), label_width(unescape(words), 11) / 2


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize(
    "name", [LONG, UNBROKEN, "与所有十七个地点的工会就新电话签署的协议现已全部完成"]
)
def test_labels_are_whole_and_touch_nothing(name, language):
    days = [TODAY + timedelta(days=n) for n in range(-3, 4)]
    marks = [
        Mark(n, name, day, "done" if day < TODAY else "late", done_on=TODAY, remark="3 days late")
        for n, day in enumerate(days)
    ]
    with translation.override(language):
        svg = str(draw_milestones(marks, TODAY, "Milestones").svg)
    labels = list(labels_of(svg))
    places = sorted({x for x, *_ in labels})
    assert len(places) == len(marks)
    for place in places:
        own = "".join(words for x, _, words, _ in labels if x == place)
        assert own.replace(" ", "").startswith(name.replace(" ", ""))
    for x, y, words, half in labels:
        assert half <= GAP / 2
        beside = [other for other in labels if other[1] == y and other[0] > x]
        assert all(x + half < there - width for there, _, _, width in beside), words
    height = float(re.search(r'viewBox="0 0 [\d.]+ ([\d.]+)"', svg)[1])
    assert max(y for _, y, *_ in labels) < height


def test_a_milestone_that_was_late_says_both_its_days():
    due, done = TODAY - timedelta(days=9), TODAY - timedelta(days=2)
    mark = Mark(1, "Kits ready", due, "done", done_on=done, remark="7 days late")
    drawing = draw_milestones([mark], TODAY, "Milestones")
    said = [words for _, _, words, _ in labels_of(str(drawing.svg))]
    assert said == ["Kits ready", "Due 24 Nov", "Done 1 Dec", "7 days late"]
    assert list(drawing.headings) == ["Milestone", "Due on", "Done on", "State"]
    assert [cell.text for cell in drawing.rows[0]] == [
        "Kits ready", "24 Nov", "1 Dec", "7 days late",
    ]  # fmt: skip
