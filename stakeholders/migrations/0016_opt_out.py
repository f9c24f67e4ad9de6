import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Who has opted out of a programme."""

    dependencies = [
        ('programmes', '0006_once_per_address'),
        ('stakeholders', '0015_contact_unchecked'),
    ]

    operations = [
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='since')),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='opt_outs', to='stakeholders.person', verbose_name='person')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme', verbose_name='programme')),
            ],
            options={
                'verbose_name': 'opt-out',
                'verbose_name_plural': 'opt-outs',
                'constraints': [models.UniqueConstraint(models.F('person'), models.F('programme'), name='opt_out_once')],
            },
        ),
    ]
