"""The WSGI entry point: all of HTTP."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smarthabit.settings")

application = get_wsgi_application()
