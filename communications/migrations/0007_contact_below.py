from django.db import migrations

DOWN = """
INSERT INTO stakeholders_contact (programme_id, person_id, site_id, last_sent_at)
SELECT contact.programme_id, person.id,
    CASE WHEN person.left_on IS NULL THEN person.site_id END, contact.last_sent_at
FROM communications_contact contact
JOIN stakeholders_person person ON person.id = contact.person_id
"""
UP = """
INSERT INTO communications_contact (programme_id, person_id, last_sent_at)
SELECT programme_id, person_id, last_sent_at FROM stakeholders_contact
"""


class Migration(migrations.Migration):
    """Move contacts a floor down, to the people, and say at which site each is."""

    dependencies = [
        ('communications', '0006_question'),
        ('stakeholders', '0012_contact'),
    ]

    operations = [
        migrations.RunSQL(migrations.RunSQL.noop, "DELETE FROM stakeholders_contact"),
        migrations.RunSQL(DOWN, UP),
        migrations.DeleteModel(name='Contact'),
    ]
