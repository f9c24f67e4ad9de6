"""A portal of which something is due, with media, and a backup of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from communications.operation.services.pump import run_pump
from programmes.database.clock import database_now
from programmes.services.key import keep_key
from tests.backups.handling import manage
from tests.communications.conftest import relay  # noqa: F401  a fixture
from tests.communications.making import approve, make_message

PICTURE = bytes(range(256)) * 40


@pytest.fixture
def media(tmp_path, settings) -> Path:
    """Return where the media lie; there is one."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "logos").mkdir(parents=True)
    (settings.MEDIA_ROOT / "logos/ours.png").write_bytes(PICTURE)
    return settings.MEDIA_ROOT


@pytest.fixture
def portal(cast, media):
    """Six people wait for a message since an hour ago; a start has recorded the key."""
    past = timezone.now() - timedelta(hours=1)
    message = make_message(
        cast, past, fixed_on=past.date() - timedelta(days=1), latest_hours=24 * 9
    )
    approve(cast, message, past - timedelta(minutes=30))
    run_pump(past)
    keep_key(database_now())
    yield cast
    # Whoever comes next prepares statements of tables that are there.
    connection.close()


@pytest.fixture
def folder(portal, tmp_path) -> Path:
    """Return a backup of that portal."""
    manage("backup", tmp_path / "backup")
    return tmp_path / "backup"
