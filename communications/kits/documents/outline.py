"""A text as a page that flows: headings, points, paragraphs, and questions with their answers."""

from collections.abc import Iterator, Mapping

from communications.kits.documents.layouts import QUESTION_MARKS
from communications.kits.documents.sheet import Block
from communications.messages.rendering.lines import BUTTON, TEXT, blocks_of_body

QUESTION, ANSWER = "question", "answer"


def outline(body: str, language: str, values: Mapping[str, str]) -> tuple[Block, ...]:
    """Return the lines of a text, with the values of a site in their places.

    A line that ends with a question mark is a question, and the line after it its answer.
    """
    return tuple(_asked(_lines(body, language, values)))


def _lines(body: str, language: str, values: Mapping[str, str]) -> Iterator[Block]:
    for kind, pattern in blocks_of_body(body, language):
        for line in pattern.fill(values).split("\n"):
            if words := " ".join(line.split()):
                yield Block(TEXT if kind == BUTTON else kind, words)


def _asked(lines: Iterator[Block]) -> Iterator[Block]:
    was_asked = False
    for line in lines:
        if line.kind == TEXT and line.text.endswith(QUESTION_MARKS):
            was_asked = True
            yield Block(QUESTION, line.text)
        elif was_asked and line.kind == TEXT:
            was_asked = False
            yield Block(ANSWER, line.text)
        else:
            was_asked = False
            yield line
