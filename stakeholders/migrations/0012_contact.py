import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programmes', '0004_what_changes'),
        ('stakeholders', '0011_role_given'),
    ]

    operations = [
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_sent_at', models.DateTimeField()),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='stakeholders.person')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='programmes.site')),
            ],
            options={
                'verbose_name': 'contact',
                'verbose_name_plural': 'contacts',
                'indexes': [models.Index(models.F('programme'), models.F('person'), models.F('last_sent_at'), name='contact_of_person'), models.Index(models.F('programme'), models.F('site'), models.F('last_sent_at'), name='contact_at_site')],
                'constraints': [models.UniqueConstraint(models.F('programme'), models.F('person'), name='last_contact_once')],
            },
        ),
    ]
