"""The work itself: in threads of its own, so many at a time, and finished once begun."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from ...corpus.schema import AnalysedReport, Analysis, Report
from ...nlp.consistency import check_report
from ...nlp.pipeline import Pipeline, Stage
from .errors import Refused
from .settings import Settings

T = TypeVar("T")
_BATCH = 8  # findings after which another request has its turn
_RETRY = "5"  # seconds


class Analyst:
    """Runs the pipeline for requests.

    ``pipeline`` is asked for each request, so that a model that was promoted is used from then on.
    """

    def __init__(self, pipeline: Callable[[], Pipeline], settings: Settings):
        self.pipeline, self.settings = pipeline, settings
        self._threads = ThreadPoolExecutor(settings.workers, "analysis")
        self._places = threading.BoundedSemaphore(settings.workers + settings.waiting)
        # The pipeline's caches know nothing of threads; Python would run one at a time anyway.
        self._turn = threading.Lock()

    def start(self, work: Callable[[], T]) -> Future[T]:
        """Starts a piece of work in a thread, or lets it wait for one.

        Raises:
            Refused: 503, where too many are waiting.
        """
        if not self._places.acquire(blocking=False):
            raise Refused(
                503, "busy", "too many requests are waiting; try again", {"Retry-After": _RETRY}
            )
        future = self._threads.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return future

    async def run(self, work: Callable[[], T]) -> T:
        """What the work returns. It goes on where the client does not wait for it."""
        return await asyncio.shield(asyncio.wrap_future(self.start(work)))

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
            what = f"{report.file}: {len(findings):,} findings, more than {settings.max_findings:,}"
            raise Refused(413, "too_many", f"{what}; split it")
        deadline = time.monotonic() + settings.max_seconds
        records: list[Analysis] = []
        pipeline = self.pipeline()
        for first in range(0, len(findings), _BATCH):
            if time.monotonic() > deadline:
                what = f"{report.file}: {len(records):,} of {len(findings):,} findings took"
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
        self._threads.shutdown(wait=True)
