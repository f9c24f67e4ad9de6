"""Each link learns the name of the key that it was made with."""

import base64
import hashlib
import hmac
from collections import defaultdict
from itertools import islice

from django.conf import settings
from django.db import migrations, models

CHUNK = 2000


def name_of(secret):
    return hmac.digest(secret.encode(), b"generation of links", hashlib.sha256).hex()[:16]


def hash_of(secret, delivery, purpose):
    key = hashlib.sha256(b"personal links:" + secret.encode()).digest()
    digest = hmac.digest(key, f"{purpose}:{delivery}".encode(), hashlib.sha256)
    token = base64.b32encode(digest[:20]).decode().lower()
    return hashlib.sha256(token.encode()).hexdigest()


def name_generations(apps, schema_editor):
    """A link that no key of the settings gives again keeps none, and opens nothing from now on."""
    links = apps.get_model("communications", "PersonalLink").objects
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    rows = links.values_list("pk", "delivery_id", "purpose", "token_hash").iterator(CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        made_with = defaultdict(list)
        for pk, delivery, purpose, token_hash in chunk:
            for secret in secrets:
                if hash_of(secret, delivery, purpose) == token_hash:
                    made_with[name_of(secret)].append(pk)
                    break
        for generation, found in made_with.items():
            links.filter(pk__in=found).update(generation=generation)


class Migration(migrations.Migration):
    dependencies = [("communications", "0024_careful")]

    operations = [
        migrations.AddField(
            model_name="personallink",
            name="generation",
            field=models.CharField(blank=True, default="", max_length=16),
            preserve_default=False,
        ),
        migrations.RunPython(name_generations, migrations.RunPython.noop),
    ]
