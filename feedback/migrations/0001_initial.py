import django.core.validators
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communications', '0001_initial'),
        ('programmes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('csat', 'Satisfaction, 1 to 5'), ('nps', 'Recommendation, 0 to 10'), ('choice', 'One choice'), ('comment', 'Comment')], max_length=8, verbose_name='kind')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('text', models.CharField(max_length=240, verbose_name='question')),
                ('text_en', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_fr', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_de', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_es', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_it', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_pl', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_pt_br', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_ru', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_zh_hans', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_ja', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_ko', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('text_ar', models.CharField(max_length=240, null=True, verbose_name='question')),
                ('is_required', models.BooleanField(default=False, verbose_name='required')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Option',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.PositiveSmallIntegerField(verbose_name='order')),
                ('text', models.CharField(max_length=120, verbose_name='answer')),
                ('text_en', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_fr', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_de', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_es', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_it', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_pl', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_pt_br', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_ru', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_zh_hans', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_ja', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_ko', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('text_ar', models.CharField(max_length=120, null=True, verbose_name='answer')),
                ('question', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='feedback.question')),
            ],
            options={
                'verbose_name': 'answer option',
                'verbose_name_plural': 'answer options',
                'ordering': ['order'],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('week', models.CharField(blank=True, max_length=8)),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.region')),
                ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.site')),
                ('wave', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='programmes.wave')),
            ],
            options={
                'verbose_name': 'segment',
                'verbose_name_plural': 'segments',
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='invitation', to='communications.personallink')),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='feedback.segment')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
            },
        ),
        migrations.CreateModel(
            name='HeldAnswer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('csat', models.PositiveSmallIntegerField(null=True)),
                ('nps', models.PositiveSmallIntegerField(null=True)),
                ('comment', models.TextField(blank=True)),
                ('choice', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.option')),
                ('segment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.segment')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('smallest_group', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(100)], verbose_name='smallest group shown')),
                ('open_days', models.PositiveSmallIntegerField(default=14, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='days to answer')),
                ('goal_percent', models.PositiveSmallIntegerField(default=75, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='goal: satisfied (%)')),
                ('closed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('invitation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='survey', to='communications.message')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='surveys', to='programmes.programme')),
            ],
            options={
                'verbose_name': 'survey',
                'verbose_name_plural': 'surveys',
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='segment',
            name='survey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segments', to='feedback.survey'),
        ),
        migrations.AddField(
            model_name='question',
            name='survey',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='feedback.survey'),
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('published_at', models.DateTimeField()),
                ('figures', models.JSONField()),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='editions', to='feedback.survey')),
            ],
            options={
                'verbose_name': 'edition',
                'verbose_name_plural': 'editions',
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(models.F('survey'), models.F('number'), name='edition_once')],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('text', models.TextField()),
                ('edition', models.PositiveIntegerField(null=True)),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='feedback.survey')),
            ],
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('csat', models.PositiveSmallIntegerField(null=True)),
                ('nps', models.PositiveSmallIntegerField(null=True)),
                ('edition', models.PositiveIntegerField(null=True)),
                ('choice', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.option')),
                ('segment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='feedback.segment')),
            ],
            options={
                'indexes': [models.Index(models.F('segment'), models.F('csat'), models.F('nps'), models.F('choice'), name='answer_tally'), models.Index(models.F('segment'), condition=models.Q(('edition__isnull', True)), name='answer_waiting')],
            },
        ),
        migrations.CreateModel(
            name='SpentMark',
            fields=[
                ('mark', models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ('nonce_hash', models.CharField(blank=True, max_length=64)),
                ('survey', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='feedback.survey')),
            ],
            options={
                'indexes': [models.Index(models.F('survey'), condition=models.Q(('nonce_hash', ''), _negated=True), name='mark_not_rewritten')],
            },
        ),
        migrations.AddConstraint(
            model_name='segment',
            constraint=models.UniqueConstraint(models.F('survey'), models.F('wave'), models.F('region'), models.F('site'), models.F('week'), name='segment_once'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(models.F('survey'), models.F('kind'), name='kind_once_in_survey'),
        ),
    ]
