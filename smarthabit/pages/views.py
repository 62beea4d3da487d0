"""The pages that compose the apps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def today(request: HttpRequest) -> HttpResponse:
    """The front door for whoever is not signed in."""
    return render(request, "pages/landing.html")
