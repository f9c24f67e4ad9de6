from django.db import migrations, models


class Migration(migrations.Migration):
    """One mail an address, off."""

    dependencies = [
        ('programmes', '0005_rest_and_budget'),
    ]

    operations = [
        migrations.AddField(
            model_name='programme',
            name='is_once_per_address',
            field=models.BooleanField(db_default=False, default=False, help_text='Of people who share an address, one gets each message, the others do not.', verbose_name='one mail an address'),
        ),
    ]
