"""What people do to findings and reports. Every action is a form that works without JavaScript; a
script that sends the same form gets JSON instead of another page."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from ...corpus import catalogue
from ...corpus.schema import Report
from ...corpus.tasks import TASKS
from ...nlp.pipeline import STAGES
from ..service.api import Id, With
from ..store import Correction, Store, StoredFinding
from . import words
from .cards import SHOWS, Card, count, languages, outline
from .page import HOME, PageRoute, after, language, local, page, part, user

router = APIRouter(route_class=PageRoute)
_VERDICTS = {"confirm": "confirmed", "dismiss": "dismissed", "reopen": None}
Back = Annotated[str, Form(max_length=2000)]


def say(request: Request, text: str, **values: Any) -> str:
    """A sentence in the user's language with values in it."""
    return words.word(text, language(request)).format(**values)


def who(request: Request) -> str:
    person = user(request)
    assert person  # the table of routes lets nobody else in
    return person.name


@cache
def questions_by_area() -> dict[str, list[catalogue.Question]]:
    found: dict[str, list[catalogue.Question]] = {}
    for question in catalogue.questions().values():
        found.setdefault(question.area, []).append(question)
    return found


# --- findings -------------------------------------------------------------------------------


@router.post(f"{HOME}/findings/{{id}}")
async def correct(request: Request, service: With, id: Id) -> Response:
    """What a person says of a finding. Fields: a task with a label ("" for not known), ``accepted``
    yes or no, ``confirm``, ``dismiss`` or ``reopen`` with the key of a defect; ``back`` is the page
    to go to."""
    form = {key: str(value) for key, value in (await request.form()).items()}
    return await run_in_threadpool(_correct, request, service.store, id, form)


def _correct(request: Request, store: Store, id: int, form: dict[str, str]) -> Response:
    before = store.finding(id)
    # What a form repeats unchanged is not said; it would hold the area against a new question.
    said: dict[str, Any] = {
        task: form[task] or None
        for task in TASKS
        if task in form and (form[task] or None) != getattr(before, task)
    }
    if form.get("accepted") in ("yes", "no"):
        said["accepted"] = form["accepted"] == "yes"
    defects = {form[name]: verdict for name, verdict in _VERDICTS.items() if form.get(name)}
    if defects:
        said["defects"] = defects
    try:
        correction = Correction.model_validate(said)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from None
    now = store.correct(id, correction, who(request))
    told = _told(request, before, now)
    if "application/json" in request.headers.get("accept", ""):
        return JSONResponse(_answer(request, store, before, now, told, form))
    back = local(form.get("back"), f"{HOME}/findings/{id}")
    return after(f"{back.partition('#')[0]}#f{id}", told)


def _told(request: Request, before: StoredFinding, now: StoredFinding) -> str:
    """What has changed, in a sentence."""
    ui = language(request)
    said = []
    for change in now.history[len(before.history) :]:
        if change.field in TASKS:
            new = words.name(change.new, ui) if change.new else words.word("not known", ui)
            said.append(f"{words.word(change.field, ui)}: {new}")
        elif change.field == "accepted":
            said.append(words.word("accepted" if change.new else "open again", ui))
        else:
            verdict = {"confirmed": "defect confirmed", "dismissed": "defect dismissed"}
            said.append(words.word(verdict.get(change.new or "", "defect open again"), ui))
    return f"{_name(now)}: {', '.join(said) or words.word('nothing changed', ui)}."


def _name(finding: StoredFinding) -> str:
    return finding.name.rpartition("#")[2] or finding.name


def _answer(
    request: Request,
    store: Store,
    before: StoredFinding,
    now: StoredFinding,
    told: str,
    form: dict[str, str],
) -> dict[str, Any]:
    """The finding's card as it is now, what to say, how to take it back, and what is left to do."""
    head = store.report(now.report_id)
    rows = outline(store, now.report_id)
    card = Card.of(now, head.report)
    undo = {
        task: getattr(before, task) or ""
        for task in TASKS
        if getattr(before, task) != getattr(now, task)
    }
    if before.reviewed != now.reviewed:
        undo["accepted"] = "yes" if before.reviewed else "no"
    names = {verdict: name for name, verdict in _VERDICTS.items()}
    for old, new in zip(before.defects, now.defects, strict=True):
        if old.verdict != new.verdict:
            undo[names[old.verdict]] = old.key
    html = part(
        request,
        "card.part.html",
        card=card,
        langs=languages([card]),
        full=form.get("full") == "yes",
        back=local(form.get("back")),
        questions=questions_by_area(),
    )
    accepted = sum(row.reviewed for row in rows)
    return {
        "html": html,
        "said": told,
        "undo": undo,
        "accepted": accepted,
        "counts": {show: count(rows, show) for show in SHOWS},
        "progress": say(request, "{n} of {of} accepted", n=accepted, of=len(rows)),
    }


# --- reports --------------------------------------------------------------------------------


@router.post(f"{HOME}/reports/{{id}}/issues")
def judge(
    request: Request,
    service: With,
    id: Id,
    confirm: Annotated[str, Form(max_length=100)] = "",
    dismiss: Annotated[str, Form(max_length=100)] = "",
    reopen: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """A verdict on a place where the report contradicts itself."""
    asked = {"confirm": confirm, "dismiss": dismiss, "reopen": reopen}
    for name, key in asked.items():
        if key:
            service.store.judge_issue(id, key, _VERDICTS[name], who(request))
    told = {"confirm": "Confirmed.", "dismiss": "Dismissed.", "reopen": "Open again."}
    said = next((text for name, text in told.items() if asked[name]), "")
    return after(f"{HOME}/reports/{id}#issues", say(request, said))


@router.post(f"{HOME}/reports/{{id}}/again")
async def analyse_again(request: Request, service: With, id: Id) -> Response:
    """Lets the model in use read the report anew; what people said of it stays."""
    analyst, store = service.analyst, service.store

    def work() -> None:
        findings = [one.finding for one in store.report_findings(id)]
        report: Report = store.report(id).report.model_copy(update={"findings": findings})
        store.add(analyst.analyse(report, STAGES), who(request))

    await analyst.run(work)
    return after(f"{HOME}/reports/{id}", say(request, "Read anew by the model in use."))


@router.get(f"{HOME}/reports/{{id}}/delete")
def ask_delete(request: Request, service: With, id: Id) -> Response:
    return page(request, "delete.html", stored=service.store.report(id))


@router.post(f"{HOME}/reports/{{id}}/delete")
def delete(request: Request, service: With, id: Id) -> Response:
    """Deletes a report with all that is known of it."""
    file = service.store.report(id).file
    service.store.delete_report(id)
    return after(HOME, say(request, "{file} is deleted.", file=file))
