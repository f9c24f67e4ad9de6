"""How django-post-office sends the same personal mails, each queued with a template and its words.

It renders them when they leave, as it says it should be done for many (extra ``bench``).
"""

import json
import os
import subprocess
import sys
import time

SENDERS = 2


def rate(port: int, texts: dict[str, dict[str, str]], people: list[dict[str, str]]) -> float:
    """Return mails a second of its two processes, in a process of its own that has it installed.

    Args:
        port: where the sink listens.
        texts: subject, text and HTML by language, with placeholders in double braces.
        people: address, language and the value of each placeholder of each.
    """
    from tests.benchmarks.stage import database_url

    environment = os.environ | {
        "DATABASE_URL": database_url(),
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "onelift.settings",
    }
    command = [sys.executable, "-m", "tests.benchmarks.post_office"]
    given = json.dumps([texts, people]).encode()
    done = subprocess.run(command, env=environment, input=given, stdout=subprocess.PIPE, check=True)
    return float(done.stdout.split()[-1])


def main(texts: dict[str, dict[str, str]], people: list[dict[str, str]]) -> float:
    """Queue a mail for each of these people; return the rate at which they leave."""
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "post_office"]
    settings.POST_OFFICE = {"BATCH_SIZE": 1_000_000, "LOG_LEVEL": 0}
    django.setup()
    from django.core.management import call_command
    from post_office import mail as office
    from post_office.models import Email, EmailTemplate

    call_command("migrate", "post_office", verbosity=0)
    Email.objects.all().delete()
    EmailTemplate.objects.all().delete()
    made = {
        language: EmailTemplate.objects.create(name=language, **text)
        for language, text in texts.items()
    }
    office.send_many(
        [
            {
                "sender": "a@b.example",
                "recipients": [person["address"]],
                "template": made[person["language"]],
                "context": person,
                "render_on_delivery": True,
            }
            for person in people
        ]
    )
    begin = time.perf_counter()
    sent, _failed, _again = office.send_queued(processes=SENDERS)
    taken = time.perf_counter() - begin
    assert sent == len(people), f"{sent} of {len(people)} sent"
    return sent / taken


if __name__ == "__main__":
    print(main(*json.load(sys.stdin)))
