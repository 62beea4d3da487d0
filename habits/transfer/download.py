"""An export as the answer to a request, noted in the audit log."""

from __future__ import annotations

from datetime import datetime

from django.http import StreamingHttpResponse

from habits.transfer.export_csv import export_csv
from habits.transfer.export_json import export_json
from smarthabit.accounts import audit
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User


def download(user: User, wanted: str, *, now: datetime, address: str | None) -> StreamingHttpResponse:
    """Everything the user has as a file to be saved: ``json``, or ``csv`` for tables in a zip."""
    audit.record(audit.Kind.DATA_EXPORTED, now=now, user=user, address=address, format=wanted)
    name = f"smarthabit-{today_of(user, now).isoformat()}"
    if wanted == "csv":
        response = StreamingHttpResponse(export_csv(user), content_type="application/zip")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.zip"'
    else:
        response = StreamingHttpResponse(export_json(user), content_type="application/json")
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.json"'
    return response
