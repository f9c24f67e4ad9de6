import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """How often links are opened."""

    dependencies = [
        ('communications', '0013_opt_out'),
    ]

    operations = [
        migrations.AddField(
            model_name='dispatch',
            name='has_link_counts',
            field=models.BooleanField(db_default=False, default=False, verbose_name='links are counted'),
        ),
        migrations.CreateModel(
            name='LinkCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('number', models.PositiveSmallIntegerField()),
                ('opened', models.PositiveIntegerField(default=0)),
                ('approval', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='link_counts', to='communications.approval')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('approval'), models.F('language'), models.F('number'), name='link_count_once')],
            },
        ),
    ]
