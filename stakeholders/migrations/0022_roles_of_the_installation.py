import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Roles of the installation have no programme."""

    dependencies = [
        ("programmes", "0008_sites_of_a_programme"),
        ("stakeholders", "0021_time_zone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="role",
            name="kind",
            field=models.CharField(
                choices=[
                    ("programme_manager", "Programme manager"),
                    ("cio", "CIO"),
                    ("regional_it_manager", "Regional IT manager"),
                    ("stream_leader", "Stream leader"),
                    ("hr_importer", "HR importer"),
                    ("communication_team", "Communication team"),
                    ("local_communication", "Local communication"),
                    ("auditor", "Auditor"),
                    ("event_host", "Event host"),
                    ("administrator", "Administrator"),
                    ("programme_starter", "Programme starter"),
                ],
                max_length=24,
                verbose_name="role",
            ),
        ),
        migrations.AlterField(
            model_name="role",
            name="programme",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty for roles of the installation.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="roles",
                to="programmes.programme",
                verbose_name="programme",
            ),
        ),
    ]
