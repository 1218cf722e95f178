"""The work itself: in threads of its own, so many at a time, and finished once begun."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from typing import TypeVar

from ...corpus.schema import AnalysedReport, Analysis, Report
from ...nlp.consistency import check_report
from ...nlp.pipeline import Pipeline, Stage
from ..export.wording import plural
from .errors import Refused
from .settings import Settings

T = TypeVar("T")
_BATCH = 4  # findings after which another request has its turn
_RETRY = "5"  # seconds


class _Turns:
    """A lock that goes to who has waited longest; Python's own goes to whoever comes first, which is
    mostly who has just given it back.

    The pipeline's caches know nothing of threads, and Python would run one at a time anyway.
    """

    def __init__(self) -> None:
        self._changed, self._tickets, self._now = threading.Condition(), count(), 0

    def __enter__(self) -> None:
        with self._changed:
            mine = next(self._tickets)
            self._changed.wait_for(lambda: self._now == mine)

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._now += 1
            self._changed.notify_all()


class Analyst:
    """Runs the pipeline for requests: a finding or a few in one lane, reports in another, so that who
    asks for a label does not wait for everybody's reports.

    ``pipeline`` is asked for each request, so that a model that was promoted is used from then on.
    """

    def __init__(self, pipeline: Callable[[], Pipeline], settings: Settings):
        self.pipeline, self.settings = pipeline, settings
        self._lanes: dict[bool, ThreadPoolExecutor] = {}
        self._places = threading.BoundedSemaphore(settings.workers + settings.waiting)
        self._turn = _Turns()

    def start(self, work: Callable[[], T], findings: int | None = None) -> Future[T]:
        """Starts a piece of work in a thread, or lets it wait for one; to be called in the event loop.
        ``findings`` is how many it is about, where that is known.

        Raises:
            Refused: 503, where too many are waiting.
        """
        if not self._places.acquire(blocking=False):
            raise Refused(
                503, "busy", "too many requests are waiting; try again", {"Retry-After": _RETRY}
            )
        few = findings is not None and findings <= _BATCH
        if few not in self._lanes:  # the first request, or the first since the service was stopped
            self._lanes[few] = ThreadPoolExecutor(self.settings.workers, "analysis")
        future = self._lanes[few].submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return future

    async def run(self, work: Callable[[], T], findings: int | None = None) -> T:
        """What the work returns. It goes on where the client does not wait for it."""
        return await asyncio.shield(asyncio.wrap_future(self.start(work, findings)))

    def analyse(
        self,
        report: Report,
        stages: Sequence[Stage],
        tell: Callable[[Analysis], None] = lambda _: None,
    ) -> AnalysedReport:
        """The report with its records, each told as soon as it is there; for a thread of ``run``.

        Raises:
            Refused: 413, for too many findings, or where they take too long.
        """
        findings, settings = report.findings, self.settings
        if len(findings) > settings.max_findings:
            what = f"{report.file}: {plural(len(findings), 'finding')}, more than {settings.max_findings:,}"
            raise Refused(413, "too_many", f"{what}; split it")
        deadline = time.monotonic() + settings.max_seconds
        records: list[Analysis] = []
        pipeline = self.pipeline()
        for first in range(0, len(findings), _BATCH):
            if time.monotonic() > deadline:
                what = f"{report.file}: {len(records):,} of {plural(len(findings), 'finding')} took"
                message = f"{what} {settings.max_seconds:g} seconds; split it"
                raise Refused(413, "too_slow", message)
            with self._turn:
                done = list(pipeline.pipe(findings[first : first + _BATCH], stages))
            records += done
            for record in done:
                tell(record)
        issues = check_report(report, records) if "check" in stages else []
        return AnalysedReport(report=report, findings=records, issues=issues)

    def close(self) -> None:
        """Waits until everything that was begun is done."""
        for threads in self._lanes.values():
            threads.shutdown(wait=True)
        self._lanes.clear()
