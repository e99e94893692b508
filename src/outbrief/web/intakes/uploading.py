"""A file that comes in by the page: chosen, its columns matched and tried out, imported, looked at while it is."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from outbrief.access import Actor, acting, find
from outbrief.facts.heads import ColumnSeen, Trial
from outbrief.facts.shapes import FactKind
from outbrief.facts.yaml_text import write_yaml
from outbrief.record import uploads as record
from outbrief.record.models import Upload, UploadStatus
from outbrief.record.tenants import TenantFacts, tenant_facts
from outbrief.run import uploads
from outbrief.terms.calendar import zone_names
from outbrief.terms.choices import check_choice
from outbrief.terms.errors import ArtifactMissing, InvalidInput
from outbrief.web import notices, words
from outbrief.web.files import file_answer
from outbrief.web.forms import put_problem
from outbrief.web.frame import page
from outbrief.web.intakes import wording
from outbrief.web.intakes.history import upload_row
from outbrief.web.intakes.matching import MatchForm, Section
from outbrief.web.members import members

_ENDINGS = ".csv,.tsv,.txt,.ndjson,.jsonl,.parquet,.gz"
_REASONS_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An upload that somebody is matching: what it is taken for, its columns, and the map that is proposed."""

    upload: Upload
    tenant: TenantFacts
    kind: FactKind
    columns: tuple[ColumnSeen, ...]
    section: Section
    remembered: bool


class UploadForm(forms.Form):
    """Which file to bring in."""

    file = forms.FileField(
        label="File",
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": _ENDINGS}),
        help_text=f"CSV, NDJSON (each also gzipped) or Parquet, up to {uploads.MOST_BYTES // 10**9} GB.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@members("facts", in_transaction=False)
def new_upload(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose a file; on POST keep it, and go on to its columns."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        try:
            with _on_disk(file) as path:
                kept = uploads.receive(
                    tenant_facts(actor.tenant_id),
                    path,
                    filename=str(file.name),
                    size=file.size or 0,
                    user_id=actor.user_id,
                    actor=actor.name,
                    now=dt.datetime.now(dt.UTC),
                )
            return redirect("web:upload", upload_id=kept.id)
        except InvalidInput as problem:
            problem.field = "file"
            put_problem(form, problem, fields={"file": "file"})
    with acting(actor, "facts"):
        status = 422 if form.errors else 200
        return page(request, actor, "web/intakes/new.html", {"form": form}, status=status)


@require_safe
@members("facts", in_transaction=False)
def upload(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:
    """Show an upload: its columns while it waits, how far it is while it is imported, and then what came of it."""
    with acting(actor, "facts"):
        found = find(record.get, upload_id)
    if found.status == UploadStatus.DONE:
        address = reverse("web:intake", kwargs={"intake_id": found.intake_id}) if found.intake_id else "/data"
        return HttpResponseClientRedirect(address) if HtmxDetails(request) else redirect(address)
    if found.status == UploadStatus.IMPORTING:
        return _progress(request, actor, found)
    if HtmxDetails(request):
        return HttpResponseClientRedirect(request.path)
    kind = check_choice(FactKind, request.GET.get("kind") or found.kind, field="kind")
    try:
        opened = _open(actor, found, kind)
    except (ArtifactMissing, InvalidInput) as problem:
        return _gone(request, actor, found, problem)
    form = _form(opened, None)
    return _match_page(request, actor, opened, form, _tried(opened, form, opened.section))


@require_POST
@members("facts", in_transaction=False)
def check_upload(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:
    """Keep what the form says, and try it on the first rows."""
    opened, form = _posted(request, actor, upload_id)
    section = form.new_section()
    trial = None if section is None else _tried(opened, form, section)
    if section is not None and trial is not None:
        with acting(actor, "facts"):
            record.change_map(upload_id, kind=opened.kind, mapping={opened.kind.value: section})
    if HtmxDetails(request):
        with acting(actor, "facts"):
            return page(request, actor, "web/intakes/_check.html", {"form": form, **_trial_words(trial)})
    return _match_page(request, actor, opened, form, trial)


@require_POST
@members("facts", in_transaction=False)
def import_upload(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:
    """Have the file imported as the form says."""
    opened, form = _posted(request, actor, upload_id)
    section = form.new_section()
    trial = None if section is None else _tried(opened, form, section)
    if section is None or trial is None:
        return _match_page(request, actor, opened, form, trial)
    with acting(actor, "facts"):
        uploads.start(opened.upload, opened.kind, {opened.kind.value: section}, actor=actor.name)
    return redirect("web:upload", upload_id=upload_id)


@require_POST
@members("facts")
def discard_upload(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:
    """Delete a file that is not to be imported."""
    found = find(record.get, upload_id)
    if uploads.discard(found, actor=actor.name):
        notices.say(request, f"{found.filename} was discarded; nothing of it came in.")
        return redirect("web:data")
    return redirect("web:upload", upload_id=upload_id)


@require_safe
@members("facts")
def upload_map(request: HttpRequest, actor: Actor, upload_id: UUID) -> HttpResponse:  # noqa: ARG001 - as every page
    """Give the map that was tried last, as a map file for the command line."""
    found = find(record.get, upload_id)
    name = f"{Path(found.filename).stem.removesuffix('.csv') or 'map'}.yaml"
    return file_answer(write_yaml(found.mapping), filename=name, content_type="application/yaml")


@contextmanager
def _on_disk(file: "UploadedFile[bytes]") -> Iterator[Path]:
    """Give a file as a path: large ones lie on the disk already."""
    if isinstance(file, TemporaryUploadedFile):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="outbrief-") as copy:
        shutil.copyfileobj(file, copy)
        copy.flush()
        yield Path(copy.name)


def _open(actor: Actor, upload: Upload, kind: FactKind) -> Opened:
    tenant = tenant_facts(actor.tenant_id)
    columns = uploads.columns_of(upload, tenant)
    with acting(actor, "facts"):
        content = uploads.propose(upload, kind, columns)
        remembered = kind == upload.kind and uploads.is_remembered(upload)
    section = content.get(kind.value)
    return Opened(
        upload=upload,
        tenant=tenant,
        kind=kind,
        columns=columns,
        section=dict(section) if isinstance(section, dict) else {},
        remembered=remembered,
    )


def _posted(request: HttpRequest, actor: Actor, upload_id: UUID) -> tuple[Opened, MatchForm]:
    with acting(actor, "facts"):
        found = find(record.get, upload_id)
    opened = _open(actor, found, check_choice(FactKind, request.POST.get("kind") or found.kind, field="kind"))
    return opened, _form(opened, request.POST)


def _form(opened: Opened, data: Mapping[str, str] | None) -> MatchForm:
    return MatchForm(
        data, columns=opened.columns, kind=opened.kind, timezone=opened.tenant.timezone, section=opened.section
    )


def _tried(opened: Opened, form: MatchForm, section: Section) -> Trial | None:
    """Try a map on the first rows; what is wrong with it is put into the form that was sent."""
    try:
        return uploads.try_map(opened.upload, opened.tenant, opened.kind, {opened.kind.value: section})
    except InvalidInput as problem:
        if form.is_bound:
            form.put(problem)
        return None


def _trial_words(trial: Trial | None) -> dict[str, object]:
    if trial is None:
        return {"tried": ""}
    reasons = wording.reasons(trial.refusals)
    return {
        "tried": wording.tried(trial.rows_read, trial.rows_kept),
        "refused": trial.rows_refused,
        "reasons": reasons[:_REASONS_SHOWN],
        "reasons_left": len(reasons) - _REASONS_SHOWN,
    }


def _match_page(
    request: HttpRequest, actor: Actor, opened: Opened, form: MatchForm, trial: Trial | None
) -> HttpResponse:
    now = dt.datetime.now(dt.UTC)
    context = {
        "upload": upload_row(opened.upload, actor, now=now),
        "failed": opened.upload.status == UploadStatus.FAILED,
        "goes": words.ahead(opened.upload.created_at + record.KEPT_FOR, now=now),
        "kind": opened.kind,
        "kinds": words.choices(FactKind),
        "remembered": opened.remembered,
        "form": form,
        "rows": list(form.rows()),
        "wanted": form.wanted(),
        "more": form.more(),
        "zones": zone_names(),
        **_trial_words(trial),
    }
    status = 422 if form.is_bound and form.errors else 200
    with acting(actor, "facts"):
        return page(request, actor, "web/intakes/upload.html", context, status=status)


def _progress(request: HttpRequest, actor: Actor, upload: Upload) -> HttpResponse:
    now = dt.datetime.now(dt.UTC)
    context = {
        "upload": upload_row(upload, actor, now=now),
        "rows_read": words.counted(upload.rows_read, "row", "rows") if upload.rows_read else "",
    }
    fragment = "_progress" if HtmxDetails(request) else "importing"
    with acting(actor, "facts"):
        return page(request, actor, f"web/intakes/{fragment}.html", context)


def _gone(request: HttpRequest, actor: Actor, upload: Upload, problem: ArtifactMissing | InvalidInput) -> HttpResponse:
    now = dt.datetime.now(dt.UTC)
    said = problem.message if isinstance(problem, InvalidInput) else "The file itself is gone."
    context = {"upload": upload_row(upload, actor, now=now), "said": said}
    with acting(actor, "facts"):
        return page(request, actor, "web/intakes/gone.html", context)
