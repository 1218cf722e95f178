"""Training and promoting from the page: one at a time, in a process of its own (``job.py``)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response

from ...models import registry
from ..service.api import With
from ..service.errors import Refused
from .actions import say
from .job import Say
from .page import HOME, PageRoute, after, part

router = APIRouter(route_class=PageRoute)
COMMAND = (sys.executable, "-m", f"{__package__}.job")


def in_process_of_its_own(arguments: Sequence[str], tell: Say) -> None:
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=errors, text=True
        ) as process,
    ):
        assert process.stdout
        for line in process.stdout:
            if line.startswith("{"):
                tell(json.loads(line))
        if process.wait():
            errors.seek(0)
            last = errors.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            tell({"error": f"it broke off ({''.join(last)[:300]})"})


RUN = in_process_of_its_own


@dataclass
class Job:
    """What is being done or was done last. ``kind`` is train or promote, ``state`` running, done or
    failed."""

    kind: str
    version: str = ""
    state: str = "running"
    what: str = ""
    done: int = 0
    of: int | None = None
    error: str = ""
    result: dict[str, Any] = field(default_factory=dict)

    def hear(self, line: dict[str, Any]) -> None:
        if "result" in line:
            self.result, self.state = line["result"], "done"
        elif "error" in line:
            self.error, self.state = line["error"], "failed"
        else:
            self.what, self.done, self.of = line["what"], line["done"], line["of"]


class Jobs:
    """``last`` is the job that runs or ran last; ``trained`` the last training that was done."""

    def __init__(self) -> None:
        self.last: Job | None = None
        self._lock = threading.Lock()

    def start(self, job: Job, arguments: Sequence[str], forget: Path | None = None) -> None:
        """Starts a job; ``forget`` is a file that it needs and nobody after it.

        Raises:
            Refused: where one is running.
        """
        with self._lock:
            if self.last and self.last.state == "running":
                raise Refused(409, "busy", "a training or a promotion is running; wait for its end")
            self.last = job

        def run() -> None:
            try:
                RUN(arguments, job.hear)
                if job.state == "running":
                    job.hear({"error": "it ended without a result"})
            except Exception as error:
                job.hear({"error": f"it broke off ({type(error).__name__})"})
            finally:
                if forget:
                    forget.unlink(missing_ok=True)

        threading.Thread(target=run, name=job.kind, daemon=True).start()


def jobs(request: Request) -> Jobs:
    state = request.app.state
    if not hasattr(state, "jobs"):
        state.jobs = Jobs()
    return state.jobs


@router.post(f"{HOME}/models/train")
def train(request: Request, service: With) -> Response:
    """Begins to train on what people corrected."""
    lines = service.store.corrections()
    with tempfile.NamedTemporaryFile(
        "w", prefix="corrections-", suffix=".jsonl", encoding="utf-8", delete=False
    ) as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    jobs(request).start(Job("train"), ["train", file.name], Path(file.name))
    return after(f"{HOME}/models#job")


@router.post(f"{HOME}/models/promote")
def promote(request: Request, version: Annotated[str, Form(max_length=100)]) -> Response:
    """Begins to put a version in use, which is refused where it is worse."""
    if version not in (registry.SHIPPED, *registry.versions()):
        raise Refused(404, "not_found", "there is no such version")
    jobs(request).start(Job("promote", version), ["promote", version])
    return after(f"{HOME}/models#job")


@router.post(f"{HOME}/models/rollback")
def rollback(request: Request) -> Response:
    """Puts the version in use that was before."""
    version = registry.rollback()
    return after(f"{HOME}/models", say(request, "{version} is in use.", version=version))


@router.get(f"{HOME}/models/job")
def job(request: Request) -> Response:
    """How far the job is, for a script that asks again and again."""
    last = jobs(request).last
    state = last.state if last else "none"
    return JSONResponse({"state": state, "html": part(request, "job.part.html", job=last)})
