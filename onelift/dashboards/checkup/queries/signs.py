"""What jobs and tests have left behind, read once for the whole page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from communications.models import Heartbeat, Proof


@dataclass(frozen=True)
class Signs:
    """When recurring jobs last ran (UTC), and when something was last proven, by name and kind."""

    beats: Mapping[str, datetime]
    proofs: Mapping[str, Proof]


def signs() -> Signs:
    """Return all, in two queries."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    return Signs(beats, {proof.kind: proof for proof in Proof.objects.all()})
