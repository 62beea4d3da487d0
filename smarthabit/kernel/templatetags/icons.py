"""Icons from the lucide set, drawn once and kept: how they are stroked is said by the sheet, not by each of them."""

import re
from functools import lru_cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide

register = template.Library()

_INSIDE = re.compile(r"<svg[^>]*>\s*(.*?)\s*</svg>", re.DOTALL)


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A decorative icon of `size` pixels; what it means is said beside it in words."""
    return drawn(str(name), size)


@lru_cache(maxsize=256)
def drawn(name: str, size: int) -> SafeString:
    """The icon as SVG. Raises IconDoesNotExist for an unknown name, so names never come from users."""
    inside = _INSIDE.sub(r"\1", lucide(name, size=size))
    shapes = mark_safe(re.sub(r"\s*\n\s*", "", inside).replace(" />", "/>"))  # noqa: S308 - out of the icon set
    return format_html(
        '<svg class="icon" width="{}" height="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', size, size, shapes
    )
