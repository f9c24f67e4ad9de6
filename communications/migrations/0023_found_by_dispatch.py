import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def name_dispatches(apps, _editor):
    """Tell bounces, and entries of the audit trail on mails, of which dispatch they are."""
    bounces = apps.get_model('communications', 'Bounce').objects
    deliveries = apps.get_model('communications', 'Delivery').objects
    own = deliveries.filter(pk=OuterRef('delivery'))
    bounces.update(
        dispatch=Subquery(own.values('dispatch')[:1]), site=Subquery(own.values('site')[:1])
    )
    types = apps.get_model('contenttypes', 'ContentType').objects
    kind = types.filter(app_label='communications', model='delivery').first()
    entries = apps.get_model('auditlog', 'LogEntry').objects
    acts = entries.filter(content_type=kind, additional_data__has_key='act')
    for entry in acts.only('pk', 'object_id').iterator() if kind else ():
        dispatch = deliveries.filter(pk=entry.object_id).values_list('dispatch', flat=True).first()
        if dispatch is not None:
            entries.filter(pk=entry.pk).update(cid=f'dispatch {dispatch}')


class Migration(migrations.Migration):

    # On PostgreSQL a table with rows that were just changed is not altered.
    atomic = False

    dependencies = [
        ('auditlog', '0017_add_actor_email'),
        ('communications', '0022_tally'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('programmes', '0007_link_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='bounce',
            name='dispatch',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.dispatch'),
        ),
        migrations.AddField(
            model_name='bounce',
            name='site',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.site'),
        ),
        migrations.RunPython(name_dispatches, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='bounce',
            name='dispatch',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.dispatch'),
        ),
        migrations.AlterField(
            model_name='bounce',
            name='site',
            field=models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.site'),
        ),
        migrations.AddIndex(
            model_name='bounce',
            index=models.Index(models.F('dispatch'), models.F('site'), models.F('delivery'), name='bounce_of_dispatch'),
        ),
    ]
