from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("communications", "0016_reviews_of_adaptations")]

    operations = [
        migrations.AddField(
            model_name="sender",
            name="declined_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="declined"),
        ),
    ]
