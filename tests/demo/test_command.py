"""What whoever starts the demonstration is told."""

import socket
from contextlib import closing

import pytest
from django.core.management import CommandError, call_command

from programmes.models import Programme

pytestmark = pytest.mark.django_db


def test_nothing_is_loaded_whose_mails_would_be_in_english_alone(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match="ar would be in English: run pybabel compile"):
        call_command("load_demo")
    assert not Programme.objects.exists()


def test_a_port_that_is_taken_is_named():
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port} .* PORT="):
            call_command("catch_mail", port=port)
