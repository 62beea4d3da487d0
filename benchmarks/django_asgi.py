"""The product behind Django's own ASGI handler, to measure what the WSGI bridge saves."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smarthabit.settings")
application = get_asgi_application()
