from django.db import migrations, models


class Migration(migrations.Migration):
    """Links are not counted unless a programme says so."""

    dependencies = [
        ('programmes', '0006_once_per_address'),
    ]

    operations = [
        migrations.AddField(
            model_name='programme',
            name='has_link_counts',
            field=models.BooleanField(db_default=False, default=False, help_text='In total, by language. Nobody learns who opened one, or when.', verbose_name='count how often links are opened'),
        ),
    ]
