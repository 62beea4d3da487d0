"""The pages of import and export."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from habits.models import ImportJob
from habits.transfer import services
from habits.transfer.download import download
from habits.transfer.forms import ImportForm
from habits.transfer.page import job_context
from habits.transfer.reasons import text_of
from habits.transfer.selectors import import_job, import_jobs
from habits.transfer.wake import wake
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.kernel import clock
from smarthabit.kernel.api.address import client_address
from smarthabit.kernel.errors import NotFound, RuleError

ENVELOPE = 65_536
"""What a form may hold beside its file."""
STOP_POLLING = 286
"""htmx stops asking again after an answer with this status."""
LATEST = 10


@csrf_exempt  # only for as long as it takes to look at the length: checking the token reads the whole body
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Choose a file; what is in it is shown before anything is stored."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdigit() and int(length) > settings.IMPORT_MAX_BYTES + ENVELOPE:
        raise RequestDataTooBig(text_of("file_too_large", str(settings.IMPORT_MAX_BYTES // 2**20)))
    return _upload(cast("SignedInRequest", request))  # the sign-in is checked there


@csrf_protect
@login_required
def _upload(request: SignedInRequest) -> HttpResponse:
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = services.start_import(
                user=request.user, filename=file.name, content=file, dry_run=True, now=clock.now()
            )
        except RuleError as error:
            form.add_error("file", error.message)
        else:
            wake(job.pk)
            return redirect("habits:import_job", job.pk)
    latest = list(import_jobs(request.user)[:LATEST])
    status = 422 if form.errors else 200
    context = {"form": form, "jobs": latest, "sample": _sample()}
    return render(request, "habits/import.html", context, status=status)


@login_required
@require_safe
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    """One import: the preview, how far it is, and its report."""
    return render(request, "habits/import_job.html", _context(request, pk))


@login_required
@require_safe
def job_state(request: SignedInRequest, pk: int) -> HttpResponse:
    """The part of that page that moves on by itself."""
    context = _context(request, pk)
    return render(request, "habits/_import_job.html", context, status=200 if context["moving"] else STOP_POLLING)


@login_required
@require_POST
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Carry out what the preview has shown."""
    try:
        confirmed = services.confirm_import(user=request.user, job_id=pk, now=clock.now())
    except NotFound as error:
        raise Http404 from error
    except RuleError as error:
        context = {**_context(request, pk), "problem": error.message}
        return render(request, "habits/import_job.html", context, status=422)
    wake(confirmed.pk)
    return redirect("habits:import_job", pk)


@login_required
@require_safe
def export(request: SignedInRequest) -> HttpResponse | StreamingHttpResponse:
    """What an export holds; with ``?format=`` the file itself."""
    wanted = request.GET.get("format")
    if wanted in {"json", "csv"}:
        return download(request.user, str(wanted), now=clock.now(), address=client_address(request))
    return render(request, "habits/export.html")


def _context(request: SignedInRequest, pk: int) -> dict[str, Any]:
    try:
        found: ImportJob = import_job(request.user, pk)
    except NotFound as error:
        raise Http404 from error
    return {**job_context(found), "title": found.filename or _("Import")}


def _sample() -> str:
    """A table as it may be uploaded; names and notes are the reader's own, so they are in their language."""
    lines = (
        "habit,date,value,status,note",
        f"{_('Read')},2026-01-31,,done,",
        f"{_('Run')},2026-01-31,5.5,,{_('along the river')}",
    )
    return "\n".join(lines)
