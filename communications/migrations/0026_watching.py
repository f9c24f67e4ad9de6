"""Whoever watches is told: problems, what sweepers did, and since when a dispatch goes on."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('communications', '0025_link_generation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('kind', models.CharField(choices=[('sending', 'Sending'), ('hold', 'Hold')], max_length=8, primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('next_try_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Swept',
            fields=[
                ('sweeper', models.CharField(choices=[('returned', 'Returned'), ('taken', 'Taken'), ('cut', 'Cut'), ('forgotten', 'Forgotten'), ('too_late', 'Too Late')], max_length=9, primary_key=True, serialize=False)),
                ('rows', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='dispatch',
            name='resumed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
