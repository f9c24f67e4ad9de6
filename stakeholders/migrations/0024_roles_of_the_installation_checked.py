from django.db import migrations, models


class Migration(migrations.Migration):
    """The database checks what roles of the installation are."""

    dependencies = [
        ("stakeholders", "0023_roles_out_of_programmes"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="role",
            constraint=models.UniqueConstraint(
                models.F("user"),
                models.F("kind"),
                condition=models.Q(("programme__isnull", True)),
                name="installation_role_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "kind__in",
                            ("hr_importer", "auditor", "administrator", "programme_starter"),
                        ),
                        ("programme__isnull", True),
                    ),
                    models.Q(
                        models.Q(
                            (
                                "kind__in",
                                ("hr_importer", "auditor", "administrator", "programme_starter"),
                            ),
                            _negated=True,
                        ),
                        ("programme__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="role_has_programme",
                violation_error_message="Choose a programme, or none for a role of the installation.",
            ),
        ),
    ]
