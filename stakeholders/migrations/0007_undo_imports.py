from django.db import migrations


def keep_by_impact(apps, schema_editor):
    """Write what a bulk edit gave to all for each impact, as an import needs it."""
    batches = apps.get_model("stakeholders", "ImpactBatch")
    for batch in batches.objects.iterator():
        batch.after = dict.fromkeys(batch.before, batch.after)
        batch.save(update_fields=["after"])


def keep_for_all(apps, schema_editor):
    """Write once what a bulk edit gave to all; an import cannot be undone then."""
    batches = apps.get_model("stakeholders", "ImpactBatch")
    for batch in batches.objects.iterator():
        batch.after = next(iter(batch.after.values()), {})
        batch.save(update_fields=["after"])


class Migration(migrations.Migration):

    dependencies = [
        ('stakeholders', '0006_delegation'),
    ]

    operations = [
        migrations.RunPython(keep_by_impact, keep_for_all, elidable=False),
    ]
