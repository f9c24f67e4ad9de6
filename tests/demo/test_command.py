"""What whoever starts the demonstration is told."""

import socket
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from onelift.demo.management.commands.load_demo import Command
from programmes.models import Programme

pytestmark = pytest.mark.django_db


def test_nothing_is_loaded_whose_mails_would_be_in_english_alone(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    with pytest.raises(CommandError, match="ar are shown in English: run pybabel compile"):
        call_command("load_demo")
    assert not Programme.objects.exists()


def test_a_port_that_is_taken_is_named():
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"port {port} .* PORT="):
            call_command("catch_mail", port=port)


def test_the_way_is_told_by_tenths():
    out = StringIO()
    command = Command(stdout=out)
    for done in range(41):
        command.tell_share(done / 40)
    assert out.getvalue() == "".join(f"  {percent} %\n" for percent in range(10, 101, 10))
