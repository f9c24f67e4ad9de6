"""Which cores of a message say the same: those apart from each other by changes of wording alone.

What is made from one of them, such as an adaptation, stands beside the others. Each save tells what
kind of change it was (see ``MessageVersion``); what nobody has said of, is a change of meaning.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from communications.messages.models import MessageVersion
from communications.messages.models.adaptation import made_from, points_in
from communications.messages.models.message_version import CORE
from communications.messages.queries.meaning import WORDING
from communications.messages.queries.words import words_of

Core = Mapping[str, str]


def source_in(core: Core) -> str:
    """Return the fingerprint of what adaptations are made from, in one core."""
    return made_from(core["subject"], core["body"], core["key_points"])


def leaves_adaptations(kind: str, before: Core, after: Core) -> bool:
    """Tell whether adaptations may stay as they are after a change of the core.

    A key point in other words is another one: who adapts says of each whether it is kept.
    """
    one, other = (
        [words_of(point) for point in points_in(core["key_points"])] for core in (before, after)
    )
    return kind == WORDING and one == other


def alike_of(sources: Mapping[int, str]) -> dict[int, frozenset[str]]:
    """Return the fingerprints of the cores that say what one does, itself too; one query.

    Args:
        sources: the fingerprint of one core of each message, by the message's id.
    """
    saved: dict[int, list[MessageVersion]] = defaultdict(list)
    for one in _saved(sources):
        saved[one.message_id].append(one)
    return {pk: _alike(source, saved[pk]) for pk, source in sources.items()}


def alike(message: int, source: str) -> frozenset[str]:
    """Return the same of one message."""
    return alike_of({message: source})[message]


def _saved(messages: Iterable[int]) -> Iterable[MessageVersion]:
    found = MessageVersion.objects.filter(message__in=list(messages))
    return found.order_by("message", "number").only("message", "kind", *CORE)


def _alike(source: str, saved: list[MessageVersion]) -> frozenset[str]:
    runs, known = _runs(saved), {source}
    # A core that was taken up again ties together what stands before and after it.
    while further := {one for run in runs if run & known for one in run} - known:
        known |= further
    return frozenset(known)


def _runs(saved: list[MessageVersion]) -> list[set[str]]:
    """Return the cores that follow each other without a change of meaning, run by run."""
    runs = [{source_in(saved[0].core)}] if saved else []
    for before, after in pairwise(saved):
        source = source_in(after.core)
        if leaves_adaptations(after.kind, before.core, after.core):
            runs[-1].add(source)
        else:
            runs.append({source})
    return runs
