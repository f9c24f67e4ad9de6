"""Where people came from who moved by an import."""

import django.db.models.deletion
from django.db import migrations, models


def find_origins(apps, schema_editor):
    """Find the sites by the names that entries keep; one that was renamed since is not found."""
    entries = apps.get_model("stakeholders", "ImportEntry").objects.filter(kind="changed")
    for site in apps.get_model("programmes", "Site").objects.order_by("pk"):
        entries.filter(fields__site__0=site.name).update(came_from=site)


class Migration(migrations.Migration):
    dependencies = [
        ("programmes", "0008_sites_of_a_programme"),
        ("stakeholders", "0024_roles_of_the_installation_checked"),
    ]

    operations = [
        migrations.AddField(
            model_name="importentry",
            name="came_from",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="programmes.site",
                verbose_name="came from",
            ),
        ),
        migrations.RunPython(find_origins, migrations.RunPython.noop, elidable=True),
    ]
