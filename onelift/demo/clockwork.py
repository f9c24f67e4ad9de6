"""Living through time past: the same pump, run at each moment at which something was due."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from communications.dispatches.queries.slots import slots
from communications.mailroom.channels.mail import RelayConfig
from communications.models import Approval
from communications.operation.services import pump
from onelift.demo.groups import be_posted


@dataclass(frozen=True)
class Scene:
    """Something that somebody did at a moment (UTC); ``act`` takes the moment."""

    at: datetime
    act: Callable[[datetime], object]


def play(
    scenes: Iterable[Scene], until: datetime, config: RelayConfig, told: Callable[[float], None]
) -> None:
    """Let the scenes happen in their order; the pump runs between them, up to a moment.

    ``told`` hears after each which share of them has happened, between 0 and 1.
    """
    scenes = sorted(scenes, key=lambda scene: scene.at)
    since = scenes[0].at
    for number, scene in enumerate(scenes, 1):
        catch_up(since, scene.at, config)
        scene.act(scene.at)
        since = scene.at
        told(number / len(scenes))
    catch_up(since, until, config)


def catch_up(since: datetime, until: datetime, config: RelayConfig) -> None:
    """Plan and send what became due after a moment, up to another."""
    for moment in due_moments(since, until):
        run_at(moment, config)


def run_at(moment: datetime, config: RelayConfig) -> None:
    """Let the clock, one sender and the groups' channels run once, at a moment."""
    pump.run_pump(moment)
    pump.deliver(lambda: moment, config)
    be_posted(moment)


def due_moments(since: datetime, until: datetime) -> list[datetime]:
    """Return when the approved messages became due at their sites, in order."""
    found = slots(Approval.objects.standing().select_related("message"))
    return sorted({slot.ready_at for slot in found if since < slot.ready_at <= until})
