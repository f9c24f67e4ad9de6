"""A text beside its source, sentence by sentence, with what has changed in the source since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from communications.desk.queries.sentences import Sentence, aligned, joined, sentences_of
from communications.messages.queries.source import Piece, pieces

PARAGRAPH = "\n\n"
# A text of more sentences is one row: comparing them takes too long while somebody types.
MOST_SENTENCES = 400


@dataclass(frozen=True)
class SentenceRow:
    """One sentence of the source and what a translator writes for it.

    ``lead`` and ``tail`` are what stands before and after ``text`` in the whole; they are the
    source's where nothing is written yet. ``source`` is empty where the source has it no more.
    """

    number: int
    kind: str
    pieces: tuple[Piece, ...]
    source: str
    text: str
    lead: str
    tail: str

    @property
    def is_changed(self) -> bool:
        """Tell whether the source says something else than when the text was made."""
        return any(piece.kind != "equal" for piece in self.pieces)


@dataclass(frozen=True)
class Step:
    """A sentence of the source as it was and as it is; one of them may be missing."""

    before: int | None
    after: int | None


def rows_of(
    source: Mapping[str, str], former: Mapping[str, str], text: Mapping[str, str]
) -> list[SentenceRow]:
    """Return the rows of a subject and a body.

    Args:
        source: what the source says now.
        former: what it said when the text was made, or the same.
        text: what is written.
    """
    subject = SentenceRow(
        0,
        "subject",
        tuple(pieces(former["subject"], source["subject"])),
        source["subject"],
        text["subject"],
        "",
        "",
    )
    return [subject, *_body_rows(source["body"], former["body"], text["body"])]


def _body_rows(source: str, former: str, text: str) -> Iterator[SentenceRow]:
    now, before, written = _cut(*(one.strip() for one in (source, former, text)))
    steps = list(_steps(before, now))
    # What is written was made from the source as it was, as a rule without what is new in it.
    units = [_known(step, before, now) for step in steps]
    fresh = frozenset(place for place, step in enumerate(steps) if step.before is None)
    for number, pair in enumerate(aligned(units, written, fresh), start=1):
        own = [steps[place] for place in pair.old]
        old = [before[step.before] for step in own if step.before is not None]
        new = [now[step.after] for step in own if step.after is not None]
        yield _row(number, old, new, [written[place] for place in pair.new])


def _cut(*texts: str) -> list[list[Sentence]]:
    """Return the sentences of each text, or each text as one where they are too many."""
    found = [sentences_of(text) for text in texts]
    if max(map(len, found)) <= MOST_SENTENCES:
        return found
    return [[Sentence("", text, "")] if text else [] for text in texts]


def _known(step: Step, before: Sequence[Sentence], now: Sequence[Sentence]) -> Sentence:
    return before[step.before] if step.before is not None else now[step.after or 0]


def _steps(before: Sequence[Sentence], now: Sequence[Sentence]) -> Iterator[Step]:
    """Yield how one text became the other, sentence by sentence."""
    match = SequenceMatcher(
        None, [one.text for one in before], [one.text for one in now], autojunk=False
    )
    for _kind, i, j, k, m in match.get_opcodes():
        for place in range(max(j - i, m - k)):
            yield Step(
                i + place if i + place < j else None,
                k + place if k + place < m else None,
            )


def _row(
    number: int, old: Sequence[Sentence], new: Sequence[Sentence], written: Sequence[Sentence]
) -> SentenceRow:
    said, was, shape = joined(new), joined(old), (new or old or written)
    own = written or shape
    tail = (written[-1].tail if written else "") or shape[-1].tail or PARAGRAPH
    kind = "button" if shape[0].is_button else "text"
    changes = tuple(pieces(was, said))
    return SentenceRow(number, kind, changes, said, joined(written), own[0].lead, tail)
