import hashlib
import json

from django.db import migrations


def freeze(apps, _editor):
    """Add purpose and key points to the versions, as they are now: older ones are not kept."""
    for version in apps.get_model("communications", "Approval").objects.select_related("message"):
        own = {"purpose": version.message.purpose, "key_points": version.message.key_points}
        store(version, own | version.content)


def thaw(apps, _editor):
    for version in apps.get_model("communications", "Approval").objects.all():
        kept = {k: v for k, v in version.content.items() if k not in ("purpose", "key_points")}
        store(version, kept)


def store(version, content):
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    version.content = content
    version.fingerprint = hashlib.sha256(canonical.encode()).hexdigest()
    version.save(update_fields=["content", "fingerprint"])


class Migration(migrations.Migration):
    """Freeze purpose and key points with each version."""

    dependencies = [("communications", "0014_link_counts")]

    operations = [
        migrations.RunPython(freeze, thaw),
    ]
