from django.db import migrations, models


def take_in_the_sites_of_waves(apps, schema_editor):
    """Give each programme the sites that its waves have."""
    places = apps.get_model("programmes", "WaveSite").objects
    taken = apps.get_model("programmes", "Programme").sites.through
    pairs = set(places.order_by().values_list("wave__programme", "site"))
    taken.objects.bulk_create(
        [taken(programme_id=programme, site_id=site) for programme, site in sorted(pairs)],
        batch_size=500,
    )


class Migration(migrations.Migration):
    """People belong to a programme by its sites, which an installation right gives it."""

    dependencies = [
        ("programmes", "0007_link_counts"),
    ]

    operations = [
        migrations.AddField(
            model_name="programme",
            name="sites",
            field=models.ManyToManyField(
                blank=True,
                help_text="Once such a site is in a wave, its people belong to the programme.",
                related_name="programmes",
                to="programmes.site",
                verbose_name="sites",
            ),
        ),
        migrations.RunPython(take_in_the_sites_of_waves, migrations.RunPython.noop),
    ]
