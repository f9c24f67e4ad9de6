import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Opting out of messages, and one mail an address."""

    dependencies = [
        ('communications', '0012_life'),
    ]

    operations = [
        migrations.AddField(
            model_name='dispatch',
            name='is_once_per_address',
            field=models.BooleanField(db_default=False, default=False, verbose_name='one mail an address'),
        ),
        migrations.AddField(
            model_name='message',
            name='is_optional',
            field=models.BooleanField(db_default=False, default=False, help_text='Neither urgent nor operational messages can be.', verbose_name='may be opted out of'),
        ),
        migrations.CreateModel(
            name='Addressee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.delivery')),
                ('dispatch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.dispatch')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('dispatch'), models.F('address'), name='addressee_once')],
            },
        ),
    ]
