"""Long lists, a page at a time."""

from django.http import HttpRequest

LAST_PAGE = 1_000


def page_number(request: HttpRequest) -> int:
    """The page asked for by `?page=`, 1 for anything that is no such number."""
    asked = request.GET.get("page", "")
    return max(1, min(LAST_PAGE, int(asked))) if asked.isdecimal() and len(asked) < 6 else 1
