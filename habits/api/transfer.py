"""Import and export."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, content_negotiation_class, parser_classes
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from habits.api.schema import documented
from habits.api.transfer_describe import describe_import
from habits.transfer import services
from habits.transfer.download import download
from habits.transfer.selectors import import_job, import_jobs
from habits.transfer.wake import wake
from smarthabit.accounts.api.callers import address_of, caller
from smarthabit.kernel import clock
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked
from smarthabit.kernel.errors import RuleError


class ImportShape(serializers.Serializer[Any]):
    """An upload."""

    file = serializers.FileField(allow_empty_file=True)
    dry_run = serializers.BooleanField(default=False)


class OneRepresentation(DefaultContentNegotiation):
    """``?format=`` is the export's own and picks no renderer; problems are always JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:  # noqa: ARG002 - DRF's signature
        """The first renderer, whatever is asked for."""
        return renderers[0], renderers[0].media_type


@documented("imports", body=ImportShape)
@api_view(["GET", "POST"])
@parser_classes([MultiPartParser])
def imports(request: Request) -> Response:
    """List the imports, or upload a file: 202, and the job's state at ``imports/{id}/``."""
    user = caller(request)
    if request.method == "POST":
        data = checked(ImportShape, request).validated_data
        file: UploadedFile[bytes] = data["file"]
        try:
            job = services.start_import(
                user=user, filename=file.name or "", content=file, dry_run=data["dry_run"], now=clock.now()
            )
        except RuleError as error:
            if error.code == "file_too_large":
                raise RequestDataTooBig from error
            raise
        wake(job.pk)
        return Response(describe_import(job), status=202)
    page = Page(request, import_jobs(user), "-id")
    return page.respond([describe_import(job) for job in page.rows])


@extend_schema(operation_id="import_state")
@documented("import")
@api_view(["GET"])
def import_state(request: Request, pk: int) -> Response:
    """How far an import is, and what it has refused."""
    return Response(describe_import(import_job(caller(request), pk)))


@documented("export", listed=["format"])
@api_view(["GET"])
@content_negotiation_class(OneRepresentation)
def export(request: Request) -> StreamingHttpResponse:
    """Everything the user has, as lossless JSON or (``?format=csv``) as tables in a zip."""
    wanted = request.query_params.get("format", "json")
    if wanted not in {"json", "csv"}:
        raise serializers.ValidationError({"format": [_("Exports are made as json or csv.")]})
    return download(caller(request), wanted, now=clock.now(), address=address_of(request))
