"""The entry point of the web server."""

import os

from django.core.wsgi import get_wsgi_application

from onelift.processes.launch import launch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onelift.settings")
launch()
application = get_wsgi_application()
