import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Let the database check no key of a contact: one is written with each mail."""

    dependencies = [
        ("programmes", "0001_initial"),
        ("stakeholders", "0014_bad_addresses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contact",
            name="programme",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="programmes.programme",
            ),
        ),
        migrations.AlterField(
            model_name="contact",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="contacts",
                to="stakeholders.person",
            ),
        ),
    ]
