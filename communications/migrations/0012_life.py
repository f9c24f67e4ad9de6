from django.db import migrations, models
import django.db.models.deletion

# Forgotten when the server breaks down: see communications/mailroom/services/life.py.
MAKE = """
CREATE UNLOGGED TABLE communications_life (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  name varchar(8) NOT NULL
)
"""


def make_table(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(MAKE)


def drop_table(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TABLE communications_life")


class Migration(migrations.Migration):
    """Let a claim say in which life of the database it was made; find what waits by dispatch."""

    dependencies = [("communications", "0011_delay")]

    operations = [
        migrations.RunPython(make_table, drop_table),
        migrations.AlterField(
            model_name="delivery",
            name="approval",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="communications.approval",
            ),
        ),
        migrations.RemoveIndex(model_name="delivery", name="delivery_open"),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                "state",
                "dispatch",
                "due_at",
                condition=models.Q(("state__in", ("planned", "claimed", "sending"))),
                name="delivery_open",
            ),
        ),
    ]
