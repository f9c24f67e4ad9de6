"""The words that two texts share and do not share."""

import time

from communications.messages.queries.source import Piece, pieces

MOST_SECONDS = 2.0


def test_what_went_stands_before_what_came():
    assert list(pieces("Call us on Monday now", "Call us on Tuesday now")) == [
        Piece("equal", "Call us on "),
        Piece("delete", "Monday"),
        Piece("insert", "Tuesday"),
        Piece("equal", " now"),
    ]
    assert list(pieces("", "New")) == [Piece("insert", "New")]
    assert list(pieces("Same", "Same")) == [Piece("equal", "Same")]


def test_long_texts_that_differ_keep_no_page_waiting():
    before = "Hello. " + "the desk opens at your site soon, " * 600 + "Bye."
    after = "Hello. " + "our chat is open for all of you now, " * 600 + "Bye."
    began = time.process_time()
    found = list(pieces(before, after))
    assert time.process_time() - began < MOST_SECONDS
    assert [one.kind for one in found] == ["equal", "delete", "insert", "equal"]
    assert "".join(one.text for one in found if one.kind != "delete") == after
