"""Signs that a file of Office cannot hold, pasted into a text from elsewhere."""

from datetime import UTC, datetime

import docx
import pptx
import pytest

from communications.kits.documents.office import described, plain


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff", "|"])
def test_a_sign_that_no_file_holds_is_left_out(sign: str) -> None:
    text = plain(f"Call{sign} 5050\n\tnow")
    assert text == "Call 5050\n\tnow"
    assert docx.Document().add_paragraph().add_run(text).text == text
    deck = pptx.Presentation()
    title = deck.slides.add_slide(deck.slide_layouts[0]).shapes.title
    title.text_frame.paragraphs[0].add_run().text = text.replace("\n", " ")
    assert "5050" in title.text_frame.text


def test_what_a_file_says_of_itself_is_held_by_it_too() -> None:
    deck = pptx.Presentation()
    described(deck.core_properties, "Title", "One\x0b IT", "en", datetime(2026, 11, 24, tzinfo=UTC))
    assert deck.core_properties.author == deck.core_properties.last_modified_by == "One IT"
