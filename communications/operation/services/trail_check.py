"""Verifying the audit trail because somebody asked: by a worker, which shows how far it is."""

from datetime import datetime, timedelta

from django.db.models import Q

from communications.operation.models import Proof
from communications.operation.services.proof import note_proof
from programmes.database.clock import Clock
from programmes.database.wake import wake
from programmes.services.verifying import verify

TASK = "communications.trail"
TRAIL = Proof.Kind.TRAIL
# A worker that has shown nothing for so long is gone.
GONE = timedelta(minutes=10)


def ask(now: datetime) -> bool:
    """Ask a worker to verify the trail; False if somebody has asked already."""
    Proof.objects.get_or_create(kind=TRAIL)
    lost = Q(asked_at__lt=now - GONE) & (Q(seen_at=None) | Q(seen_at__lt=now - GONE))
    free = Proof.objects.filter(Q(asked_at=None) | lost, kind=TRAIL)
    if not free.update(asked_at=now, seen_at=None, done=0):
        return False
    wake(TASK)
    return True


def check_trail(clock: Clock) -> None:
    """Verify the trail and keep what came of it, unless another worker is at it."""
    idle = Q(seen_at=None) | Q(seen_at__lt=clock() - GONE)
    wanted = Proof.objects.filter(idle, kind=TRAIL, asked_at__isnull=False)
    if wanted.update(seen_at=clock()):
        report = verify({}, lambda done: _show(done, clock()))
        read = report.sealed + report.erased
        note_proof(TRAIL, clock(), amount=read, is_well=not report.broken)


def _show(done: int, now: datetime) -> None:
    Proof.objects.filter(kind=TRAIL).update(done=done, seen_at=now)
