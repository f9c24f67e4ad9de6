import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import encrypted_fields.fields
from django.conf import settings
from django.db import migrations, models

from communications.dispatches.models.counting import drop_tally, keep_tally

# Forgotten when the server breaks down: see communications/mailroom/services/database_life.py.
LIFE = """
CREATE UNLOGGED TABLE communications_life (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  name varchar(8) NOT NULL
)
"""


def make_life(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(LIFE)


def drop_life(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TABLE communications_life")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('programmes', '0001_initial'),
        ('stakeholders', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('kind', models.CharField(choices=[('sending', 'Sending'), ('hold', 'Hold')], max_length=8, primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('told_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('next_try_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ChannelState',
            fields=[
                ('channel', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('careful_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'channel state',
                'verbose_name_plural': 'channel states',
            },
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'heartbeat',
                'verbose_name_plural': 'heartbeats',
            },
        ),
        migrations.CreateModel(
            name='Swept',
            fields=[
                ('sweeper', models.CharField(choices=[('returned', 'Returned'), ('taken', 'Taken'), ('cut', 'Cut'), ('forgotten', 'Forgotten'), ('too_late', 'Too Late')], max_length=9, primary_key=True, serialize=False)),
                ('rows', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Watermark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.CharField(max_length=16)),
                ('number', models.BigIntegerField(default=0)),
                ('place', models.CharField(max_length=400)),
                ('life', models.CharField(max_length=8)),
                ('known_until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'watermark',
                'verbose_name_plural': 'watermarks',
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('content', models.JSONField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting for the CIO'), ('approved', 'Approved'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('replaced', 'Replaced')], default='waiting', max_length=10)),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('writers', models.JSONField(blank=True, db_default=[], default=list, editable=False)),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('regions', models.ManyToManyField(related_name='+', to='programmes.region')),
            ],
            options={
                'verbose_name': 'approval',
                'verbose_name_plural': 'approvals',
                'ordering': ['-version'],
            },
        ),
        migrations.CreateModel(
            name='Channel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('teams', 'Microsoft Teams'), ('slack', 'Slack'), ('wecom', 'WeCom'), ('dingtalk', 'DingTalk'), ('feishu', 'Feishu'), ('webhook', 'Webhook'), ('feed', 'Intranet feed'), ('by_hand', 'By hand')], max_length=12, verbose_name='kind')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('address', encrypted_fields.fields.EncryptedTextField(blank=True, null=True, verbose_name='address')),
                ('secret', encrypted_fields.fields.EncryptedTextField(blank=True, null=True, verbose_name='secret')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channels', to='programmes.programme')),
                ('regions', models.ManyToManyField(blank=True, related_name='+', to='programmes.region', verbose_name='regions')),
                ('sites', models.ManyToManyField(blank=True, related_name='+', to='programmes.site', verbose_name='sites')),
            ],
            options={
                'verbose_name': 'channel',
                'verbose_name_plural': 'channels',
                'ordering': ['name', 'pk'],
                'constraints': [models.UniqueConstraint(models.F('programme'), models.F('name'), name='channel_name_once', violation_error_message='A channel with this name already exists. Choose another name.')],
            },
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occurrence', models.PositiveSmallIntegerField(default=1)),
                ('started_at', models.DateTimeField()),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('resumed_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('is_once_per_address', models.BooleanField(db_default=False, default=False, verbose_name='one email per address')),
                ('has_link_counts', models.BooleanField(db_default=False, default=False, verbose_name='links are counted')),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'dispatch',
                'verbose_name_plural': 'dispatches',
                'ordering': ['-started_at'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
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
                ('channel', models.CharField(default='mail', max_length=12)),
                ('latest_at', models.DateTimeField()),
                ('delay', models.CharField(blank=True, choices=[('weekend', 'weekend'), ('holiday', 'public holiday'), ('blackout', 'blackout'), ('outside_hours', 'outside working hours'), ('budget', 'weekly email limit reached')], max_length=13, verbose_name='delay')),
                ('approval', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communications.approval')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='stakeholders.person')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.site')),
                ('dispatch', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='communications.dispatch')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(models.F('state'), models.F('dispatch'), models.F('due_at'), condition=models.Q(('state__in', ('planned', 'claimed', 'sending'))), name='delivery_open'), models.Index(models.F('dispatch'), models.F('site'), models.F('state'), models.F('language'), name='delivery_ledger'), models.Index(models.F('dispatch'), models.F('ended_at'), models.F('id'), condition=models.Q(('state', 'in_doubt')), name='delivery_in_doubt'), models.Index(models.F('dispatch'), models.F('next_try_at'), condition=models.Q(('next_try_at__lt', datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)), ('state', 'planned')), name='delivery_tried')],
                'constraints': [models.UniqueConstraint(models.F('dispatch'), models.F('person'), models.F('channel'), name='delivery_once')],
            },
        ),
        migrations.CreateModel(
            name='Bounce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('hard', 'address not valid'), ('soft', 'rejected by the mailbox'), ('refused', 'email refused')], max_length=7, verbose_name='kind')),
                ('code', models.CharField(blank=True, max_length=11, verbose_name='code')),
                ('reply', models.CharField(blank=True, max_length=200, verbose_name='server reply')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('site', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.site')),
                ('delivery', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='bounces', to='communications.delivery', verbose_name='delivery')),
                ('dispatch', models.ForeignKey(db_index=False, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.dispatch')),
            ],
            options={
                'verbose_name': 'bounced email',
                'verbose_name_plural': 'bounced emails',
                'ordering': ['-received_at', '-pk'],
                'indexes': [models.Index(models.F('dispatch'), models.F('site'), models.F('delivery'), name='bounce_of_dispatch')],
                'constraints': [models.UniqueConstraint(models.F('delivery'), models.F('kind'), name='bounce_once')],
            },
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
        migrations.CreateModel(
            name='KitDownload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('extent', models.CharField(choices=[('all', 'The whole kit'), ('new', 'New files'), ('language', 'One language'), ('file', 'One file')], max_length=8, verbose_name='what')),
                ('language', models.CharField(blank=True, max_length=12, verbose_name='language')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('files', models.JSONField(default=dict, verbose_name='files')),
                ('versions', models.JSONField(default=list, editable=False)),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.region')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='kit_downloads', to=settings.AUTH_USER_MODEL)),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kit_downloads', to='programmes.wave')),
            ],
            options={
                'verbose_name': 'kit download',
                'verbose_name_plural': 'kit downloads',
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(models.F('user'), models.F('wave'), models.F('region'), models.F('at'), name='kitdownload_mine')],
            },
        ),
        migrations.CreateModel(
            name='KitFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('kind', models.CharField(choices=[('poster', 'Poster A3'), ('flyer', 'Flyer A5'), ('mail', 'Email to forward'), ('page', 'Email as a web page'), ('text', 'Email as text'), ('chat', 'Chat text')], max_length=6, verbose_name='kind')),
                ('wanted', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Queued'), ('making', 'Being created'), ('ready', 'Ready'), ('refused', 'Cannot be created'), ('retired', 'No longer in the kit')], default='waiting', max_length=7, verbose_name='state')),
                ('problem', models.CharField(blank=True, max_length=8, verbose_name='reason')),
                ('detail', models.CharField(blank=True, max_length=20)),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('fence', models.CharField(blank=True, max_length=32)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kit_files', to='programmes.wavesite')),
            ],
            options={
                'verbose_name': 'kit file',
                'verbose_name_plural': 'kit files',
                'indexes': [models.Index(models.F('asked_at'), condition=models.Q(('state__in', ['waiting', 'making'])), name='kit_open')],
            },
        ),
        migrations.CreateModel(
            name='KitLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(editable=False, max_length=16, unique=True)),
                ('made_at', models.DateTimeField(verbose_name='created')),
                ('expires_at', models.DateTimeField(verbose_name='valid until')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.region')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.site', verbose_name='site')),
                ('wave', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kit_links', to='programmes.wave')),
            ],
            options={
                'verbose_name': 'kit link',
                'verbose_name_plural': 'kit links',
                'ordering': ['-made_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='KitVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField(verbose_name='size')),
                ('content', models.BinaryField()),
                ('picture', models.BinaryField(blank=True)),
                ('made_at', models.DateTimeField(verbose_name='created')),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='communications.kitfile')),
            ],
            options={
                'indexes': [models.Index(models.F('superseded_at'), condition=models.Q(('superseded_at__isnull', False)), name='kitversion_old')],
                'constraints': [models.UniqueConstraint(models.F('file'), condition=models.Q(('superseded_at', None)), name='kitversion_one_current')],
            },
        ),
        migrations.CreateModel(
            name='LinkCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=12)),
                ('number', models.PositiveSmallIntegerField()),
                ('opened', models.PositiveIntegerField(default=0)),
                ('approval', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='link_counts', to='communications.approval')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('approval'), models.F('language'), models.F('number'), name='link_count_once')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offset_days', models.SmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-730), django.core.validators.MaxValueValidator(730)], verbose_name='days from go-live')),
                ('fixed_on', models.DateField(blank=True, null=True, verbose_name='fixed date')),
                ('local_time', models.TimeField(default=datetime.time(9, 0), verbose_name='local time')),
                ('latest_hours', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)], verbose_name='latest send time (hours after)')),
                ('is_urgent', models.BooleanField(default=False, verbose_name='urgent')),
                ('source', models.CharField(default='message', editable=False, max_length=20)),
                ('level', models.CharField(choices=[('strategic', 'Strategic'), ('tactical', 'Tactical'), ('operational', 'Operational')], default='tactical', max_length=12, verbose_name='level')),
                ('is_optional', models.BooleanField(db_default=False, default=False, help_text='Not possible for urgent or operational messages.', verbose_name='people can opt out')),
                ('purpose', models.TextField(verbose_name='purpose')),
                ('key_points', models.TextField(blank=True, help_text='One per line. Every adaptation must keep them.', verbose_name='key points')),
                ('sender', models.CharField(max_length=120, verbose_name='sender')),
                ('subject', models.CharField(max_length=160, verbose_name='subject')),
                ('subject_en', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_fr', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_de', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_es', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_it', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_pl', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_pt_br', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_ru', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_zh_hans', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_ja', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_ko', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('subject_ar', models.CharField(max_length=160, null=True, verbose_name='subject')),
                ('body', models.TextField(verbose_name='text')),
                ('body_en', models.TextField(null=True, verbose_name='text')),
                ('body_fr', models.TextField(null=True, verbose_name='text')),
                ('body_de', models.TextField(null=True, verbose_name='text')),
                ('body_es', models.TextField(null=True, verbose_name='text')),
                ('body_it', models.TextField(null=True, verbose_name='text')),
                ('body_pl', models.TextField(null=True, verbose_name='text')),
                ('body_pt_br', models.TextField(null=True, verbose_name='text')),
                ('body_ru', models.TextField(null=True, verbose_name='text')),
                ('body_zh_hans', models.TextField(null=True, verbose_name='text')),
                ('body_ja', models.TextField(null=True, verbose_name='text')),
                ('body_ko', models.TextField(null=True, verbose_name='text')),
                ('body_ar', models.TextField(null=True, verbose_name='text')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('answers', models.ManyToManyField(blank=True, related_name='messages', to='stakeholders.impact', verbose_name='answers')),
                ('audience', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='message', to='stakeholders.audience', verbose_name='audience')),
                ('channels', models.ManyToManyField(blank=True, related_name='messages', to='communications.channel', verbose_name='channels')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='programmes.programme')),
                ('written_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('offset_days__isnull', True), ('fixed_on__isnull', True), _connector='XOR'), name='message_one_day', violation_error_message='Enter either days from go-live or a fixed date.')],
            },
        ),
        migrations.AddField(
            model_name='kitfile',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kit_files', to='communications.message'),
        ),
        migrations.AddField(
            model_name='dispatch',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dispatches', to='communications.message'),
        ),
        migrations.AddField(
            model_name='approval',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='communications.message'),
        ),
        migrations.CreateModel(
            name='Notice',
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
                ('kind', models.CharField(choices=[('decide', 'to decide'), ('answer', 'to answer'), ('test', 'test message')], default='decide', max_length=6)),
                ('text', models.JSONField(blank=True, default=dict, verbose_name='text')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programmes.programme')),
                ('tested', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='communications.message', verbose_name='message')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'constraints': [models.UniqueConstraint(models.F('user'), models.F('programme'), models.F('kind'), models.F('due_at'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=12)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('generation', models.CharField(blank=True, max_length=16)),
                ('expires_at', models.DateTimeField()),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='communications.delivery')),
            ],
            options={
                'verbose_name': 'personal link',
                'verbose_name_plural': 'personal links',
                'constraints': [models.UniqueConstraint(models.F('delivery'), models.F('purpose'), name='link_once')],
            },
        ),
        migrations.CreateModel(
            name='Post',
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
                ('latest_at', models.DateTimeField()),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('approval', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='communications.approval')),
                ('channel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='communications.channel')),
                ('dispatch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='communications.dispatch')),
                ('sites', models.ManyToManyField(related_name='+', to='programmes.site')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'constraints': [models.UniqueConstraint(models.F('dispatch'), models.F('channel'), name='post_once')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='question')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='communications.approval')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['asked_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(max_length=9)),
                ('language', models.CharField(max_length=12)),
                ('reason', models.CharField(max_length=200)),
                ('delay', models.CharField(max_length=13)),
                ('due_at', models.DateTimeField(null=True)),
                ('try_at', models.DateTimeField(null=True)),
                ('mails', models.IntegerField()),
                ('first_at', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('is_new', models.BooleanField()),
                ('dispatch', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='communications.dispatch')),
                ('site', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='programmes.site')),
            ],
            options={
                'indexes': [models.Index(models.F('dispatch'), models.F('part'), models.F('site'), name='tally_of'), models.Index(models.F('dispatch'), models.F('site'), condition=models.Q(('is_new', True)), name='tally_new')],
            },
        ),
        migrations.AddConstraint(
            model_name='kitfile',
            constraint=models.UniqueConstraint(models.F('message'), models.F('place'), models.F('language'), models.F('kind'), name='kitfile_once'),
        ),
        migrations.AddConstraint(
            model_name='dispatch',
            constraint=models.UniqueConstraint(models.F('message'), models.F('occurrence'), name='dispatch_once'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(models.F('message'), models.F('version'), name='version_once'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(models.F('message'), condition=models.Q(('state', 'waiting')), name='one_version_waits'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(models.F('message'), condition=models.Q(('state', 'approved')), name='one_version_stands'),
        ),
        migrations.RunPython(make_life, drop_life),
        migrations.RunPython(keep_tally, drop_tally),
    ]
