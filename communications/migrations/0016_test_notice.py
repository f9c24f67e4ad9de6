import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Let somebody ask for a test of a message by mail."""

    dependencies = [("communications", "0015_frozen_purpose")]

    operations = [
        migrations.AlterField(
            "notice",
            "kind",
            models.CharField(
                choices=[
                    ("decide", "to decide"),
                    ("answer", "to answer"),
                    ("test", "test of a message"),
                ],
                default="decide",
                max_length=6,
            ),
        ),
        migrations.AddField(
            "notice",
            "tested",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="communications.message",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            "notice",
            "text",
            models.JSONField(blank=True, default=dict, verbose_name="text"),
        ),
    ]
