"""Every mail says that a program wrote it, so that no absence assistant answers."""

import ast
from pathlib import Path

import pytest
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.test import RequestFactory

from communications.mailroom.services.identity import HOST
from onelift.dashboards.checkup.queries.relay import send_test_mail
from tests.communications.conftest import relay  # noqa: F401 - a fixture
from tests.test_shape import modules

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ACCOUNT_MAILS = sorted(
    str(path.relative_to(TEMPLATES)).removesuffix("_message.txt")
    for path in TEMPLATES.rglob("email/*_message.txt")
)
TEXTS = {"name": "Ana", "password_link": "https://x.example/", "home_link": "https://x.example/"}
TEXTS |= {"reset_link": "https://x.example/", "email": "ana@onelift.example"}


@pytest.mark.parametrize("prefix", ACCOUNT_MAILS)
def test_a_mail_about_an_account_says_so(db, prefix):
    adapter = get_adapter(RequestFactory().get("/"))
    sent = adapter.render_mail(prefix, "ana@onelift.example", TEXTS).message()
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"].endswith(f"@{HOST}>")


def test_the_mail_of_the_check_up_says_so(relay, settings):  # noqa: F811
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", relay.port
    assert send_test_mail("ana@onelift.example").level == "ok"
    assert relay.accepts[0].message["Auto-Submitted"] == "auto-generated"


def test_all_other_mails_are_built_in_one_place():
    """What ``build`` writes is tried in tests/communications/mailroom/test_letter.py."""
    makers = {
        str(path.relative_to(settings.BASE_DIR))
        for path in modules()
        if {"EmailMessage", "EmailMultiAlternatives", "MIMEText", "send_mass_mail", "mail_admins"}
        & {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
    }
    assert makers == set()
    assert len(ACCOUNT_MAILS) > 5
