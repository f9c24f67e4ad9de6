"""The audit trail in a backup: its end stands in the manifest, and it is whole when put back."""

import json

import pytest
from auditlog.models import LogEntry

from onelift.backups.manifest import seal_of
from programmes.database.clock import database_now
from programmes.models import Chain
from programmes.queries.seals import head, heads_in
from programmes.services.sealing import seal
from programmes.services.verifying import verify
from tests.backups.handling import body_of, manage
from tests.programmes.sealed import write

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_audit_trail_is_whole_after_a_restore_and_goes_on(portal, tmp_path):
    write(portal.programme, portal.ines)
    seal(database_now)
    manage("backup", tmp_path / "backup")
    named = body_of(tmp_path / "backup")["trail"]
    assert named == head()
    write(portal.programme, portal.ines, after="lost")
    seal(database_now)
    lost = head()
    said = manage("restore", tmp_path / "backup", "--replace")
    assert f"The audit trail is intact, sealed up to {named}." in said
    assert "lost" not in str(list(LogEntry.objects.values_list("changes", flat=True)))
    Chain.objects.update(looked_at=None)
    seal(database_now)
    assert verify(heads_in(named)).faults == []
    assert verify(heads_in(lost)).broken


def test_an_audit_trail_that_was_tampered_with_before_the_backup_is_told(portal, tmp_path):
    write(portal.programme, portal.ines)
    seal(database_now)
    LogEntry.objects.update(object_repr="Forged")
    manage("backup", tmp_path / "backup")
    said = manage("restore", tmp_path / "backup", "--replace")
    assert (
        "The audit trail in this backup is broken: run manage.py verify_trail to see where." in said
    )


def test_a_backup_that_says_nothing_of_the_audit_trail_is_put_back(folder):
    body = body_of(folder)
    assert body.pop("trail") == ""
    del body["sha256"]
    (folder / "manifest.json").write_text(json.dumps({**body, "sha256": seal_of(body)}))
    assert "The audit trail is intact. Heads" in manage("restore", folder, "--replace")
