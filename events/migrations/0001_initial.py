import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import events.models.registration
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communications', '0001_initial'),
        ('programmes', '0001_initial'),
        ('stakeholders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(editable=False, max_length=80, unique=True, verbose_name='address')),
                ('kind', models.CharField(choices=[('site', 'Site event'), ('training', 'Training'), ('meetup', 'Meet-up')], default='site', max_length=8, verbose_name='kind')),
                ('room', models.CharField(max_length=120, verbose_name='room')),
                ('directions', models.CharField(blank=True, max_length=200, verbose_name='how to get there')),
                ('held_on', models.DateField(verbose_name='day')),
                ('from_time', models.TimeField(default=datetime.time(9, 0), verbose_name='from')),
                ('until_time', models.TimeField(default=datetime.time(12, 0), verbose_name='until')),
                ('capacity', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(20000)], verbose_name='seats')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('title_en', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_fr', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_de', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_es', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_it', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_pl', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_pt_br', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_ru', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_zh_hans', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_ja', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_ko', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('title_ar', models.CharField(max_length=120, null=True, verbose_name='title')),
                ('what', models.TextField(max_length=1000, verbose_name='description')),
                ('what_en', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_fr', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_de', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_es', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_it', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_pl', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_pt_br', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_ru', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_zh_hans', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_ja', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_ko', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('what_ar', models.TextField(max_length=1000, null=True, verbose_name='description')),
                ('agenda', models.TextField(blank=True, help_text='One item per line.', max_length=3000, verbose_name='agenda')),
                ('agenda_en', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_fr', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_de', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_es', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_it', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_pl', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_pt_br', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_ru', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_zh_hans', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_ja', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_ko', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('agenda_ar', models.TextField(blank=True, help_text='One item per line.', max_length=3000, null=True, verbose_name='agenda')),
                ('remind_days', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='reminder (days before)')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sequence', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('cancelled_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='cancelled')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('hosts', models.ManyToManyField(blank=True, related_name='hosted_events', to=settings.AUTH_USER_MODEL, verbose_name='hosts')),
                ('invitation', models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='event', to='communications.message')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='programmes.programme', verbose_name='programme')),
                ('reminder', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reminded_event', to='communications.message')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='programmes.site', verbose_name='site')),
                ('stream', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='events', to='programmes.stream', verbose_name='stream')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['-held_on', '-pk'],
                'indexes': [models.Index(models.F('programme'), models.F('held_on'), name='event_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_time__gt', models.F('from_time'))), name='event_ends_after_it_begins', violation_error_message='The event must end after it begins, on the same day.')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('guest_name', models.CharField(blank=True, max_length=120, verbose_name='guest')),
                ('state', models.CharField(choices=[('going', 'Registered'), ('waiting', 'On the waiting list'), ('cancelled', 'Cancelled')], max_length=9, verbose_name='state')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('turn', models.PositiveSmallIntegerField(default=1)),
                ('is_walk_in', models.BooleanField(default=False, verbose_name='walk-in')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('code', models.CharField(default=events.models.registration.new_code, max_length=8, unique=True, verbose_name='code')),
                ('ticket_hash', models.CharField(max_length=64, unique=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='registrations', to='events.event')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='stakeholders.person', verbose_name='person')),
            ],
            options={
                'verbose_name': 'registration',
                'verbose_name_plural': 'registrations',
                'ordering': ['asked_at', 'pk'],
                'indexes': [models.Index(models.F('event'), models.F('state'), models.F('asked_at'), name='registration_in_turn')],
                'constraints': [models.UniqueConstraint(models.F('event'), models.F('person'), condition=models.Q(('person__isnull', False)), name='registered_once'), models.CheckConstraint(condition=models.Q(('person__isnull', False), models.Q(('guest_name', ''), _negated=True), _connector='OR'), name='person_or_guest')],
            },
        ),
        migrations.CreateModel(
            name='EventMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('claimed', 'Claimed'), ('sending', 'Sending'), ('sent', 'Sent'), ('failed', 'Failed'), ('skipped', 'Skipped'), ('cancelled', 'Cancelled'), ('in_doubt', 'In doubt')], default='planned', max_length=9)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('due_at', models.DateTimeField()),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('fence', models.CharField(blank=True, max_length=32)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('address', models.CharField(blank=True, max_length=254)),
                ('message_id', models.CharField(blank=True, max_length=120)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('kind', models.CharField(choices=[('confirmed', 'registered'), ('waiting', 'on the waiting list'), ('promoted', 'a seat became free'), ('withdrawn', 'registration cancelled'), ('moved', 'new time or place'), ('off', 'event cancelled')], max_length=9, verbose_name='kind')),
                ('occasion', models.PositiveSmallIntegerField()),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mails', to='events.registration')),
            ],
            options={
                'verbose_name': 'registration email',
                'verbose_name_plural': 'registration emails',
                'indexes': [models.Index(models.F('due_at'), condition=models.Q(('state__in', ['planned', 'claimed', 'sending'])), name='event_mail_open')],
                'constraints': [models.UniqueConstraint(models.F('registration'), models.F('kind'), models.F('occasion'), name='event_mail_once')],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by')),
                ('registration', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='check_in', to='events.registration')),
            ],
            options={
                'verbose_name': 'check-in',
                'verbose_name_plural': 'check-ins',
                'ordering': ['-at', '-pk'],
            },
        ),
    ]
