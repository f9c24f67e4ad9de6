import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('programmes', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='streamupdate',
            name='opened_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='streamupdate',
            name='sent_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='streamupdate',
            name='stream',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='updates', to='programmes.stream'),
        ),
        migrations.AddField(
            model_name='supportcontact',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='support_contacts', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='supportcontact',
            name='site',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='support_contacts', to='programmes.site'),
        ),
        migrations.AddField(
            model_name='textstate',
            name='changed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='textstate',
            name='content_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='contenttypes.contenttype'),
        ),
        migrations.AddField(
            model_name='wave',
            name='programme',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waves', to='programmes.programme'),
        ),
        migrations.AddField(
            model_name='wavesite',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wave_sites', to='programmes.site'),
        ),
        migrations.AddField(
            model_name='wavesite',
            name='wave',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wave_sites', to='programmes.wave'),
        ),
        migrations.AddField(
            model_name='wave',
            name='sites',
            field=models.ManyToManyField(through='programmes.WaveSite', to='programmes.site'),
        ),
        migrations.AddConstraint(
            model_name='streamupdate',
            constraint=models.UniqueConstraint(models.F('stream'), models.F('week_on'), name='one_update_a_week'),
        ),
        migrations.AddConstraint(
            model_name='supportcontact',
            constraint=models.UniqueConstraint(models.F('programme'), models.F('site'), name='support_contact_once_a_site'),
        ),
        migrations.AddConstraint(
            model_name='supportcontact',
            constraint=models.UniqueConstraint(models.F('programme'), condition=models.Q(('site', None)), name='support_contact_once_a_programme', violation_error_message='This programme already has a contact.'),
        ),
        migrations.AddConstraint(
            model_name='textstate',
            constraint=models.UniqueConstraint(models.F('content_type'), models.F('object_id'), models.F('group'), models.F('language'), name='one_state_per_text'),
        ),
        migrations.AddConstraint(
            model_name='wavesite',
            constraint=models.UniqueConstraint(models.F('wave'), models.F('site'), name='site_once_in_wave'),
        ),
        migrations.AddConstraint(
            model_name='wave',
            constraint=models.UniqueConstraint(models.F('programme'), models.F('name'), name='wave_name_once'),
        ),
    ]
