from django.db import migrations, models

from stakeholders.models.counting import count_heads, forget_heads


class Migration(migrations.Migration):

    dependencies = [
        ('stakeholders', '0012_contact'),
    ]

    operations = [
        migrations.CreateModel(
            name='HeadCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('site', models.BigIntegerField()),
                ('language', models.CharField(max_length=12)),
                ('business_line', models.BigIntegerField(null=True)),
                ('employer', models.CharField(max_length=80)),
                ('job', models.CharField(max_length=160)),
                ('heads', models.IntegerField()),
            ],
            options={
                'indexes': [models.Index(models.F('site'), models.F('language'), models.F('business_line'), models.F('employer'), models.F('job'), name='head_count_of')],
            },
        ),
        migrations.RunPython(count_heads, forget_heads),
    ]
