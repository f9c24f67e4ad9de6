from django.db import migrations

KINDS = ("hr_importer", "auditor")


def take_out_of_programmes(apps, schema_editor):
    """Let importers and auditors hold their role once, for the installation."""
    roles = apps.get_model("stakeholders", "Role").objects.filter(kind__in=KINDS).order_by("pk")
    kept = {}
    for pk, user, kind in roles.values_list("pk", "user", "kind"):
        kept.setdefault((user, kind), pk)
    roles.exclude(pk__in=kept.values()).delete()
    roles.update(programme=None, region=None, stream=None)


def put_into_programmes(apps, schema_editor):
    """Let them hold it in each programme again; the other kinds were not known before."""
    role, programme = (
        apps.get_model(app, model).objects
        for app, model in (("stakeholders", "Role"), ("programmes", "Programme"))
    )
    held = role.filter(programme=None)
    pairs = list(held.filter(kind__in=KINDS).values_list("user", "kind"))
    held.delete()
    for pk in programme.values_list("pk", flat=True):
        role.bulk_create([role.model(user_id=u, kind=k, programme_id=pk) for u, k in pairs])


class Migration(migrations.Migration):
    """A step of its own: PostgreSQL alters no table whose rows have just been moved."""

    dependencies = [
        ("stakeholders", "0022_roles_of_the_installation"),
    ]

    operations = [
        migrations.RunPython(take_out_of_programmes, put_into_programmes),
    ]
