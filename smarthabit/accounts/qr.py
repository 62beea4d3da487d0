"""QR codes as inline SVG: one path of unit squares, coloured by the stylesheet."""

import qrcode  # type: ignore[import-untyped]  # ships no types
from django.utils.html import format_html
from django.utils.translation import gettext as _

_QUIET = 4  # modules of margin, which the standard (ISO/IEC 18004) asks for


def svg(text: str) -> str:
    """``text`` as an SVG image of 256 pixels; dark on white in every theme, so that apps can read it."""
    code = qrcode.QRCode(border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    size = len(rows) + 2 * _QUIET
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" width="256" height="256" viewBox="0 0 {} {}" '
        'shape-rendering="crispEdges"><rect width="{}" height="{}" fill="#fff"/><path d="{}" fill="#000"/></svg>',
        _("QR code for the authenticator app"),
        *[size] * 4,
        path,
    )
