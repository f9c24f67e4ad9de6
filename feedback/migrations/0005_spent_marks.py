"""That a link has been used moves from the invitation to a mark that knows no person."""

import base64
import hashlib
import hmac
import random
import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

CHUNK = 2000


def name_of(secret):
    return hmac.digest(secret.encode(), b"generation of links", hashlib.sha256).hex()[:16]


def mark_of(secret, delivery, purpose):
    key = hashlib.sha256(b"personal links:" + secret.encode()).digest()
    digest = hmac.digest(key, f"{purpose}:{delivery}".encode(), hashlib.sha256)
    token = base64.b32encode(digest[:20]).decode().lower()
    key = hashlib.sha256(b"spent marks:" + secret.encode()).digest()
    return uuid.UUID(bytes=hmac.digest(key, token.encode(), hashlib.sha256)[:16])


def mark_used_links(apps, schema_editor):
    """A used link whose key is gone needs no mark: it opens nothing any more."""
    secrets = {name_of(s): s for s in (*settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY)}
    columns = ("segment__survey", "link__delivery", "link__purpose", "link__generation")
    used = apps.get_model("feedback", "Invitation").objects.filter(is_answered=True)
    mark = apps.get_model("feedback", "SpentMark")
    marks = [
        mark(mark=mark_of(secrets[generation], delivery, purpose), survey_id=survey)
        for survey, delivery, purpose, generation in used.values_list(*columns).iterator(CHUNK)
        if generation in secrets
    ]
    random.SystemRandom().shuffle(marks)
    mark.objects.bulk_create(marks, batch_size=CHUNK)


def rewrite_invitations(apps, schema_editor):
    """Write all invitations again, in the order of their numbers and in one transaction.

    PostgreSQL would go on showing by place and transaction which of them were changed by an
    answer, and keep the columns that were removed in its files. SQLite has made the table again.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        columns = "id, link_id, segment_id"
        cursor.execute(
            f"CREATE TEMPORARY TABLE kept ON COMMIT DROP AS SELECT {columns} FROM feedback_invitation"
        )
        cursor.execute("TRUNCATE feedback_invitation")
        cursor.execute(
            f"INSERT INTO feedback_invitation ({columns}) SELECT {columns} FROM kept ORDER BY id"
        )


class Migration(migrations.Migration):
    dependencies = [
        ("communications", "0025_link_generation"),
        ("feedback", "0004_tally_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpentMark",
            fields=[
                (
                    "mark",
                    models.UUIDField(editable=False, primary_key=True, serialize=False),
                ),
                ("nonce_hash", models.CharField(blank=True, max_length=64)),
                (
                    "survey",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="feedback.survey",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("survey"),
                        condition=models.Q(("nonce_hash", ""), _negated=True),
                        name="mark_not_rewritten",
                    )
                ],
            },
        ),
        migrations.RunPython(mark_used_links, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="invitation", name="invitation_nonce"),
        migrations.RemoveField(model_name="invitation", name="is_answered"),
        migrations.RemoveField(model_name="invitation", name="nonce_hash"),
        migrations.RemoveField(model_name="invitation", name="nonce_until"),
        migrations.RunPython(rewrite_invitations, migrations.RunPython.noop),
    ]
